"""Measurements of JAX and PyTorch for gpu.py, on the same GPU; what is not installed is recorded."""

import json

import gpu_ours
import measure

PEERS = measure.HERE / "peers"
HAS_JAX = "import numpy, jax; print('JAX', jax.__version__, 'on', jax.devices()[0].device_kind)"
NEEDS_A_GPU = "; assert jax.default_backend() == 'gpu', 'JAX finds no GPU'"
HAS_TORCH = "import numpy, torch; assert torch.cuda.is_available(), 'PyTorch finds no CUDA device'; print(torch.__version__)"


def find(record, arguments):
    """Return whether JAX and PyTorch can be measured; what is missing is recorded."""
    says = lambda printed, _: {"says": [printed.strip()]}
    has_jax = HAS_JAX if arguments.quick else HAS_JAX + NEEDS_A_GPU
    return [
        record.measure("check", name, [arguments.python, "-c", code], says, arguments.limit)["state"] == "ok"
        for name, code in (("JAX", has_jax), ("PyTorch", HAS_TORCH))
    ]


def measure_all(record, arguments, jax, torch):
    """Train one network, and many networks, with JAX and PyTorch."""
    python = arguments.python
    fits = [("JAX, scan", "jax_fit.py", [])] if jax else []
    fits += [(f"PyTorch, {mode}", "pytorch_gpu.py", ["--mode", mode]) for mode in ("eager", "graph")] if torch else []
    for data in ("lab", gpu_ours.MNIST_SIZED):
        for name, script, options in fits:
            for seed in range(arguments.rounds):
                command = [python, PEERS / script, *options, "--data", data]
                command += ["--epochs", arguments.epochs[data], "--seed", seed]
                fields = {"recipe": data, "seed": seed}
                entry = record.measure("training", f"{data}: {name}", command, read_fit, arguments.limit, **fields)
                if not gpu_ours.is_worth_repeating(entry):
                    break
    sweeps = [("JAX, vmap", "jax_sweep.py")] if jax else []
    sweeps += [("PyTorch, vmap", "pytorch_sweep.py")] if torch else []
    most_first = sorted(arguments.networks, reverse=True)
    cases = [("lab", networks) for networks in most_first] + [("ten", arguments.ten_networks)]
    for recipe, networks in cases:
        for contender, script in sweeps:
            sweep(record, arguments, contender, script, recipe, networks)


def sweep(record, arguments, contender, script, recipe, networks):
    """Train many networks, and record it also without the preparation, such as JAX's compilation."""
    command = [arguments.python, PEERS / script, "--recipe", recipe, "--networks", networks]
    command += ["--epochs", arguments.epochs[recipe]]
    name, fields = f"{recipe}: {networks} networks, {contender}", gpu_ours.sweep_fields(arguments, recipe, contender)
    entry = record.measure("sweep", name, command, read_sweep, 2 * arguments.limit, **fields)
    if entry["state"] == "ok":
        fit = entry["fit_seconds"] - entry["compile_seconds"]
        prepared = {name: entry[name] + ", without preparation" for name in ("name", "contender")}
        record.add(entry | prepared | {"fit_seconds": fit, "wall_seconds": None})


def read_sweep(printed, _messages):
    """Return what a peer needed and reached with many networks."""
    found = json.loads(printed.strip().splitlines()[-1])
    kept = {name: found[name] for name in ("networks", "fit_seconds", "compile_seconds", "version")}
    return kept | {"loss": found["val_loss"], "accuracy": found["val_accuracy"]}


def read_fit(printed, _messages):
    """Return what a peer needed and reached with one network."""
    found = json.loads(printed.strip().splitlines()[-1])
    steps = found["fit_seconds"] - found["compile_seconds"]
    return {"fit_seconds": found["fit_seconds"], "steps_seconds": steps, "loss": found["loss"], "version": found["version"]}
