#!/usr/bin/env python3
"""Compare how long prediction on the CPU takes with our program and its peers, on the same weights and rows.

    python3 benches/predict.py --python /tmp/peers/bin/python

Our program trains with the lab's recipe and prints the weights. Every peer loads them, and its probabilities for the
lab's 1,000 rows must match ours. Each round runs every contender once, in a new process that does its own warm-up.
"""

import dataclasses
import json
import pathlib
import sys
import tempfile

import measure

# Name, script, and the modules that the script needs.
PEERS = [
    ("Keras", "keras_predict.py", "tensorflow, keras"),
    ("onnxruntime", "onnx_predict.py", "onnx, onnxruntime"),
    ("PyTorch", "pytorch_predict.py", "torch"),
]
MAX_DIFFERENCE = 1e-5


@dataclasses.dataclass
class Measurement:
    """What one process measured for one prediction method; None means not measured."""

    one_image_microseconds: float | None
    rows_per_second: float
    batch_size: int
    difference: float
    version: str


def main():
    """Run the benchmark and print or write the table."""
    arguments = parse()
    machine = measure.describe_machine()
    app = measure.fingerprint(arguments.app)
    results, skipped = {}, []
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        weights, run, expected = trained(arguments, scratch)
        contenders = {f"ours, {name}": (ours, [name, run]) for name in measure.BACKENDS}
        for name, script, modules in PEERS:
            python, reason = measure.interpreter_with(modules, arguments.python, measure.ON_THE_CPU)
            if python:
                command = [python, measure.HERE / "peers" / script, "--weights", weights, "--rows", arguments.rows]
                contenders[name] = (peer, [*command, "--seconds", arguments.seconds])
            else:
                skipped.append(f"- skipped: {name} ({reason})")
        for round_number in range(1, arguments.rounds + 1):
            for name, (measure_contender, contender) in contenders.items():
                print(f"round {round_number} of {arguments.rounds}: {name}", file=sys.stderr)
                found = measure_contender(contender, arguments, scratch, expected)
                for suffix, measurement in found.items():
                    results.setdefault(name + suffix, []).append(measurement)
    if measure.fingerprint(arguments.app) != app:
        raise SystemExit(f"{arguments.app} was rebuilt during the benchmark: the results are not valid")
    lines = ["## Prediction on the CPU", "", *machine, f"- ours: {app}", *skipped, "", *table(results, arguments)]
    measure.publish("prediction", lines, arguments)


def parse():
    """Parse the command line."""
    parser = measure.parser(__doc__, rounds=3)
    parser.add_argument("--rows", type=int, default=100_000, help="number of rows that the peers predict in bulk")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each method predicts single images")
    return measure.parse_arguments(parser)


def trained(arguments, scratch):
    """Train with the lab's recipe; return the weights file, the run, and our probabilities for its rows."""
    run, weights = scratch / "run", scratch / "weights.json"
    ours = [arguments.app, "--backend", "flex"]
    environment = measure.ON_THE_CPU
    measure.run_process([*ours, "train", "--config", measure.LAB, "--run-dir", run], environment, scratch)
    weights.write_text(measure.run_process([*ours, "weights", run, "--json"], environment, scratch)[-1])
    index = ",".join(str(row) for row in range(1000))
    answers = measure.run_process([*ours, "predict", run, "--index", index, "--json"], environment, scratch)[-1]
    return weights, run, [json.loads(line)["probability"] for line in answers.splitlines()]


def ours(contender, arguments, scratch, expected):
    """Return what `app benchmark` of our program measures, by name suffix."""
    backend, run = contender
    command = [arguments.app, "--backend", backend, "benchmark", run, "--json"]
    line = json.loads(measure.run_process(command, measure.ON_THE_CPU, scratch)[-1])
    found = line["prediction"]
    version = f"app {line['version']}"
    rate = found["images_per_second"]
    # The peers are compared with our probabilities, so ours have no difference.
    return {f" ({found['path']})": Measurement(found["one_image_microseconds"], rate, found["images"], None, version)}


def peer(command, arguments, scratch, expected):
    """Return what a peer measured for each prediction method, at its best batch size, by name suffix."""
    printed = measure.run_process(command, measure.ON_THE_CPU, scratch)[-1]
    line = json.loads(printed.strip().splitlines()[-1])
    measurements = {}
    for method in line["methods"]:
        name = f"{line['peer']}, {method['method']}"
        pairs = zip(method["probabilities"], expected, strict=True)
        difference = max(abs(theirs - ours) for theirs, ours in pairs)
        if not difference <= MAX_DIFFERENCE:
            raise SystemExit(f"{name} is not the same network: its probabilities differ from ours by {difference:.2g}")
        best = max(method["bulk"], key=lambda bulk: bulk["rows_per_second"])
        version = f"{line['peer']} {line['version']}"
        one, rate, size = method["one_image_microseconds"], best["rows_per_second"], best["batch_size"]
        measurements[f", {method['method']}"] = Measurement(one, rate, size, difference, version)
    return measurements


def table(results, arguments):
    """Return the Markdown table as lines."""
    head = ["contender", "one image, µs", "thousand rows per second", "batch", "largest difference"]
    body = []
    for name, runs in results.items():
        differences = [run.difference for run in runs]
        cells = [
            name,
            measure.spread([run.one_image_microseconds for run in runs], 1),
            measure.spread([run.rows_per_second / 1e3 for run in runs], 0),
            # The best batch size can differ between rounds.
            ", ".join(f"{size:,}" for size in dict.fromkeys(run.batch_size for run in runs)),
            "" if None in differences else f"{max(differences):.0e}",
        ]
        body.append(cells)
    versions = dict.fromkeys(run.version for runs in results.values() for run in runs)
    return [
        f"Median of {arguments.rounds} rounds (smallest to largest). Rows per second: a peer predicts "
        f"{arguments.rows:,} rows at its best batch size, our program predicts one batch of the given size. Largest "
        "difference: from our probabilities for the lab's 1,000 rows.",
        "",
        *measure.table(head, body),
        "",
        f"Versions: {'; '.join(versions)}.",
    ]


if __name__ == "__main__":
    main()
