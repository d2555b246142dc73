"""Writes the files of this folder with safetensors 0.8.0, NumPy 2.4.6 and PyTorch 2.15.0, and beside each what NumPy
computes with it.

    python3 make_fixtures.py
"""

import pathlib
import sys

import numpy
import torch
from safetensors import numpy as of_numpy
from safetensors import torch as of_torch

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent / "expected"))
import network


def record(name, arrays, digits=None):
    network.record(FOLDER / name, "safetensors", arrays, digits)


def model(arrays):
    layers = []
    for kernel, bias in zip(arrays[::2], arrays[1::2]):
        layer = torch.nn.Linear(*kernel.shape)
        layer.weight.data = torch.from_numpy(kernel.T.copy())
        layer.bias.data = torch.from_numpy(bias)
        layers += [layer, torch.nn.Sigmoid()]
    return torch.nn.Sequential(*layers)


# The state dict of a Sequential has the names 0.weight, 0.bias, 2.weight and so on.
arrays = network.weights([3, 2, 1])
of_torch.save_file(model(arrays).state_dict(), FOLDER / "pytorch.safetensors")
record("pytorch", arrays)

state = model(arrays).bfloat16().state_dict()
of_torch.save_file(state, FOLDER / "pytorch_bf16.safetensors")
rounded = [part.float().numpy() for part in state.values()]
record("pytorch_bf16", [part.T for part in rounded])

for dtype in ("float16", "float64"):
    arrays = network.weights([2, 2, 10], dtype)
    tensors = dict(zip("abcdef", arrays))
    of_numpy.save_file(tensors, FOLDER / f"{dtype}.safetensors")
    record(dtype, arrays)

arrays = network.weights([3, 2, 1])
names = [f"layer{layer}/{part}" for layer in (1, 2, 3) for part in ("kernel", "bias")]
of_numpy.save_file(
    dict(zip(names, arrays)), FOLDER / "keras_digits.safetensors", {"digits": "3,8", "epoch": "7"}
)
record("keras_digits", arrays, [3, 8])
