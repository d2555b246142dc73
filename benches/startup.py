#!/usr/bin/env python3
"""Measure how long our program's short commands take, from the start of the process to its end, build by build.

    python3 benches/startup.py --app release=target/release/app --app lto=target/lto/app

Each round runs every command of every build once, one after another; a first round is not counted. Needs nothing but
Python.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import measure


def main():
    """Measure, and print or write the table."""
    arguments = parse()
    machine = measure.describe_machine()
    fingerprints = {name: measure.fingerprint(app) for name, app in arguments.app.items()}
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        sizes = {name: stripped_size(app, scratch) for name, app in arguments.app.items()}
        results = compare(arguments, scratch)
    for name, app in arguments.app.items():
        if measure.fingerprint(app) != fingerprints[name]:
            raise SystemExit(f"{app} was built anew while it was measured: nothing of this counts")
    builds = [f"- {name}: {sizes[name]}, {fingerprints[name]}" for name in arguments.app]
    lines = ["## Short commands", "", *machine, *builds, "", *table(results, arguments)]
    measure.publish("startup", lines, arguments)


def parse():
    """Read the command line; the builds become a dictionary of paths by name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    app_text = "our program, built; more than once to compare builds [name by default: the folder's]"
    parser.add_argument("--app", action="append", metavar="[NAME=]PATH", help=app_text)
    parser.add_argument("--rounds", type=int, default=20, help="[default: 20]")
    parser.add_argument("--backend", default="flex", help="[default: flex]")
    parser.add_argument("--write", action="store_true", help="put the results into benches/RESULTS.md too")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")
    builds = {}
    for app in arguments.app or [str(measure.APP)]:
        name, _, path = app.rpartition("=")
        path = pathlib.Path(path).resolve()
        name = name or path.parent.name
        if not path.is_file():
            parser.error(f"{path} is not there: cargo build --release -p app, or name it with --app")
        if name in builds:
            parser.error(f"two builds are named {name}: give them names, as --app lto={path}")
        builds[name] = path
    arguments.app = builds
    return arguments


def stripped_size(app, scratch):
    """Return the size of the binary without its symbols, as text."""
    copy = scratch / "stripped"
    strip = shutil.which("strip")
    if not strip or subprocess.run([strip, "-o", copy, app], capture_output=True).returncode != 0:
        return f"{app.stat().st_size / 1e6:.1f} MB, symbols included"
    return f"{copy.stat().st_size / 1e6:.1f} MB without symbols"


def compare(arguments, scratch):
    """Return the wall seconds of each command, for each build, one for each counted round."""
    trained = {name: scratch / f"trained-{number}" for number, name in enumerate(arguments.app)}
    for name, app in arguments.app.items():
        train = [app, "--backend", arguments.backend, "train", "--config", measure.LAB, "--run-dir", trained[name]]
        measure.measured(train, os.environ, scratch)
    results = {}
    for round_number in range(arguments.rounds + 1):
        print(f"round {round_number} of {arguments.rounds}", file=sys.stderr)
        for name, app in arguments.app.items():
            with tempfile.TemporaryDirectory(dir=scratch) as folder:
                run = pathlib.Path(folder)
                for title, words in commands(arguments.backend, trained[name], run / "run").items():
                    wall, *_ = measure.measured([app, *words], os.environ, run)
                    if round_number:
                        results.setdefault(title, {}).setdefault(name, []).append(wall)
    return results


def commands(backend, trained, run):
    """Return the words of each command, by the words that tell it from the others."""
    chosen = ["--backend", backend]
    train = ["train", "--config", measure.LAB]
    return {
        "`--version`": ["--version"],
        "`--help`": ["--help"],
        "`predict --index 0`": [*chosen, "predict", trained, "--index", "0"],
        "`train --fast-dev-run`": [*chosen, *train, "--fast-dev-run"],
        "`train --fast-dev-run --backend auto`": [*train, "--fast-dev-run", "--backend", "auto"],
        "`train --epochs 1`": [*chosen, *train, "--epochs", "1", "--run-dir", run],
    }


def table(results, arguments):
    """Return the table in Markdown, as lines."""
    body = [
        [title, *(measure.spread([wall * 1e3 for wall in walls[name]], 1) for name in arguments.app)]
        for title, walls in results.items()
    ]
    return [
        f"Median of {arguments.rounds} rounds (smallest to largest), whole process, in milliseconds; with "
        f"`--backend {arguments.backend}` where nothing else is said, and `--config configs/lab.toml`.",
        "",
        *measure.table(["command", *arguments.app], body),
        "",
        "The first batch is over somewhat before `train --fast-dev-run` ends: that trains one batch, keeps it as a run",
        "in a temporary folder, and reads it again. The program does not say when the batch is done.",
    ]


if __name__ == "__main__":
    main()
