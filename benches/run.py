#!/usr/bin/env python3
"""Compare our program with its peers on the CPU, in one run on one machine, and print a table in Markdown.

    cargo build --release -p app
    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install -r benches/requirements.txt
    python3 benches/run.py --python /tmp/peers/bin/python

Each round starts every contender once, as a fresh process, one after another; a first round is not counted. README.md
says what the columns mean. Needs Linux or macOS and nothing but Python; the peers' own interpreter needs NumPy.
"""

import argparse
import csv
import dataclasses
import datetime
import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
BACKENDS = ["ndarray", "flex"]
# Name, script, flags, and the module without which there is nothing to compare with.
PEERS = [
    ("Keras", "keras_fit.py", [], "tensorflow, keras"),
    ("Keras, checkpoints kept", "keras_fit.py", ["--keep"], "tensorflow, keras"),
    ("PyTorch", "pytorch_fit.py", [], "torch"),
    ("JAX", "jax_fit.py", [], "jax"),
    ("scikit-learn", "sklearn_fit.py", [], "sklearn"),
]


@dataclasses.dataclass
class Figures:
    """What one process was measured to need and reached. Times are in seconds."""

    wall: float
    cpu: float
    peak_bytes: int
    fit: float
    steps: float
    loss: float
    right: int
    rows: int
    version: str


def main():
    """Measure, and print or write the tables."""
    arguments = parse()
    environment = os.environ | {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}
    machine = describe_machine()
    app = fingerprint(arguments.app)
    contenders, skipped = find_contenders(arguments, environment)
    python, reason = interpreter_with("gzip", arguments, environment)
    if not python:
        raise SystemExit(f"NumPy makes the rows: name an interpreter that has it with --python ({reason})")
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        for data in arguments.data:
            rows = pathlib.Path(folder) / data
            rows.mkdir()
            # In a process of its own: see `measured`.
            write = [python, HERE / "digits.py", "--data", data, "--output", rows]
            subprocess.run(write, check=True)
            for batch_size in arguments.batch_size:
                results = compare(contenders, arguments, environment, data, rows, batch_size)
                tables.append(table(results, data, batch_size, arguments))
    if fingerprint(arguments.app) != app:
        raise SystemExit(f"{arguments.app} was built anew while it was measured: nothing of this counts")
    text = "\n".join(["# Results", "", *machine, f"- ours: {app}", *skipped, "", *tables])
    print(text)
    if arguments.write:
        (HERE / "RESULTS.md").write_text(text + "\n")


def parse():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--app", type=pathlib.Path, default=target / "release" / "app", help="our program, built")
    help_text = "interpreter that has peers; more than once if they live apart [default: this one]"
    parser.add_argument("--python", action="append", help=help_text)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", nargs="+", choices=["lab", "mnist-sized"], default=["lab", "mnist-sized"])
    parser.add_argument("--batch-size", nargs="+", type=int, default=[32])
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="write benches/RESULTS.md too")
    arguments = parser.parse_args()
    arguments.app = arguments.app.resolve()
    arguments.python = arguments.python or [sys.executable]
    if not arguments.app.is_file():
        parser.error(f"{arguments.app} is not there: cargo build --release -p app, or name it with --app")
    for python in arguments.python:
        if not shutil.which(python):
            parser.error(f"{python} cannot be run")
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")
    return arguments


def find_contenders(arguments, environment):
    """Return the runs that can be made here, as functions by name, and a line for each peer that cannot."""
    contenders = {f"ours, {name}": (run_ours, name) for name in BACKENDS}
    skipped = []
    for name, script, flags, modules in PEERS:
        python, reason = interpreter_with(modules, arguments, environment)
        if python:
            contenders[name] = (run_peer, [python, HERE / "peers" / script, *flags])
        else:
            skipped.append(f"- left out: {name} ({reason})")
    return contenders, skipped


def interpreter_with(modules, arguments, environment):
    """Return the first interpreter that can import the modules, or None and why the last cannot."""
    for python in arguments.python:
        command = [python, "-c", f"import numpy, {modules}"]
        check = subprocess.run(command, env=environment, capture_output=True, text=True)
        if check.returncode == 0:
            return python, None
    said = check.stderr.strip().splitlines()
    return None, said[-1] if said else f"exit code {check.returncode}"


def compare(contenders, arguments, environment, data, rows, batch_size):
    """Return the figures of each contender, one for each counted round."""
    results = {name: [] for name in contenders}
    for round_number in range(arguments.rounds + 1):
        for name, (run, what) in contenders.items():
            counted = f"round {round_number} of {arguments.rounds}" if round_number else "not counted"
            print(f"{data}, batch {batch_size}, {counted}: {name}", file=sys.stderr)
            # The round is the seed: weights and order differ from round to round in every contender.
            settings = ["--epochs", arguments.epochs, "--batch-size", batch_size, "--seed", round_number]
            with tempfile.TemporaryDirectory() as scratch:
                figures = run(what, arguments, environment, data, rows, settings, pathlib.Path(scratch))
            if round_number:
                results[name].append(figures)
    return results


def run_ours(backend, arguments, environment, data, rows, settings, scratch):
    """Train with our program, with all that it keeps of a run."""
    run = scratch / "run"
    command = [arguments.app, "--backend", backend, "train", "--config", ROOT / "configs" / "lab.toml"]
    command += ["--run-dir", run, *settings]
    if data != "lab":  # The lab's rows are compiled in.
        command += ["--data", rows / "X.npy", rows / "y.npy"]
    wall, cpu, peak_bytes, printed = measured(command, environment, scratch)
    fit = float(re.search(r"in ([\d.]+) s on ", printed)[1])
    found = re.search(r"training +loss ([\d.]+) .* (\d+) of (\d+) right", printed)
    with open(run / "history.csv", newline="") as file:
        steps = sum(float(epoch["seconds"]) for epoch in csv.DictReader(file))
    version = subprocess.run([arguments.app, "--version"], capture_output=True, text=True, check=True).stdout
    loss, right, count = float(found[1]), int(found[2]), int(found[3])
    return Figures(wall, cpu, peak_bytes, fit, steps, loss, right, count, version.strip())


def run_peer(command, arguments, environment, data, rows, settings, scratch):
    """Train with a peer's script."""
    keep = [scratch] if command[-1] == "--keep" else []
    command = [*command, *keep, "--data", rows, *settings]
    wall, cpu, peak_bytes, printed = measured(command, environment, scratch)
    line = json.loads(printed.strip().splitlines()[-1])
    fit = line["fit_seconds"]
    steps = fit - line.get("compile_seconds", 0.0)
    version = f"{line['peer']} {line['version']}"
    return Figures(wall, cpu, peak_bytes, fit, steps, line["loss"], line["right"], line["rows"], version)


def measured(command, environment, scratch):
    """Run a command to its end and return wall seconds, CPU seconds, peak bytes and what it printed.

    On Linux a child's peak cannot be less than what this process held when it started it, so this one stays small:
    it imports no NumPy and reads no rows.
    """
    with open(scratch / "stdout", "w+") as stdout, open(scratch / "stderr", "w+") as stderr:
        started = time.perf_counter()
        words = [str(word) for word in command]
        child = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=stdout, stderr=stderr)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        stdout.seek(0)
        stderr.seek(0)
        if child.returncode != 0:
            raise SystemExit(f"{' '.join(words)} ended with {child.returncode}:\n{stderr.read()}")
        # Linux counts in KiB, macOS in bytes.
        unit = 1 if sys.platform == "darwin" else 1024
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, stdout.read()


def table(results, data, batch_size, arguments):
    """Return one table in Markdown."""
    rows = next(iter(results.values()))[0].rows
    lines = [
        f"## {data}: {rows:,} images, batch {batch_size}, {arguments.epochs} epochs",
        "",
        f"Median of {arguments.rounds} rounds (smallest to largest); times in seconds.",
        "",
        "| contender | whole process | CPU time | peak memory, MB | fit | steps alone | loss | right |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, runs in results.items():
        kept = name == "Keras, checkpoints kept"
        cells = [
            name,
            spread([run.wall for run in runs], 2),
            spread([run.cpu for run in runs], 2),
            spread([run.peak_bytes / 1e6 for run in runs], 0),
            spread([run.fit for run in runs], 2),
            "" if kept else spread([run.steps for run in runs], 2),
            spread([run.loss for run in runs], 4),
            spread([run.right for run in runs], 0),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    versions = dict.fromkeys(run.version for runs in results.values() for run in runs)
    return "\n".join([*lines, "", f"Versions: {'; '.join(versions)}.", ""])


def spread(values, digits):
    """Return the median with the smallest and the largest value."""
    middle, low, high = (f"{value:.{digits}f}" for value in (statistics.median(values), min(values), max(values)))
    return middle if low == high else f"{middle} ({low} to {high})"


def describe_machine():
    """Return what has to be known about this machine, as lines of a list."""
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = platform.system()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"this machine is busy (load {load:.1f}): the figures will say little", file=sys.stderr)
    return [
        f"- {datetime.date.today()}, `python3 benches/run.py {arguments_given()}`, commit checked out {commit()}",
        f"- {cpu_name()}, {cores} cores, {memory:.0f} GiB of memory",
        f"- {system}, kernel {platform.release()}, load when it began {load:.2f}",
    ]


def fingerprint(app):
    """Return what tells one build of our program from another: it need not be of the commit that is checked out."""
    built = datetime.datetime.fromtimestamp(app.stat().st_mtime).isoformat(" ", "seconds")
    digest = hashlib.sha256()
    with open(app, "rb") as file:
        while part := file.read(2**20):  # In parts, so that this process stays small: see `measured`.
            digest.update(part)
    return f"built {built}, SHA-256 {digest.hexdigest()[:16]}"


def arguments_given():
    """Return the arguments without the paths, which belong to this machine alone."""
    words = iter(sys.argv[1:])
    kept = []
    for word in words:
        if word in ("--app", "--python"):
            next(words)
        elif not word.startswith(("--app=", "--python=")):
            kept.append(word)
    return " ".join(kept)


def commit():
    """Return the commit that is checked out, and whether files differ from it."""
    describe = ["git", "describe", "--always", "--dirty"]
    try:
        return subprocess.run(describe, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def cpu_name():
    """Return the name that the processor gives itself."""
    if sys.platform == "darwin":
        ask = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    with open("/proc/cpuinfo") as file:
        found = re.search(r"^model name\s*:\s*(.+)$", file.read(), re.MULTILINE)
    return found[1] if found else platform.machine()


if __name__ == "__main__":
    main()
