#!/usr/bin/env python3
"""Measure how well networks read what people write: pictures that MNIST's makers did not make, by kind.

    cargo build --release -p app --example written
    python3 benches/pictures.py --mnist FOLDER --before OLD/app --write

The example makes the pictures (`crates/app/tests/written`), unless `--pictures` names a folder that it wrote. Two
networks are trained with each program, by `configs/lab.toml` on the built-in zeros and ones and by `configs/ten.toml` on
MNIST in FOLDER; `--config robust` adds one on MNIST by another configuration. `--run two=RUN` takes a trained network.
`--rows` adds how many rows of digits are read completely right.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import measure

DIGITS = range(10)
SURE = 0.9


def main():
    """Run the benchmark and print or write the tables."""
    arguments = parse()
    machine = measure.describe_machine()
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        pictures = arguments.pictures or make_pictures(arguments, scratch)
        contenders = []
        for program, app in programs(arguments):
            print(f"{program}: {measure.fingerprint(app)}", file=sys.stderr)
            for name, run in networks(arguments, app, scratch / program):
                contenders.append((f"{name}, {program}", name, Answers(app, run, pictures)))
        lines = ["## What people write", "", *machine, ""]
        lines += [f"- {program}: {measure.fingerprint(app)}" for program, app in programs(arguments)]
        lines += ["", *digit_tables(pictures, contenders), "", *none_table(pictures, contenders)]
        if arguments.rows:
            lines += ["", *row_table(pictures, contenders)]
        if arguments.by_source:
            lines += ["", *source_table(pictures, contenders)]
    measure.publish("pictures", lines, arguments)


def parse():
    """Parse the command line."""
    parser = measure.parser(__doc__, rounds=1)
    parser.add_argument("--before", type=pathlib.Path, help="an older program to compare with")
    parser.add_argument("--mnist", type=pathlib.Path, help="folder with MNIST's four gzipped files")
    parser.add_argument("--pictures", type=pathlib.Path, help="folder that the example wrote [default: make them]")
    parser.add_argument("--seed", type=int, default=1, help="of the pictures [default: 1]")
    parser.add_argument("--each", type=int, default=20, help="pictures of each digit and kind [default: 20]")
    help_text = "a further configuration to train on MNIST, by name or file; programs without it are left out"
    parser.add_argument("--config", action="append", default=[], help=help_text)
    help_text = "a trained network instead of training one, by both programs: two=RUN, ten=RUN or another name"
    parser.add_argument("--run", action="append", default=[], help=help_text)
    parser.add_argument("--rows", action="store_true", help="also a table of rows of digits, read by predict --row")
    parser.add_argument("--by-source", action="store_true", help="also a table by images, hands and fonts")
    arguments = measure.parse_arguments(parser)
    arguments.runs = dict(text.split("=", 1) for text in arguments.run)
    if not arguments.mnist and not arguments.runs:
        parser.error("--mnist FOLDER is needed to train the network for ten digits; or give --run ten=RUN")
    return arguments


def programs(arguments):
    """Return the programs with their names."""
    before = [("before", arguments.before.resolve())] if arguments.before else []
    return [*before, ("after" if before else "now", arguments.app.resolve())]


def make_pictures(arguments, scratch):
    """Write the pictures by the example, which stands beside the program."""
    out = scratch / "pictures"
    command = [arguments.app.resolve().parent / "examples" / "written", "--out", out]
    command += ["--seed", arguments.seed, "--each", arguments.each]
    if arguments.mnist:
        command += ["--data", arguments.mnist.resolve()]
    subprocess.run([str(part) for part in command], check=True)
    return out


def networks(arguments, app, folder):
    """Train what was not given; yield the name and run of each network."""
    for name, run in arguments.runs.items():
        yield name, pathlib.Path(run).resolve()
    wanted = {"two": ["--config", "lab"], "ten": ["--config", "ten"]}
    wanted |= {pathlib.Path(config).stem: ["--config", config] for config in arguments.config}
    for name, options in wanted.items():
        if name in arguments.runs or (name != "two" and not arguments.mnist):
            continue
        data = [] if name == "two" else ["--data", str(arguments.mnist.resolve())]
        command = [str(app), "train", *options, *data, "--run-dir", str(folder / name), "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            yield name, folder / name
        elif name in ("two", "ten"):
            raise SystemExit(f"{' '.join(command)}: {done.stderr}")
        else:
            print(f"{app} does not train {name}: {done.stderr.strip()}", file=sys.stderr)


class Answers:
    """What a network says about pictures, asked folder by folder and remembered."""

    def __init__(self, app, run, pictures):
        self.app, self.run, self.pictures, self.known = app, run, pictures, {}
        self.digits = range(2) if len(self.ask(pictures / "mnist" / "0")[0].get("probabilities", [])) < 3 else DIGITS

    def ask(self, folder, *options):
        """Return the JSON object of each picture in a folder; one that cannot be read has none."""
        command = [str(self.app), "predict", str(self.run), str(folder), "--json", "--quiet", *options]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode not in (0, 1, 2) or not done.stdout.strip():
            raise SystemExit(f"{' '.join(command)}: {done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def of_kind(self, kind):
        """Return (digit, source, answer, probability) of each picture of a kind; the answer is None where it has none."""
        if kind not in self.known:
            given = []
            for digit in self.digits:
                folder = self.pictures / kind / str(digit)
                if not folder.is_dir():
                    continue
                found = {pathlib.Path(row["source"]).name: row for row in self.ask(folder)}
                for path in sorted(folder.iterdir()):
                    given.append((digit, source_of(path), *answer(found.get(path.name))))
            self.known[kind] = given
        return self.known[kind]

    def accepted(self, kind):
        """Return for each picture that shows no digit whether it was predicted, and surely."""
        folder = self.pictures / "none" / kind
        if not folder.is_dir():
            folder = self.pictures / "uncounted" / kind
        given = [answer(row) for row in self.ask(folder)]
        return [(digit is not None, digit is not None and probability > SURE) for digit, probability in given]


def source_of(path):
    """Return whether a digit is of MNIST, of the built-in digits, of a hand or of a font, by the name of its picture."""
    return path.stem.split("-")[1].rstrip("0123456789")


def answer(row):
    """Return the digit and its probability; None and 0 where the network does not say one."""
    if row is None or row.get("status", "digit") != "digit" or row.get("digit") is None or "error" in row:
        return None, 0.0
    of_another = row["probability_of"] != row["digit"]
    return row["digit"], 1 - row["probability"] if of_another else row["probability"]


def kinds(pictures):
    """Return the kinds of pictures of one digit, by name."""
    return sorted(path.name for path in pictures.iterdir() if (path / "0").is_dir())


def digit_tables(pictures, contenders):
    """Return the table of digits by kind."""
    head, rows, totals = ["kind"], [], collections.defaultdict(list)
    for title, _, _ in contenders:
        head += [f"{title}: right", f"wrong, P > {SURE}", "no prediction"]
    for kind in kinds(pictures):
        cells = [kind]
        for title, _, answers in contenders:
            given = list(answers.of_kind(kind))
            totals[title] += given
            cells += shares(given)
        rows.append(cells)
        print(" ".join(cells), file=sys.stderr)
    rows.append(["all", *(cell for title, _, _ in contenders for cell in shares(totals[title]))])
    return ["Percent of the pictures of each kind.", "", *measure.table(head, rows)]


def shares(given):
    """Return in percent: right, wrong with a high probability, no prediction."""
    right = sum(found == digit for digit, _, found, _ in given)
    sure = sum(found is not None and found != digit and probability > SURE for digit, _, found, probability in given)
    silent = sum(found is None for _, _, found, _ in given)
    return [percent(count, len(given)) for count in (right, sure, silent)]


def none_table(pictures, contenders):
    """Return the table of pictures that show no digit."""
    if not (pictures / "none").is_dir():
        return []
    head, rows, totals = ["no digit"], [], collections.defaultdict(list)
    for title, _, _ in contenders:
        head += [f"{title}: accepted", f"P > {SURE}"]
    folders = sorted(path.name for path in (pictures / "none").glob("*"))
    uncounted = sorted(path.name for path in (pictures / "uncounted").glob("*"))
    for kind in folders + uncounted:
        cells = [kind]
        for title, _, answers in contenders:
            accepted = answers.accepted(kind)
            if kind in folders:
                totals[title] += accepted
            cells += accepted_shares(accepted)
        rows.append(cells)
    total = ["all" + (f" but {', '.join(uncounted)}" if uncounted else "")]
    rows.append([*total, *(cell for title, _, _ in contenders for cell in accepted_shares(totals[title]))])
    return ["Pictures that show no digit, or several: percent that were taken for one.", "", *measure.table(head, rows)]


def row_table(pictures, contenders):
    """Return the table of rows of digits by kind, whose names end with what they say: `close-007-hand03-1972.png`."""
    head, counts, totals = ["row of digits", "rows"], {}, collections.defaultdict(collections.Counter)
    for title, _, answers in contenders:
        if len(answers.digits) < len(DIGITS):
            continue
        try:
            read = answers.ask(pictures / "rows", "--row")
        except SystemExit as error:
            print(f"{title} reads no rows: {error}", file=sys.stderr)
            continue
        head += [f"{title}: all right", "wrong", "a digit without one"]
        for row in read:
            kind, says = re.fullmatch(r"(.+)-\d{3}-.+-(\d+)", pathlib.Path(row["source"]).stem).groups()
            text = row.get("text") or "?"
            outcome = "right" if text == says else "partly" if "?" in text else "wrong"
            counts.setdefault(kind, collections.defaultdict(collections.Counter))[title][outcome] += 1
            totals[title][outcome] += 1
    rows = [[kind, *row_shares(by_title)] for kind, by_title in sorted(counts.items())]
    if totals:
        rows.append(["all", *row_shares(totals)])
    return ["Percent of rows of digits that `predict --row` reads.", "", *measure.table(head, rows)]


def row_shares(by_title):
    """Return the number of rows, and for each network in percent: right, wrong, with a digit without a prediction."""
    given = list(by_title.values())
    cells = [percent(count[outcome], count.total()) for count in given for outcome in ("right", "wrong", "partly")]
    return [str(given[0].total()), *cells]


def accepted_shares(accepted):
    """Return in percent: accepted, accepted with a high probability."""
    return [percent(sum(pair[place] for pair in accepted), len(accepted)) for place in (0, 1)]


def source_table(pictures, contenders):
    """Return the table of right answers by source, over all kinds."""
    rows = []
    for title, _, answers in contenders:
        by_source = collections.defaultdict(list)
        for kind in kinds(pictures):
            for given in answers.of_kind(kind):
                by_source[given[1]].append(given)
        rows += [[title, source, *shares(given)] for source, given in sorted(by_source.items())]
    return measure.table(["network", "source", "right", f"wrong, P > {SURE}", "no prediction"], rows)


def percent(count, of):
    """Return a share in percent, with a decimal place unless it is whole."""
    value = 100 * count / of
    return f"{value:.0f}" if value == round(value) else f"{value:.1f}"


if __name__ == "__main__":
    main()
