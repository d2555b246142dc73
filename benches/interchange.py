#!/usr/bin/env python3
"""Checks the files of `app export` and `app import` with the programs that they are for.

Trains a network of two digits and one of ten, writes each in every format, lets the other program answer for all
images of the data set, and compares its probabilities with `app predict`. Then lets the program write a file of its
own, imports that, and compares again. Prints a row for each program that the Python in which this runs has:

    python3 benches/interchange.py --app target/debug/app
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy

NETWORKS = {
    "two": ["--config", "lab"],
    "ten": ["--digits", "0..9", "--hidden-units", "100,50", "--epochs", "20"],
}
LAYERS = ["layer1", "layer2", "layer3"]


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


class App:
    def __init__(self, program, folder):
        self.program, self.folder = str(Path(program).resolve()), folder

    def __call__(self, *arguments):
        command = [self.program, "-q", "--backend", "ndarray", *map(str, arguments)]
        return subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def probabilities(self, run, rows):
        lines = self("predict", run, "--json", "--index", ",".join(map(str, rows))).splitlines()
        found = []
        for line in map(json.loads, lines):
            several = line.get("probabilities")
            found.append([one["probability"] for one in several] if several else [line["probability"]])
        return numpy.array(found)


def by_layers(x, weights):
    for kernel, bias in zip(weights[::2], weights[1::2]):
        x = sigmoid(x.astype("float64") @ kernel + bias)
    return x


def with_numpy(app, x, weights, outputs):
    with numpy.load(app.folder / "net.npz") as file:
        yield ".npz", by_layers(x, [file[name] for name in file.files])
    numpy.savez_compressed(app.folder / "theirs.npz", *weights)
    yield "theirs.npz", by_layers(x, weights)


def with_scipy(app, x, weights, outputs):
    import scipy.io

    thetas = scipy.io.loadmat(app.folder / "net.mat")
    values = x.astype("float64")
    for theta in (thetas[f"Theta{number}"] for number in (1, 2, 3)):
        values = sigmoid(numpy.hstack([numpy.ones((len(values), 1)), values]) @ theta.T)
    yield ".mat", values
    pairs = list(zip(weights[::2], weights[1::2]))
    # As in the course, where ten outputs are 1, 2, ..., 9, 0.
    order = [*range(1, 10), 0] if outputs == 10 else range(outputs)
    thetas = {f"Theta{n}": numpy.hstack([bias[:, None], kernel.T]) for n, (kernel, bias) in enumerate(pairs, 1)}
    thetas["Theta3"] = thetas["Theta3"][list(order)]
    scipy.io.savemat(app.folder / "theirs.mat", {n: t.astype("float64") for n, t in thetas.items()}, do_compression=True)
    yield "theirs.mat", by_layers(x, weights)


def with_safetensors(app, x, weights, outputs):
    import safetensors.numpy

    names = [f"{layer}.{part}" for layer in LAYERS for part in ("weight", "bias")]
    file = safetensors.numpy.load_file(app.folder / "net.safetensors")
    yield ".safetensors", by_layers(x, [file[name].T for name in names])
    arrays = {name: numpy.ascontiguousarray(array.T) for name, array in zip(names, weights)}
    safetensors.numpy.save_file(arrays, app.folder / "theirs.safetensors")
    yield "theirs.safetensors", by_layers(x, weights)


def with_torch(app, x, weights, outputs):
    import safetensors.torch
    import torch

    sizes = [weights[0].shape[0], *(bias.shape[0] for bias in weights[1::2])]
    model = torch.nn.Sequential()
    for layer, pair in zip(LAYERS, zip(sizes, sizes[1:])):
        model.add_module(layer, torch.nn.Linear(*pair))
        model.add_module(layer + "_sigmoid", torch.nn.Sigmoid())
    model.load_state_dict(safetensors.torch.load_file(app.folder / "net.safetensors"))
    with torch.no_grad():
        found = model(torch.from_numpy(x)).numpy()
    yield ".safetensors", found
    torch.save(model.state_dict(), app.folder / "theirs.pt")
    yield "theirs.pt", found
    try:
        torch.onnx.export(model, (torch.from_numpy(x[:1]),), str(app.folder / "theirs.onnx"), dynamo=False)
        yield "theirs.onnx", found
    except ModuleNotFoundError:
        pass


def with_keras(app, x, weights, outputs):
    import keras

    model = keras.models.load_model(app.folder / "net.keras")
    yield ".keras", model.predict(x, verbose=0)
    layers = [keras.layers.Dense(layer.units, "sigmoid") for layer in model.layers]
    other = keras.Sequential([keras.Input((400,)), *layers])
    other.load_weights(app.folder / "net.weights.h5")
    yield ".weights.h5", other.predict(x, verbose=0)
    for name in ("theirs.keras", "theirs.h5"):
        other.save(app.folder / name)
        yield name, other.predict(x, verbose=0)
    other.save_weights(app.folder / "theirs.weights.h5")
    yield "theirs.weights.h5", other.predict(x, verbose=0)


def with_h5py(app, x, weights, outputs):
    import h5py

    with h5py.File(app.folder / "net.weights.h5") as file:
        names = [f"layers/{layer}/vars/{part}" for layer in ("dense", "dense_1", "dense_2") for part in "01"]
        yield ".weights.h5", by_layers(x, [file[name][()] for name in names])


def with_onnxruntime(app, x, weights, outputs):
    import onnx
    import onnxruntime

    onnx.checker.check_model(str(app.folder / "net.onnx"), full_check=True)
    session = onnxruntime.InferenceSession(app.folder / "net.onnx", providers=["CPUExecutionProvider"])
    yield ".onnx", session.run(None, {"pixels": x})[0]


C_MAIN = """
#include <stdio.h>
int predict(const float pixels[400], float probabilities[%(digits)d]);
int main(void) {
    static float pixels[400];
    float probabilities[%(digits)d];
    while (fread(pixels, 4, 400, stdin) == 400) {
        predict(pixels, probabilities);
        fwrite(probabilities, 4, %(digits)d, stdout);
    }
    return 0;
}
"""

RUST_MAIN = """
#[path = "net.rs"]
mod net;
use std::io::{Read, Write};
fn main() {
    let mut bytes = [0; 1600];
    while std::io::stdin().read_exact(&mut bytes).is_ok() {
        let mut pixels = [0.0; 400];
        for (pixel, bytes) in pixels.iter_mut().zip(bytes.chunks(4)) {
            *pixel = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        let (_, probabilities) = net::predict(&pixels);
        for probability in probabilities {
            std::io::stdout().write_all(&probability.to_le_bytes()).unwrap();
        }
    }
}
"""


def compiled(app, x, outputs, command, main, source):
    digits = max(outputs, 2)
    (app.folder / source).write_text(main % {"digits": digits} if "%(" in main else main)
    subprocess.run(command, cwd=app.folder, check=True)
    output = subprocess.run([app.folder / "main"], input=x.tobytes(), stdout=subprocess.PIPE, check=True).stdout
    found = numpy.frombuffer(output, "<f4").reshape(len(x), digits)
    return found[:, 1:] if outputs == 1 else found


def with_gcc(app, x, weights, outputs):
    flags = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-pedantic"]
    command = ["gcc", *flags, "main.c", "net.c", "-o", "main"]
    yield ".c", compiled(app, x, outputs, command, C_MAIN, "main.c")


def with_rustc(app, x, weights, outputs):
    command = ["rustc", "--edition=2021", "-O", "-D", "warnings", "main.rs", "-o", "main"]
    yield ".rs", compiled(app, x, outputs, command, RUST_MAIN, "main.rs")


def version(program):
    if program in ("gcc", "rustc"):
        words = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0].split()
        return words[-1] if program == "gcc" else words[1]
    return __import__(program).__version__


PROGRAMS = {
    "numpy": with_numpy,
    "scipy": with_scipy,
    "safetensors": with_safetensors,
    "torch": with_torch,
    "keras": with_keras,
    "h5py": with_h5py,
    "onnxruntime": with_onnxruntime,
    "gcc": with_gcc,
    "rustc": with_rustc,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", default="target/debug/app")
    arguments = parser.parse_args()
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        app = App(arguments.app, folder)
        app("data", "--output", "digits")
        for name, flags in NETWORKS.items():
            app("train", "--run-dir", name, *flags)
            chosen = range(5000) if name == "ten" else range(1000)
            x = numpy.load(folder / "digits/X.npy")[chosen]
            ours = app.probabilities(name, chosen)
            for ending in ("npz", "safetensors", "keras", "weights.h5", "onnx", "mat", "c", "rs"):
                app("export", name, "--output", f"net.{ending}")
            with numpy.load(folder / "net.npz") as file:
                weights = [file[key] for key in file.files]
            for program, answers in PROGRAMS.items():
                try:
                    release = version(program)
                    found = list(answers(app, x, weights, ours.shape[1]))
                except (ModuleNotFoundError, FileNotFoundError):
                    continue
                for file, theirs in found:
                    compared, way = ours, "out"
                    if file.startswith("theirs"):
                        run = f"{name}-{program}-{file}"
                        app("import", file, "--run-dir", run)
                        compared, way, file = app.probabilities(run, chosen), "in", file.removeprefix("theirs")
                    difference = numpy.abs(compared - numpy.asarray(theirs, "float64")).max()
                    rows.setdefault((file, way, f"{program} {release}"), []).append(difference)
    print("| file | way | checked by | two digits, 1,000 images | ten digits, 5,000 images |")
    print("| --- | --- | --- | --- | --- |")
    for (file, way, program), differences in rows.items():
        print(f"| `{file}` | {way} | {program} | " + " | ".join(f"{found:.1e}" for found in differences) + " |")


if __name__ == "__main__":
    main()
