#!/usr/bin/env python3
"""Write the ONNX models in this folder, as other programs make them, and their answers.

    pip install onnx==1.23.2 onnxruntime==1.32.0 onnxscript==0.7.2 tf2onnx==1.17.0 skl2onnx==1.20.0 \
        numpy==2.4.6 torch==2.15.0 keras==3.15.1 tensorflow-cpu==2.21.0 scikit-learn==1.9.1
    python3 crates/interop/tests/onnx/make_fixtures.py

All have the same weights, 400-3-2-1 units, from a formula whose numbers are exact even in 16 bits; those of `zeros_*`
have biases of 0. `expected.json` has for each model what onnxruntime answers for two images, which are a formula too.
"""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402: after the environment variables
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

HERE = Path(__file__).parent
SIZES = [(400, 3), (3, 2), (2, 1)]


def formula(count, layer, factor):
    return (((np.arange(count) * factor + 7 * layer) % 61 - 30) / 64).astype("f4")


KERNELS = [formula(a * b, n, 31).reshape(a, b) for n, (a, b) in enumerate(SIZES, 1)]
BIASES = [formula(b, n, 17) for n, (a, b) in enumerate(SIZES, 1)]
IMAGES = ((np.arange(800) * 7 % 101) / np.float32(100)).astype("f4").reshape(2, 400)


def torch_models():
    import torch
    from torch import nn

    class Images(nn.Module):
        """Takes images, and gives logits."""

        def __init__(self):
            super().__init__()
            self.fc1, self.fc2, self.fc3 = (nn.Linear(a, b) for a, b in SIZES)

        def forward(self, x):
            x = x.flatten(1)
            return self.fc3(torch.sigmoid(self.fc2(torch.sigmoid(self.fc1(x)))))

    def filled(model):
        linear = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
        for layer, kernel, bias in zip(linear, KERNELS, BIASES):
            layer.weight.data = torch.tensor(kernel.T.copy())
            layer.bias.data = torch.tensor(bias)
        return model.eval()

    def sequential():
        layers = [(nn.Linear(a, b), nn.Sigmoid()) for a, b in SIZES]
        return filled(nn.Sequential(*[layer for pair in layers for layer in pair]))

    rows, images = torch.rand(2, 400), torch.rand(2, 1, 20, 20)
    dynamic = {"dynamic_shapes": ({0: torch.export.Dim("n")},), "external_data": False, "dynamo": True}
    torch.onnx.export(
        sequential(), rows, HERE / "torch_script.onnx", dynamo=False, dynamic_axes={"x": {0: "n"}}, input_names=["x"]
    )
    torch.onnx.export(sequential(), (rows,), HERE / "torch_dynamo.onnx", **dynamic)
    torch.onnx.export(filled(Images()), (images,), HERE / "torch_dynamo_images_logits.onnx", **dynamic)
    torch.onnx.export(filled(Images()), images, HERE / "torch_script_images_logits.onnx", dynamo=False)
    torch.onnx.export(sequential().half(), rows.half(), HERE / "torch_half.onnx", dynamo=False)
    torch.onnx.export(sequential().double(), rows.double(), HERE / "torch_double.onnx", dynamo=False)
    torch.onnx.export(sequential(), (rows,), HERE / "error_torch_external.onnx")
    (HERE / "error_torch_external.onnx.data").unlink()
    for name in ("torch_dynamo", "torch_dynamo_images_logits", "error_torch_external"):
        without_traces(HERE / f"{name}.onnx")


def without_traces(path):
    """Removes the stack traces of the exporter, which have the paths of the machine."""
    import onnx

    model = onnx.load(path, load_external_data=False)
    graph = model.graph
    for part in [model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer]:
        del part.metadata_props[:]
    path.write_bytes(model.SerializeToString())


def keras_models(backend):
    import keras

    for name, biases in [("keras", BIASES), ("zeros_keras", [0 * bias for bias in BIASES])]:
        dense = [keras.layers.Dense(units, "sigmoid") for _, units in SIZES]
        model = keras.Sequential([keras.Input((20, 20)), keras.layers.Flatten(), *dense])
        model.set_weights([array for pair in zip(KERNELS, biases) for array in pair])
        model(np.zeros((1, 20, 20), "f4"))
        model.export(HERE / f"{name}_{backend}.onnx", format="onnx", verbose=False)


def sklearn_models():
    from skl2onnx import to_onnx
    from sklearn.neural_network import MLPClassifier

    images = np.random.default_rng(0).random((50, 400), "f4")
    for name, labels in [("two", np.arange(50) % 2), ("softmax", np.arange(50) % 3)]:
        model = MLPClassifier((3, 2), activation="logistic", max_iter=2, random_state=0).fit(images, labels)
        if name == "two":
            model.coefs_, model.intercepts_ = KERNELS, BIASES
        prefix = "" if name == "two" else "error_"
        (HERE / f"{prefix}sklearn_{name}.onnx").write_bytes(to_onnx(model, images[:1]).SerializeToString())


def save(name, nodes, arrays, input_shape=("N", 400), output_shape=("N", 1), inputs=()):
    """A model of nodes (operator, inputs, outputs, attributes), from `x` to `y`."""
    graph = helper.make_graph(
        [helper.make_node(op, ins, outs, name=f"node{n}", **rest) for n, (op, ins, outs, rest) in enumerate(nodes)],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, input_shape), *inputs],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, output_shape)],
        arrays,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if not name.startswith("error_"):
        onnx.checker.check_model(model, full_check=True)
    onnx.save(model, HERE / f"{name}.onnx")


def tensor(name, array, kind=TensorProto.FLOAT):
    """Not as bytes, but in the field of its kind."""
    return helper.make_tensor(name, kind, array.shape, array.flatten().tolist())


def handmade_models():
    # Arrays in Constant nodes and transposed by nodes; sums whichever way round; older models list arrays as inputs.
    nodes = [("Cast", ["x"], ["start"], {"to": TensorProto.FLOAT})]
    value = "start"
    for n, (kernel, bias) in enumerate(zip(KERNELS, BIASES), 1):
        turned = numpy_helper.from_array(kernel.T.copy(), f"w{n}")
        nodes += [
            ("Constant", [], [f"t{n}"], {"value": turned}),
            ("Transpose", [f"t{n}"], [f"k{n}"], {"perm": [1, 0]}),
            ("Constant", [], [f"b{n}"], {"value_floats": bias.tolist()}),
            ("MatMul", [value, f"k{n}"], [f"m{n}"], {}),
            ("Add", [f"b{n}", f"m{n}"], [f"s{n}"], {}),
            ("Sigmoid", [f"s{n}"], [f"a{n}"], {}),
            ("Identity", [f"a{n}"], ["y" if n == 3 else f"i{n}"], {}),
        ]
        value = f"i{n}"
    save("hand_constants", nodes, [])

    layers = [(kernel, bias) for kernel, bias in zip(KERNELS, BIASES)]
    for kind in ["FLOAT", "DOUBLE", "FLOAT16"]:
        nodes, arrays, value = [], [], "x"
        for n, (kernel, bias) in enumerate(layers, 1):
            arrays += [tensor(f"k{n}", kernel, TensorProto.DataType.Value(kind))]
            arrays += [tensor(f"b{n}", bias.reshape(1, -1), TensorProto.DataType.Value(kind))]
            nodes += [("Cast", [f"{a}{n}"], [f"{a}f{n}"], {"to": TensorProto.FLOAT}) for a in "kb"]
            nodes += [
                ("Gemm", [value, f"kf{n}", f"bf{n}"], [f"s{n}"], {}),
                ("Sigmoid", [f"s{n}"], ["y" if n == 3 else f"a{n}"], {}),
            ]
            value = f"a{n}"
        infos = [helper.make_tensor_value_info(a.name, a.data_type, a.dims) for a in arrays]
        save(f"hand_{kind.lower()}_data", nodes, arrays, inputs=infos if kind == "FLOAT" else ())

    # What cannot be imported. The arrays are small, because errors of operators come first.
    small = [tensor("w", np.ones((4, 4), "f4")), tensor("b", np.ones(4, "f4"))]
    gemm, sigmoid = ("Gemm", ["x", "w", "b"], ["s"], {}), ("Sigmoid", ["s"], ["y"], {})
    for name, nodes in {
        "relu": [gemm, ("Relu", ["s"], ["y"], {})],
        "conv": [("Conv", ["x", "w"], ["y"], {})],
        "alpha": [("Gemm", ["x", "w", "b"], ["s"], {"alpha": 0.5}), sigmoid],
        "beta": [("Gemm", ["x", "w", "b"], ["s"], {"beta": 0.0}), sigmoid],
        "trans_a": [("Gemm", ["x", "w", "b"], ["s"], {"transA": 1}), sigmoid],
        "no_sigmoid": [gemm, ("MatMul", ["s", "w"], ["y"], {})],
        "two_sigmoids": [gemm, ("Sigmoid", ["s"], ["t"], {}), ("Sigmoid", ["t"], ["y"], {})],
        "integers": [("Cast", ["x"], ["y"], {"to": TensorProto.INT64})],
        "domain": [("Sigmoid", ["x"], ["y"], {"domain": "com.example"})],
        "branches": [gemm, ("Sigmoid", ["s"], ["t"], {}), ("Mul", ["s", "t"], ["y"], {})],
        "mean": [gemm, ("Sigmoid", ["s"], ["t"], {}), ("Mean", ["t", "w"], ["y"], {})],
        "computed": [("Sigmoid", ["w"], ["v"], {}), ("Gemm", ["x", "v", "b"], ["y"], {})],
        "circle": [("Identity", ["x"], ["x"], {})],
        "nowhere": [("Identity", ["x"], ["z"], {})],
        "one_layer": [gemm, sigmoid],
        "left": [("MatMul", ["w", "x"], ["y"], {})],
    }.items():
        save(f"error_{name}", nodes, small, input_shape=None, output_shape=None)
    save("error_784", [gemm, sigmoid], small, input_shape=("N", 1, 28, 28))


def answers(path):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    value = session.get_inputs()[0]
    kind = {"tensor(float16)": "f2", "tensor(double)": "f8"}.get(value.type, "f4")
    images = IMAGES.reshape(-1, 1, 20, 20) if len(value.shape) == 4 else IMAGES
    images = images.reshape(-1, 20, 20) if len(value.shape) == 3 else images
    found = session.run(None, {value.name: images.astype(kind)})[-1]
    if "sklearn" in path.name:
        found = [row[1] for row in found]
    found = np.array(found, "f8").flatten()
    return (1 / (1 + np.exp(-found)) if "logits" in path.name else found).tolist()


def main():
    if sys.argv[1:] == ["keras_torch"]:
        return keras_models("torch")
    torch_models()
    keras_models("tensorflow")
    subprocess.run([sys.executable, __file__, "keras_torch"], env={**os.environ, "KERAS_BACKEND": "torch"}, check=True)
    sklearn_models()
    handmade_models()
    paths = sorted(path for path in HERE.glob("*.onnx") if not path.name.startswith("error_"))
    expected = {path.name: answers(path) for path in paths}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


main()
