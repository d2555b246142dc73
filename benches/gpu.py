#!/usr/bin/env python3
"""Measure our program on a GPU: one training, many networks and prediction, beside the CPU, JAX and PyTorch.

    python3 benches/gpu.py --app app.xz --commit 1234567 --output results
    python3 benches/gpu.py --publish results

The first command needs only Python on the machine with the GPU. It measures the essential first, prints each result as
it comes, and keeps gpu.json and gpu.md in the folder up to date; a measurement that fails or takes too long is recorded
and does not stop the others. The second command copies gpu.md into RESULTS.md, unless the GPU was a software driver.
"""

import argparse
import ctypes.util
import datetime
import functools
import hashlib
import json
import lzma
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import tempfile

import gpu_ours
import gpu_peers
import gpu_record
import measure

GPU_BACKENDS = ["wgpu", "vulkan", "metal", "cuda"]
ENGINES = {"ours, fused kernels": "fused", "ours, Burn's learner": "burn"}


def main():
    """Measure everything in the order of its importance."""
    arguments = parse()
    if arguments.publish:
        publish(arguments.publish)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # So that the running measurement is ended, too.
    arguments.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        app = unpacked(arguments.app, scratch / "app")
        facts = {"lines": description(arguments, app), "software": None, "quick": arguments.quick}
        record = gpu_record.Record(arguments.output, scratch, 60 * arguments.minutes, facts)
        others = check(record, app, arguments)
        benchmark_processes(record, app, arguments, with_caches_in(scratch / "caches"))
        os.environ |= with_caches_in(scratch / "caches")
        train_all(record, app, arguments)
        sweep_all(record, app, arguments)
        predict_all(record, app, arguments)
        jax, torch = gpu_peers.find(record, arguments)
        gpu_peers.measure_all(record, arguments, jax, torch)
        for backend in others:
            measure_other(record, app, arguments, backend)
        if arguments.vulkan_app:
            second = unpacked(arguments.vulkan_app, scratch / "app-vulkan")
            facts["lines"].append(f"ours with vulkan: {fingerprint(second)}")
            measure_other(record, second, arguments, "vulkan")
    print(f"results: {arguments.output}/gpu.md, {arguments.output}/gpu.json")


def parse():
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--app", type=pathlib.Path, default=measure.APP, help="our program, also compressed as .xz")
    parser.add_argument("--vulkan-app", type=pathlib.Path, help="a second build, with --features vulkan")
    parser.add_argument("--commit", default=measure.commit(), help="of the program [default: the checked-out one]")
    help_text = "folder of the results [default: $OUT]"
    parser.add_argument("--output", type=pathlib.Path, default=os.environ.get("OUT"), help=help_text)
    parser.add_argument("--python", default=sys.executable, help="interpreter with JAX and PyTorch [default: this one]")
    parser.add_argument("--backend", choices=GPU_BACKENDS, default="wgpu", help="[default: wgpu]")
    parser.add_argument("--minutes", type=float, default=8, help="end after this time, finished or not [default: 8]")
    parser.add_argument("--limit", type=float, default=60, help="seconds that one measurement may take [default: 60]")
    parser.add_argument("--networks", type=int, nargs="+", help="of the lab's sweeps [default: 1 8 32 132 264 1000]")
    parser.add_argument("--quick", action="store_true", help="few networks and epochs, to try the script; JAX on any device")
    help_text = "copy its gpu.md into RESULTS.md, and measure nothing"
    parser.add_argument("--publish", type=pathlib.Path, metavar="FOLDER", help=help_text)
    arguments = parser.parse_args()
    if not arguments.publish and not arguments.output:
        parser.error("--output is missing, and $OUT is not set")
    for app in () if arguments.publish else filter(None, (arguments.app, arguments.vulkan_app)):
        if not app.is_file():
            parser.error(f"{app} not found")
    arguments.networks = arguments.networks or ([1, 8] if arguments.quick else [1, 8, 32, 132, 264, 1000])
    arguments.ten_networks = 2 if arguments.quick else 100
    arguments.rounds = 1 if arguments.quick else 3
    arguments.epochs = {"lab": 2, "ten": 1} if arguments.quick else {"lab": 20, "ten": 20}
    arguments.epochs[gpu_ours.MNIST_SIZED] = arguments.epochs["lab"]
    arguments.python = shutil.which(arguments.python) or arguments.python
    arguments.app = arguments.app.resolve()
    if arguments.output:
        arguments.output = pathlib.Path(arguments.output).resolve()
    return arguments


def publish(folder):
    """Replace the section of RESULTS.md by the tables of a GPU."""
    facts = json.loads((folder / "gpu.json").read_text())["facts"]
    if facts["software"] is not False or facts["quick"]:
        raise SystemExit(f"{folder} has no results of a GPU: measured with a software driver, with none, or with --quick")
    measure.publish("gpu", (folder / "gpu.md").read_text().splitlines(), argparse.Namespace(write=True))


def unpacked(app, path):
    """Write the program as a file that can be executed, and return its path."""
    with (lzma.open(app) if app.suffix == ".xz" else open(app, "rb")) as packed, open(path, "wb") as file:
        shutil.copyfileobj(packed, file, 2**20)
    path.chmod(0o755)
    return path


def description(arguments, app):
    """Return what was measured and where, as lines."""
    query = ["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    try:
        card = subprocess.run(query, capture_output=True, text=True, timeout=30, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        card = f"nvidia-smi gives nothing ({type(error).__name__})"
    loader = ctypes.util.find_library("vulkan")
    command = " ".join(["python3", "benches/gpu.py", *(["--quick"] if arguments.quick else [])])
    return [
        card.replace("\n", "; "),
        f"Vulkan's loader: {loader or 'not found, so that wgpu finds no device'}",
        *(line.removeprefix("- ") for line in measure.describe_machine()[1:]),
        f"{datetime.date.today()}, `{command}`",
        f"ours: commit {arguments.commit}, {fingerprint(app)}",
        f"Python {platform.python_version()}",
    ]


def fingerprint(app):
    """Return what identifies a build of our program."""
    return f"{app.stat().st_size / 1e6:.1f} MB, SHA-256 {hashlib.sha256(app.read_bytes()).hexdigest()[:16]}"


def with_caches_in(folder):
    """Return an environment in which Burn, CUDA and NVIDIA's Vulkan driver cache compiled and tuned kernels there.

    Burn uses the user's cache folder, unless there is a Cargo.toml above the working directory. The measurements run in
    a temporary folder, which has none.
    """
    subfolders = {"XDG_CACHE_HOME": "cache", "CUDA_CACHE_PATH": "cuda", "__GL_SHADER_DISK_CACHE_PATH": "shaders"}
    for name in subfolders.values():
        (folder / name).mkdir(parents=True, exist_ok=True)
    return os.environ | {variable: str(folder / name) for variable, name in subfolders.items()}


def check(record, app, arguments):
    """Check the devices, note whether the GPU is one, and return the other GPU backends of the program."""
    # The caches of the other measurements stay empty.
    environment = with_caches_in(record.scratch / "caches of the checks")
    says = lambda printed, _: {"says": printed.strip().splitlines()}
    found = record.measure("check", "devices", [app, "devices"], says, 120, environment)
    lines = [line for line in found.get("says", []) if "--device" in line]
    ours = [line for line in lines if line.startswith(f"{arguments.backend},")]
    if ours:
        software = all("software GPU" in line for line in ours)
        record.facts["software"] = software
        if software:
            record.facts["title"] = "## On a software driver, not on a GPU"
    command = [app, "--backend", arguments.backend, "self-check"]
    record.measure("check", f"self-check, {arguments.backend}", command, says, arguments.limit, environment)
    command = [app, "-v", "train", "--config", "lab", "--fast-dev-run"]
    chosen = lambda _, messages: {"says": [line for line in messages.splitlines() if "training on" in line]}
    record.measure("check", "what auto chooses", command, chosen, arguments.limit, environment)
    names = dict.fromkeys(line.split(",")[0] for line in lines)
    return [name for name in names if name in GPU_BACKENDS and name != arguments.backend]


def benchmark_processes(record, app, arguments, environment):
    """Benchmark in a first process with empty caches, and in a second one with the caches that the first has filled."""
    folder = record.scratch / "caches"
    for process in ("first", "second"):
        name = f"{arguments.backend}, {process} process"
        caches = lambda: {"caches": cache_size(folder)}
        gpu_ours.benchmark(record, "process", name, app, arguments.backend, 2 * arguments.limit, None, environment, caches)


def cache_size(folder):
    """Return the number of files below the folder and their total size, as text."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return f"{len(sizes)} files, {sum(sizes) / 1e6:.1f} MB"


def train_all(record, app, arguments):
    """Train one network with both engines on the GPU, and on the CPU, with the same seeds."""
    contenders = [(f"{name}, {arguments.backend}", arguments.backend, engine) for name, engine in ENGINES.items()]
    contenders.append(("ours, flex (CPU)", "flex", "fused"))
    recipes = [gpu_ours.MNIST_SIZED] if gpu_ours.make_mnist_sized(record, arguments) else []
    for recipe in [*gpu_ours.RECIPES, *recipes]:
        for name, backend, engine in contenders:
            for seed in range(arguments.rounds):
                entry = gpu_ours.train(record, app, arguments, name, backend, engine, recipe, seed)
                if not gpu_ours.is_worth_repeating(entry):
                    break


def sweep_all(record, app, arguments):
    """Train many networks, first on the GPU and then on this machine's CPU."""
    for name, backend in ((f"ours, {arguments.backend}", arguments.backend), ("ours, flex (CPU)", "flex")):
        cases = [("lab", networks) for networks in arguments.networks] + [("ten", arguments.ten_networks)]
        for recipe, networks in cases:
            for number in range(1, arguments.rounds + 1):
                entry = gpu_ours.sweep(record, app, arguments, name, backend, recipe, networks, number)
                if not gpu_ours.is_worth_repeating(entry):
                    break


def predict_all(record, app, arguments):
    """Benchmark both trained networks on the GPU and the CPU, and run the commands that predict."""
    nothing = lambda _printed, _messages: {}
    for recipe in gpu_ours.RECIPES:
        for backend in (arguments.backend, "flex"):
            run = gpu_ours.run_folder(recipe, backend, "fused", 0)
            if not (record.scratch / run / "result.toml").is_file():
                record.skip("prediction", f"{recipe}, {backend}", "there is no trained network")
                continue
            if not arguments.quick:
                gpu_ours.benchmark(record, "benchmark", f"{recipe}, {backend}", app, backend, arguments.limit, run)
            for options in (["predict", run, "--index", "0"], ["evaluate", run]):
                for _ in range(arguments.rounds):
                    command = [app, "--backend", backend, *options]
                    record.measure("prediction", f"{recipe}: {options[0]}, {backend}", command, nothing, arguments.limit)


def measure_other(record, app, arguments, backend):
    """Measure the essential with another GPU backend of the program."""
    gpu_ours.benchmark(record, "benchmark", f"untrained, {backend}", app, backend, 2 * arguments.limit)
    train = functools.partial(gpu_ours.train, record, app, arguments)
    name = f"ours, {backend}"
    if train(f"ours, fused kernels, {backend}", backend, "fused", "lab", 0)["state"] != "failed":
        gpu_ours.sweep(record, app, arguments, name, backend, "lab", max(arguments.networks))
    else:
        train(f"ours, Burn's learner, {backend}", backend, "burn", "lab", 0)
        record.skip("sweep", name, "without the fused kernels, the networks are trained one after the other")


if __name__ == "__main__":
    main()
