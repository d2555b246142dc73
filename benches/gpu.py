#!/usr/bin/env python3
"""Measure our program on a GPU, the extra cost of the first process, and training compared with PyTorch and JAX.

    python3 benches/gpu.py --app app --python /tmp/peers/bin/python

For each backend of the program, `app benchmark` runs twice: in a first process with empty caches, and in a second one
with the caches that the first has filled. Then all contenders train, in rounds, as in run.py. Needs an NVIDIA GPU; the
peers need their CUDA builds. What is missing is skipped, and the results say so.
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
DEFAULT_CASES = [("lab", 32), ("mnist-sized", 1024)]
# What must succeed in a peer's interpreter.
HAS_TORCH = "torch; assert torch.cuda.is_available(), 'PyTorch finds no CUDA device'"
HAS_JAX = "jax; assert jax.default_backend() == 'gpu', 'JAX finds no GPU'"
# Name, script with its flags, and the check above.
PEERS = [
    ("PyTorch, eager", ["pytorch_gpu.py", "--mode", "eager"], HAS_TORCH),
    ("PyTorch, CUDA graphs", ["pytorch_gpu.py", "--mode", "graph"], HAS_TORCH),
    ("JAX", ["jax_fit.py", "--reruns", "5"], HAS_JAX),
]
COMPILED = ("PyTorch, compiled", ["pytorch_gpu.py", "--mode", "compile"], HAS_TORCH)


def main():
    """Run the benchmark and print or write the tables."""
    arguments = parse()
    gpu = find_gpu(arguments)
    if not gpu:
        print("no NVIDIA GPU found: neither nvidia-smi nor PyTorch reports one", file=sys.stderr)
        raise SystemExit(2)
    machine = measure.describe_machine()
    app = measure.fingerprint(arguments.app)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        benchmarks, skipped = benchmark_all(arguments, scratch)
        contenders = {f"ours, {name}": (ours, (name, with_caches_in(scratch / name))) for name in benchmarks}
        contenders["ours, flex (CPU)"] = (ours, ("flex", os.environ))
        peers = [*PEERS, COMPILED] if arguments.compiled else PEERS
        peers, missing = run.find_peers(peers, arguments, os.environ)
        fits = run.compare_all(contenders | peers, arguments, os.environ)
    if measure.fingerprint(arguments.app) != app:
        raise SystemExit(f"{arguments.app} was rebuilt during the benchmark: the results are not valid")
    lines = ["## On a GPU", "", f"- {gpu}", *machine, f"- ours: {app}", *skipped, *missing, ""]
    measure.publish("gpu", [*lines, *benchmark_tables(benchmarks), *fits], arguments)


def parse():
    """Parse the command line."""
    parser = measure.parser(__doc__, rounds=3)
    parser.add_argument("--backend", nargs="+", default=BACKENDS, help=f"[default: {' '.join(BACKENDS)}]")
    parser.add_argument("--compiled", action="store_true", help="also compare with PyTorch's torch.compile")
    run.add_fit_arguments(parser, DEFAULT_CASES)
    arguments = measure.parse_arguments(parser)
    has_numpy, reason = measure.interpreter_with("gzip", arguments.python, os.environ)
    if not has_numpy:  # The lab's rows are compiled into our program.
        print(f"measuring the lab only: making other rows needs NumPy ({reason})", file=sys.stderr)
        arguments.data = ["lab"]
    return arguments


def find_gpu(arguments):
    """Return the name of the GPU and the version of its driver, or None."""
    query = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    torch = "import torch; print(torch.cuda.get_device_name(), 'CUDA', torch.version.cuda, sep=', ')"
    for command in (query, *([python, "-c", torch] for python in arguments.python)):
        try:
            found = subprocess.run(command, capture_output=True, text=True)
        except OSError:
            continue
        if found.returncode == 0 and found.stdout.strip():
            return "; ".join(found.stdout.strip().splitlines())
    return None


def with_caches_in(folder):
    """Return an environment in which Burn, CUDA and NVIDIA's Vulkan driver cache compiled and tuned kernels there.

    Burn uses the user's cache folder, unless there is a Cargo.toml above the working directory. `run_process` runs in a
    temporary folder, which has none.
    """
    subfolders = {"XDG_CACHE_HOME": "cache", "CUDA_CACHE_PATH": "cuda", "__GL_SHADER_DISK_CACHE_PATH": "shaders"}
    for name in subfolders.values():
        (folder / name).mkdir(parents=True, exist_ok=True)
    return os.environ | {variable: str(folder / name) for variable, name in subfolders.items()}


def benchmark_all(arguments, scratch):
    """Return what both processes measured on each backend, and a line for each backend that fails."""
    trained = scratch / "run"
    train = [arguments.app, "--backend", "flex", "train", "--config", measure.LAB, "--run-dir", trained]
    measure.run_process(train, os.environ, scratch)
    benchmarks, skipped = {}, []
    for backend in arguments.backend:
        environment = with_caches_in(scratch / backend)
        command = [arguments.app, "--backend", backend, "benchmark", trained, "--json"]
        found = []
        try:
            for process in ("first", "second"):
                print(f"benchmark, {backend}: {process} process", file=sys.stderr)
                wall, _, _, printed = measure.run_process(command, environment, scratch)
                line, caches = json.loads(printed), cache_size(scratch / backend)
                found.append({**line, "process": process, "wall_seconds": wall, "caches": caches})
        except measure.Failed as failure:
            skipped.append(f"- skipped: ours, {backend} ({failure.reason})")
            continue
        benchmarks[backend] = found
    return benchmarks, skipped


def cache_size(folder):
    """Return the number of files below the folder and their total size, as text."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return f"{len(sizes)} files, {sum(sizes) / 1e6:.1f} MB"


def ours(contender, _environment, *settings):
    """Train with our program on a backend, in the environment of that backend."""
    backend, environment = contender
    return run.run_ours((backend, "auto"), environment, *settings)


def benchmark_tables(benchmarks):
    """Return what the processes measured as Markdown tables, as lines."""
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
            line["caches"],
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
        "`app benchmark` in a first process with empty caches, and in a second one with the caches that the first has "
        "filled; times in seconds.",
        "",
        *measure.table(["ours", "process", "whole process", "open", "first step", "caches afterwards"], first_run),
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
