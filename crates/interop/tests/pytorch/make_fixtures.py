#!/usr/bin/env python3
"""Write the PyTorch files in this folder and PyTorch's answers.

    pip install numpy==2.4.6 torch==2.15.0
    python3 crates/interop/tests/pytorch/make_fixtures.py

All have the same weights, 400-3-2-1 units, from a formula whose numbers are exact even in 16 bits. `expected.json` has
what PyTorch answers for two images, which are a formula too. In `big_endian.pt` the bytes of each number are turned
round, because PyTorch writes those of its machine.
"""

import collections
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).parent
SIZES = [(400, 3), (3, 2), (2, 1)]


def formula(count, layer, factor):
    return (((np.arange(count) * factor + 7 * layer) % 61 - 30) / 64).astype("f4")


KERNELS = [formula(a * b, n, 31).reshape(a, b) for n, (a, b) in enumerate(SIZES, 1)]
BIASES = [formula(b, n, 17) for n, (a, b) in enumerate(SIZES, 1)]
IMAGES = ((np.arange(800) * 7 % 101) / np.float32(100)).astype("f4").reshape(2, 400)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.input, self.hidden, self.output = (nn.Linear(a, b) for a, b in SIZES)
        for layer, kernel, bias in zip([self.input, self.hidden, self.output], KERNELS, BIASES):
            layer.weight.data, layer.bias.data = torch.tensor(kernel.T.copy()), torch.tensor(bias)

    def forward(self, x):
        return torch.sigmoid(self.output(torch.sigmoid(self.hidden(torch.sigmoid(self.input(x))))))


def sequential():
    model = Network()
    layers = [model.input, nn.Sigmoid(), model.hidden, nn.Sigmoid(), model.output, nn.Sigmoid()]
    return nn.Sequential(*layers)


class Evil:
    def __reduce__(self):
        import os

        return os.system, ("touch /tmp/run-by-a-pickle",)


def views():
    """Two kernels in one storage, one of them transposed, from its seventh number; a bias that is every other number."""
    storage = torch.full((7 + 1200 + 6,), float("nan"))
    first, second = storage[7:1207].view(400, 3), storage[1207:].view(2, 3)
    first[:] = torch.tensor(KERNELS[0])
    second[:] = torch.tensor(KERNELS[1].T.copy())
    spaced = torch.full((6,), float("nan"))
    spaced[::2] = torch.tensor(BIASES[0])
    state = sequential().state_dict()
    state["0.weight"], state["2.weight"], state["0.bias"] = first.T, second, spaced[::2]
    assert not state["0.weight"].is_contiguous()
    return state


def trained():
    """A checkpoint of a training, as Lightning and the tutorials write it."""
    model = sequential()
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.tensor(IMAGES)).sum().backward()
    optimizer.step()
    state = {f"model.{key}": value for key, value in sequential().state_dict().items()}
    return {
        "epoch": 3, "global_step": 10**12, "pytorch-lightning_version": "2.6.0", "state_dict": state, "loss": 0.25,
        "optimizer_states": [optimizer.state_dict()], "done": torch.tensor([True]), "hyper_parameters": {"lr": 1e-3},
    }


def big_endian(path, into):
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(into, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("/byteorder"):
                content = b"big"
            elif "/data/" in name:
                content = np.frombuffer(content, "<f4").astype(">f4").tobytes()
            new.writestr(zipfile.ZipInfo(name), content)


def main():
    state = sequential().state_dict()
    parameters = collections.OrderedDict(sequential().named_parameters())
    torch.save(state, HERE / "state_dict.pt")
    torch.save(Network().state_dict(), HERE / "named.pth")
    torch.save(state, HERE / "protocol4.pt", pickle_protocol=4)
    torch.save(nn.DataParallel(sequential()).state_dict(), HERE / "parallel.pt")
    torch.save(parameters, HERE / "parameters.pt")
    torch.save(views(), HERE / "views.pt")
    torch.save(trained(), HERE / "checkpoint.ckpt")
    torch.save({"model_state_dict": state, "epoch": 1}, HERE / "tutorial.tar")
    torch.save(sequential().half().state_dict(), HERE / "half.pt")
    torch.save(sequential().double().state_dict(), HERE / "double.pt")
    torch.save(sequential().bfloat16().state_dict(), HERE / "bfloat16.pt")
    big_endian(HERE / "state_dict.pt", HERE / "big_endian.pt")

    torch.save(nn.Sequential(nn.Linear(2, 1), nn.Sigmoid()), HERE / "error_model.pt")
    torch.jit.save(torch.jit.script(nn.Sequential(nn.Linear(2, 1))), HERE / "error_script.pt")
    torch.save({"0.weight": Evil()}, HERE / "error_evil.pt")
    torch.save({"0.weight": torch.tensor([1, 2])}, HERE / "error_integers.pt")
    torch.save({"0.weight": torch.ones(3), "version": 2}, HERE / "error_entry.pt")
    torch.save([torch.ones(2)], HERE / "error_list.pt")
    torch.save({"0.weight": torch.ones(1).expand(1 << 40, 400)}, HERE / "error_expanded.pt")
    own = {"0.weight": torch.ones(1)}
    own["state_dict"] = own
    torch.save(own, HERE / "error_itself.pt")
    old = io.BytesIO()
    torch.save({"0.weight": torch.ones(1)}, old, _use_new_zipfile_serialization=False)
    (HERE / "error_old.pt").write_bytes(old.getvalue())

    images = torch.tensor(IMAGES)
    with torch.no_grad():
        answers = {"f32": sequential()(images), "f64": sequential().double()(images.double())}
    expected = {kind: found.flatten().tolist() for kind, found in answers.items()}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


main()
