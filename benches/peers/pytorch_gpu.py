"""PyTorch on a GPU: eager, or each training step replayed as one CUDA graph, or compiled by torch.compile.

The rows are on the GPU and are shuffled there. The preparation (cuBLAS handle, graphs, compiled code) happens before
the first step. It is timed separately, as part of the fit; afterwards weights and optimizer are reset.
"""

import time

import torch
from torch import nn

import pytorch_fit
import recipe

# A step must run on another stream before it is captured; PyTorch's notes on CUDA graphs recommend 3 runs.
STEPS_BEFORE_CAPTURE = 3


class Training:
    """A network, its optimizer, and the rows; `step` trains on a batch of row numbers."""

    def __init__(self, mode, x, y):
        self.x, self.y, self.device = x, y, x.device
        self.model = pytorch_fit.network().to(self.device)
        # A CUDA graph needs Adam's step count on the GPU (capturable). Fused Adam runs as one kernel.
        more = {"capturable": True, "fused": True} if mode == "graph" else {}
        self.adam = pytorch_fit.optimizer(self.model, **more)
        self.forward, self.update = self.model, self.adam.step
        if mode == "compile":
            self.forward = torch.compile(self.model, dynamic=False)
            self.update = torch.compile(self.adam.step)
        self.cross_entropy = nn.BCEWithLogitsLoss()
        self.loss_sum = torch.zeros((), device=self.device)
        self.correct = torch.zeros((), dtype=torch.int64, device=self.device)

    def step(self, batch):
        """Train on these rows and add up the loss and the correct predictions, without waiting for the GPU."""
        labels = self.y[batch]
        logits = self.forward(self.x[batch])
        loss = self.cross_entropy(logits, labels)
        self.adam.zero_grad()
        loss.backward()
        self.update()
        self.loss_sum += loss.detach() * len(batch)
        self.correct += ((logits.detach() >= 0) == (labels == 1)).sum()

    def prepared(self, prepare, batch_sizes):
        """Return a training function for each batch size, made by `prepare`; the network stays untrained."""
        start = [parameter.detach().clone() for parameter in self.model.parameters()]
        functions = {size: prepare(self.step, torch.arange(size, device=self.device)) for size in batch_sizes}
        with torch.no_grad():
            for parameter, value in zip(self.model.parameters(), start):
                parameter.copy_(value)
        # In place, because a CUDA graph refers to memory addresses.
        for state in self.adam.state.values():
            for value in state.values():
                value.zero_()
        return functions


def run_once(step, batch):
    """Run the step once, so that all it needs is loaded and compiled, and return it."""
    step(batch)
    return step


def captured(step, batch):
    """Return the step as a CUDA graph that reads its row numbers from the memory of `batch`."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(STEPS_BEFORE_CAPTURE):
            step(batch)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step(batch)

    def replay(rows):
        batch.copy_(rows)
        graph.replay()

    return replay


def fit(training, functions, batch_size, epochs):
    """Train and return the loss and accuracy of each epoch; reading them, once per epoch, waits for the GPU."""
    count, history = len(training.x), []
    for _ in range(epochs):
        training.loss_sum.zero_()
        training.correct.zero_()
        for batch in torch.randperm(count, device=training.device).split(batch_size):
            functions[len(batch)](batch)
        history.append((training.loss_sum.item() / count, training.correct.item() / count))
    return history


def timed(mode, x, y, batch_size, epochs):
    """Train and return the network, the seconds of the fit, and the seconds of it before the first step."""
    training = Training(mode, x, y)
    batch_sizes = {len(batch) for batch in torch.arange(len(x)).split(batch_size)}  # The last batch may be smaller.
    started = time.perf_counter()
    functions = training.prepared(captured if mode == "graph" else run_once, batch_sizes)
    if x.is_cuda:
        torch.cuda.synchronize()
    compiling = time.perf_counter() - started
    fit(training, functions, batch_size, epochs)
    return training.model, time.perf_counter() - started, compiling


def main():
    """Train once and report."""
    parser = recipe.parser(__doc__)
    parser.add_argument("--mode", choices=["eager", "graph", "compile"], default="eager")
    arguments = parser.parse_args()
    if not torch.cuda.is_available():
        raise SystemExit("PyTorch finds no CUDA device")
    rows, digits = recipe.rows(arguments.data)
    torch.manual_seed(arguments.seed)
    x = torch.from_numpy(rows).cuda()
    y = torch.from_numpy(digits).float().unsqueeze(1).cuda()
    model, seconds, compiling = timed(arguments.mode, x, y, arguments.batch_size, arguments.epochs)
    with torch.inference_mode():
        probabilities = torch.sigmoid(model(x)).cpu().numpy()
    version = f"{torch.__version__} on {torch.cuda.get_device_name()}"
    recipe.report("PyTorch", version, seconds, probabilities, digits, compile_seconds=compiling)


if __name__ == "__main__":
    main()
