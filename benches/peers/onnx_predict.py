"""ONNX Runtime on the CPU: with the threads that it takes by itself, and with one."""

import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import prediction

# The newest that the pinned onnxruntime runs without a warning need not be the newest that onnx writes.
OPSET, IR_VERSION = 23, 11


def model(layers):
    """Return the network as ONNX, with any number of rows: x [n, 400] to probability [n, 1]."""
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
    made = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
    onnx.checker.check_model(made, full_check=True)
    return made


def main():
    """Predict and report."""
    arguments = prediction.parse(__doc__)
    file = model(prediction.layers(arguments.weights)).SerializeToString()
    ways = []
    for name, threads in (("its own threads", 0), ("1 thread", 1)):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])

        def answer(rows, session=session):
            return session.run(None, {"x": rows})[0]

        ways.append(prediction.way(name, answer, prediction.in_batches(answer), arguments))
    prediction.report("onnxruntime", onnxruntime.__version__, ways)


if __name__ == "__main__":
    main()
