"""PyTorch, eager, in inference mode: with the threads that it takes by itself, and with one."""

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
            layer.weight.copy_(torch.from_numpy(kernel.T))  # PyTorch's are [out, in].
            layer.bias.copy_(torch.from_numpy(bias))
    model = torch.nn.Sequential(*logits, torch.nn.Sigmoid()).eval()

    @torch.inference_mode()
    def answer(rows):
        return model(torch.from_numpy(rows)).numpy()

    bulk = prediction.in_batches(answer)
    ways = [prediction.way(f"{torch.get_num_threads()} threads", answer, bulk, arguments)]
    torch.set_num_threads(1)
    ways.append(prediction.way("1 thread", answer, bulk, arguments))
    prediction.report("PyTorch", torch.__version__, ways)


if __name__ == "__main__":
    main()
