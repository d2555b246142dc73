#!/usr/bin/env python3
"""Measure how long short commands of our program take, from process start to process end, for each build.

    python3 benches/startup.py --app release=target/release/app --app lto=target/lto/app

Each round runs every command of every build once, one after another. The first round is a warm-up and is not counted.
Needs only Python.
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
    """Run the benchmark and print or write the table."""
    arguments = parse()
    machine = measure.describe_machine()
    fingerprints = {name: measure.fingerprint(app) for name, app in arguments.app.items()}
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        sizes = {name: stripped_size(app, scratch) for name, app in arguments.app.items()}
        results = compare(arguments, scratch)
    for name, app in arguments.app.items():
        if measure.fingerprint(app) != fingerprints[name]:
            raise SystemExit(f"{app} was rebuilt during the benchmark: the results are not valid")
    builds = [f"- {name}: {sizes[name]}, {fingerprints[name]}" for name in arguments.app]
    lines = ["## Short commands", "", *machine, *builds, "", *table(results, arguments)]
    measure.publish("startup", lines, arguments)


def parse():
    """Parse the command line; `app` becomes a dictionary from build name to path."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    app_text = "our program, already built; repeat to compare builds [default name: that of its folder]"
    parser.add_argument("--app", action="append", metavar="[NAME=]PATH", help=app_text)
    parser.add_argument("--rounds", type=int, default=20, help="[default: 20]")
    parser.add_argument("--backend", default="flex", help="[default: flex]")
    parser.add_argument("--write", action="store_true", help="also write the results to benches/RESULTS.md")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")
    builds = {}
    for app in arguments.app or [str(measure.APP)]:
        name, _, path = app.rpartition("=")
        path = pathlib.Path(path).resolve()
        name = name or path.parent.name
        if not path.is_file():
            parser.error(f"{path} not found: run cargo build --release -p app, or pass --app")
        if name in builds:
            parser.error(f"two builds have the name {name}: choose names, for example --app lto={path}")
        builds[name] = path
    arguments.app = builds
    return arguments


def stripped_size(app, scratch):
    """Return the size of the binary without symbols, as text."""
    copy = scratch / "stripped"
    strip = shutil.which("strip")
    if not strip or subprocess.run([strip, "-o", copy, app], capture_output=True).returncode != 0:
        return f"{app.stat().st_size / 1e6:.1f} MB with symbols"
    return f"{copy.stat().st_size / 1e6:.1f} MB without symbols"


def compare(arguments, scratch):
    """Return the wall seconds by command and by build, one value per counted round."""
    trained = {name: scratch / f"trained-{number}" for number, name in enumerate(arguments.app)}
    for name, app in arguments.app.items():
        train = [app, "--backend", arguments.backend, "train", "--config", measure.LAB, "--run-dir", trained[name]]
        measure.run_process(train, os.environ, scratch)
    results = {}
    for round_number in range(arguments.rounds + 1):
        print(f"round {round_number} of {arguments.rounds}", file=sys.stderr)
        for name, app in arguments.app.items():
            with tempfile.TemporaryDirectory(dir=scratch) as folder:
                run = pathlib.Path(folder)
                for title, command in commands(arguments.backend, trained[name], run / "run").items():
                    wall, *_ = measure.run_process([app, *command], os.environ, run)
                    if round_number:
                        results.setdefault(title, {}).setdefault(name, []).append(wall)
    return results


def commands(backend, trained, run):
    """Return the arguments of each command, by its title in the table."""
    on_backend = ["--backend", backend]
    train = ["train", "--config", measure.LAB]
    return {
        "`--version`": ["--version"],
        "`--help`": ["--help"],
        "`summary`": ["summary"],
        "`predict --index 0`": [*on_backend, "predict", trained, "--index", "0"],
        "`predict --index 0 --backend auto`": ["predict", trained, "--index", "0"],
        "`evaluate`": [*on_backend, "evaluate", trained],
        "`data`": ["data"],
        "`train --fast-dev-run`": [*on_backend, *train, "--fast-dev-run"],
        "`train --fast-dev-run --backend auto`": [*train, "--fast-dev-run", "--backend", "auto"],
        "`train --epochs 1`": [*on_backend, *train, "--epochs", "1", "--run-dir", run],
        "`train`": [*on_backend, *train, "--run-dir", run.with_name("lab")],
    }


def table(results, arguments):
    """Return the Markdown table as lines."""
    body = [
        [title, *(measure.spread([wall * 1e3 for wall in walls[name]], 1) for name in arguments.app)]
        for title, walls in results.items()
    ]
    return [
        f"Median of {arguments.rounds} rounds (smallest to largest), whole process, in milliseconds; with "
        f"`--backend {arguments.backend}` unless another backend is given, and `--config configs/lab.toml`.",
        "",
        *measure.table(["command", *arguments.app], body),
        "",
        "`train --fast-dev-run` is an upper bound for the time to the first batch: it trains one batch, writes a run",
        "to a temporary folder and reads it again. The program does not print when the batch is finished.",
    ]


if __name__ == "__main__":
    main()
