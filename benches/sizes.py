#!/usr/bin/env python3
"""Compare a training step on ten digits with compiled JAX, from small to large layers and batches.

    python3 benches/sizes.py --python /tmp/peers/bin/python --write

One table: seconds of an epoch of 60,000 images, ours and JAX's with a function that is already compiled. Both leave out
what comes before the first step, so that there is no warm-up round. `run.py` compares whole processes.
"""

import pathlib
import sys
import tempfile
from statistics import median

import measure
import run

SIZES = ["25,15", "128,64", "512,256", "1024,512", "1024,16"]
BATCHES = [32, 256, 4096]
EPOCHS = 2


def main():
    """Run the benchmark and print or write the table."""
    arguments = parse()
    machine = measure.describe_machine()
    fingerprint = measure.fingerprint(arguments.app)
    python, reason = measure.interpreter_with("jax", arguments.python, measure.ON_THE_CPU)
    if not python:
        raise SystemExit(f"JAX is needed: {reason}")
    peer = [python, measure.HERE / "peers" / "jax_fit.py", "--reruns", 1]
    contenders = [(run.run_ours, run.OURS["ours, fused step"], ""), (run.run_peer, peer, ", already compiled")]
    with tempfile.TemporaryDirectory() as folder:
        rows = pathlib.Path(folder) / "ten-digits"
        rows.mkdir()
        measure.make_rows(arguments, measure.ON_THE_CPU, rows, "--data", "ten-digits")
        body = [line(contenders, arguments, rows, size) for size in arguments.hidden_units]
    if measure.fingerprint(arguments.app) != fingerprint:
        raise SystemExit(f"{arguments.app} was rebuilt during the benchmark: the results are not valid")
    head = ["hidden units", *[f"batch {batch}" for batch in arguments.batch_size]]
    intro = (
        "Seconds of an epoch of 60,000 images of ten digits, ours / JAX already compiled. "
        f"Fits of {EPOCHS} epochs in turn, median of {arguments.rounds}."
    )
    lines = ["## Training on ten digits, by size", "", *machine, f"- ours: {fingerprint}", "", intro, ""]
    measure.publish("sizes", [*lines, *measure.table(head, body)], arguments)


def parse():
    """Parse the command line."""
    parser = measure.parser(__doc__, rounds=1)
    parser.add_argument("--hidden-units", nargs="+", default=SIZES, help=f"[default: {' '.join(SIZES)}]")
    parser.add_argument("--batch-size", nargs="+", type=int, default=BATCHES, help="[default: 32 256 4096]")
    return measure.parse_arguments(parser)


def line(contenders, arguments, rows, size):
    """Return a row of the table."""
    cells = [cell(contenders, arguments, rows, size, batch) for batch in arguments.batch_size]
    return [size.replace(",", " and "), *cells]


def cell(contenders, arguments, rows, size, batch):
    """Return the seconds of an epoch of each contender."""
    seconds = [[] for _ in contenders]
    for seed in range(arguments.rounds):
        print(f"{size}, batch {batch}, round {seed + 1} of {arguments.rounds}", file=sys.stderr)
        settings = ["--epochs", EPOCHS, "--batch-size", batch, "--seed", seed, "--hidden-units", size]
        for (train, contender, suffix), found in zip(contenders, seconds):
            with tempfile.TemporaryDirectory() as scratch:
                scratch = pathlib.Path(scratch)
                runs = train(contender, measure.ON_THE_CPU, "ten-digits", rows, settings, scratch, arguments)
            found.append(runs[suffix].steps / EPOCHS)
    return " / ".join(f"{median(found):.3f}" for found in seconds)


if __name__ == "__main__":
    main()
