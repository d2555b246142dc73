#!/usr/bin/env python3
"""Measure our program on a GPU, what its first process there costs, and training beside PyTorch and JAX.

    python3 benches/gpu.py --app app --python /tmp/peers/bin/python

For each backend of the program a process measures itself (`app benchmark`) with nothing kept from before, and a second
one with what the first has kept. Then everybody trains, in rounds, as in run.py. Needs an NVIDIA GPU, and for the
peers their builds for CUDA; what is missing is left out and named.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import measure
import run

BACKENDS = ["wgpu", "vulkan", "cuda"]
USUAL = [("lab", 32), ("mnist-sized", 1024)]
# Name, script and flags, and what has to succeed for a comparison.
HAS_TORCH = "torch; assert torch.cuda.is_available(), 'PyTorch finds no CUDA device'"
HAS_JAX = "jax; assert jax.default_backend() == 'gpu', 'JAX finds no GPU'"
PEERS = [
    ("PyTorch, eager", ["pytorch_gpu.py", "--way", "eager"], HAS_TORCH),
    ("PyTorch, CUDA graphs", ["pytorch_gpu.py", "--way", "graph"], HAS_TORCH),
    ("JAX", ["jax_fit.py", "--reruns", "5"], HAS_JAX),
]
COMPILED = ("PyTorch, compiled", ["pytorch_gpu.py", "--way", "compile"], HAS_TORCH)


def main():
    """Measure, and print or write the tables."""
    arguments = parse()
    card = name_card(arguments)
    if not card:
        print("no NVIDIA GPU on this machine: neither nvidia-smi nor PyTorch names one", file=sys.stderr)
        raise SystemExit(2)
    machine = measure.describe_machine()
    app = measure.fingerprint(arguments.app)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        benchmarks, skipped = benchmark_all(arguments, scratch)
        contenders = {f"ours, {name}": (ours, (name, keeping_in(scratch / name))) for name in benchmarks}
        contenders["ours, flex (CPU)"] = (ours, ("flex", os.environ))
        peers = [*PEERS, COMPILED] if arguments.compiled else PEERS
        peers, missing = run.find_peers(peers, arguments, os.environ)
        fits = run.compare_all(contenders | peers, arguments, os.environ)
    if measure.fingerprint(arguments.app) != app:
        raise SystemExit(f"{arguments.app} was built anew while it was measured: nothing of this counts")
    lines = ["## On a GPU", "", f"- {card}", *machine, f"- ours: {app}", *skipped, *missing, ""]
    measure.publish("gpu", [*lines, *benchmark_tables(benchmarks), *fits], arguments)


def parse():
    """Read the command line."""
    parser = measure.parser(__doc__, rounds=3)
    parser.add_argument("--backend", nargs="+", default=BACKENDS, help=f"[default: {' '.join(BACKENDS)}]")
    parser.add_argument("--compiled", action="store_true", help="compare with PyTorch's torch.compile too")
    run.add_fit_arguments(parser, USUAL)
    arguments = measure.parsed(parser)
    has_numpy, reason = measure.interpreter_with("gzip", arguments.python, os.environ)
    if not has_numpy:  # The lab's rows are compiled in: they need nothing.
        print(f"only the lab is trained: no NumPy to make other rows ({reason})", file=sys.stderr)
        arguments.data = ["lab"]
    return arguments


def name_card(arguments):
    """Return the name of the GPU and its driver's version, or None."""
    ask = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    torch = "import torch; print(torch.cuda.get_device_name(), 'CUDA', torch.version.cuda, sep=', ')"
    for command in (ask, *([python, "-c", torch] for python in arguments.python)):
        try:
            found = subprocess.run(command, capture_output=True, text=True)
        except OSError:
            continue
        if found.returncode == 0 and found.stdout.strip():
            return "; ".join(found.stdout.strip().splitlines())
    return None


def keeping_in(folder):
    """Return an environment in which Burn, CUDA and NVIDIA's Vulkan driver keep compiled and tuned kernels there.

    Burn keeps them in the user's cache, unless a Cargo.toml lies above the working directory; `measured` works in a
    temporary one.
    """
    places = {"XDG_CACHE_HOME": "cache", "CUDA_CACHE_PATH": "cuda", "__GL_SHADER_DISK_CACHE_PATH": "shaders"}
    for name in places.values():
        (folder / name).mkdir(parents=True, exist_ok=True)
    return os.environ | {variable: str(folder / name) for variable, name in places.items()}


def benchmark_all(arguments, scratch):
    """Return what a first and a second process measured on each backend, and a line for each that does not run."""
    trained = scratch / "run"
    train = [arguments.app, "--backend", "flex", "train", "--config", measure.LAB, "--run-dir", trained]
    measure.measured(train, os.environ, scratch)
    benchmarks, skipped = {}, []
    for backend in arguments.backend:
        environment = keeping_in(scratch / backend)
        command = [arguments.app, "--backend", backend, "benchmark", trained, "--json"]
        found = []
        try:
            for process in ("first", "second"):
                print(f"benchmark, {backend}: {process} process", file=sys.stderr)
                wall, _, _, printed = measure.measured(command, environment, scratch)
                line = json.loads(printed)
                found.append({**line, "process": process, "wall_seconds": wall, "kept": kept(scratch / backend)})
        except measure.Failed as failure:
            skipped.append(f"- left out: ours, {backend} ({failure.reason})")
            continue
        benchmarks[backend] = found
    return benchmarks, skipped


def kept(folder):
    """Return how many files lie below the folder, and how large they are together."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return f"{len(sizes)} files, {sum(sizes) / 1e6:.1f} MB"


def ours(what, _environment, *settings):
    """Train with our program on a backend, in that backend's environment."""
    backend, environment = what
    return run.run_ours(backend, environment, *settings)


def benchmark_tables(benchmarks):
    """Return what the processes measured as tables in Markdown, as lines."""
    if not benchmarks:
        return []
    processes = [line for found in benchmarks.values() for line in found]
    first_run = [
        [
            f"{line['backend']}, {line['device']}",
            line["process"],
            measure.times([line["wall_seconds"]]),
            measure.times([line["open_seconds"]]),
            measure.times([line["first_step_seconds"]]),
            line["kept"],
        ]
        for line in processes
    ]
    training = [
        [
            f"{line['backend']}, {step['path']}",
            line["process"],
            f"{step['batch_size']:,}",
            f"{step['microseconds_per_step']:,.1f}",
            f"{step['images_per_second']:,.0f}",
        ]
        for line in processes
        for step in line["training"]
    ]
    prediction = [
        [
            f"{line['backend']}, {line['prediction']['path']}",
            line["process"],
            f"{line['prediction']['one_image_microseconds']:,.1f}",
            f"{line['prediction']['images']:,}",
            f"{line['prediction']['images_per_second']:,.0f}",
        ]
        for line in processes
    ]
    return [
        "### First and second process",
        "",
        "`app benchmark` in a process with nothing kept from before, and again with what the first has kept; times in "
        "seconds.",
        "",
        *measure.table(["ours", "process", "whole process", "open", "first step", "kept after it"], first_run),
        "",
        "### Training, step by step",
        "",
        *measure.table(["ours", "process", "batch", "µs per step", "images per second"], training),
        "",
        "### Prediction",
        "",
        *measure.table(["ours", "process", "one image, µs", "images", "images per second"], prediction),
        "",
    ]


if __name__ == "__main__":
    main()
