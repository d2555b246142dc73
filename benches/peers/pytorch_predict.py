"""PyTorch, eager, in inference mode: with its default number of threads, and with one thread."""

import torch

import prediction
import pytorch_fit


def main():
    """Predict and report."""
    arguments = prediction.parse(__doc__)
    logits = pytorch_fit.network()
    linear = [layer for layer in logits if isinstance(layer, torch.nn.Linear)]
    with torch.no_grad():
        for layer, (kernel, bias) in zip(linear, prediction.layers(arguments.weights), strict=True):
            layer.weight.copy_(torch.from_numpy(kernel.T))  # PyTorch stores weights as [out, in].
            layer.bias.copy_(torch.from_numpy(bias))
    model = torch.nn.Sequential(*logits, torch.nn.Sigmoid()).eval()

    @torch.inference_mode()
    def predict(rows):
        return model(torch.from_numpy(rows)).numpy()

    bulk = prediction.in_batches(predict)
    methods = [prediction.measure(f"{torch.get_num_threads()} threads", predict, bulk, arguments)]
    torch.set_num_threads(1)
    methods.append(prediction.measure("1 thread", predict, bulk, arguments))
    prediction.report("PyTorch", torch.__version__, methods)


if __name__ == "__main__":
    main()
