"""ONNX Runtime on the CPU: with its default number of threads, and with one thread."""

import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import prediction

# The newest versions that the pinned onnxruntime loads without a warning; onnx may write newer ones by default.
OPSET, IR_VERSION = 23, 11


def model(layers):
    """Return the network as an ONNX model for any number of rows: x [n, 400] to probability [n, 1]."""
    nodes, weights, values = [], [], "x"
    for number, (kernel, bias) in enumerate(layers, start=1):
        names = [f"layer{number}.weight", f"layer{number}.bias"]
        weights += [numpy_helper.from_array(array, name) for array, name in zip((kernel, bias), names)]
        product, activation = f"z{number}", "probability" if number == len(layers) else f"a{number}"
        nodes.append(helper.make_node("Gemm", [values, *names], [product]))
        nodes.append(helper.make_node("Sigmoid", [product], [activation]))
        values = activation
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 400])
    probability = helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["n", 1])
    graph = helper.make_graph(nodes, "digits", [x], [probability], weights)
    opsets = [helper.make_opsetid("", OPSET)]
    network = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
    onnx.checker.check_model(network, full_check=True)
    return network


def main():
    """Predict and report."""
    arguments = prediction.parse(__doc__)
    file = model(prediction.layers(arguments.weights)).SerializeToString()
    methods = []
    for name, threads in (("default threads", 0), ("1 thread", 1)):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])

        def predict(rows, session=session):
            return session.run(None, {"x": rows})[0]

        methods.append(prediction.measure(name, predict, prediction.in_batches(predict), arguments))
    prediction.report("onnxruntime", onnxruntime.__version__, methods)


if __name__ == "__main__":
    main()
