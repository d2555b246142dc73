"""PyTorch on a GPU: eager, or each training step replayed as one CUDA graph, or compiled by torch.compile.

The rows lie on the GPU and are shuffled there. What has to be made first (cuBLAS's handle, graphs, compiled code) is
made before the first step and timed apart, as part of the fit; then weights and optimizer start anew.
"""

import time

import torch
from torch import nn

import pytorch_fit
import recipe

# Before a step is captured it has to have run, on another stream: PyTorch's notes on CUDA graphs say 3 times.
STEPS_BEFORE_CAPTURE = 3


class Training:
    """A network, its optimizer, and the rows; `step` trains on a batch of row numbers."""

    def __init__(self, way, x, y):
        self.x, self.y, self.device = x, y, x.device
        self.model = pytorch_fit.network().to(self.device)
        # A graph needs Adam's step count on the GPU. Fused is Adam in one kernel.
        more = {"capturable": True, "fused": True} if way == "graph" else {}
        self.adam = pytorch_fit.optimizer(self.model, **more)
        self.forward, self.update = self.model, self.adam.step
        if way == "compile":
            self.forward = torch.compile(self.model, dynamic=False)
            self.update = torch.compile(self.adam.step)
        self.cross_entropy = nn.BCEWithLogitsLoss()
        self.loss_sum = torch.zeros((), device=self.device)
        self.right = torch.zeros((), dtype=torch.int64, device=self.device)

    def step(self, batch):
        """Train on these rows, and add up loss and right answers; the GPU is not waited for."""
        labels = self.y[batch]
        logits = self.forward(self.x[batch])
        loss = self.cross_entropy(logits, labels)
        self.adam.zero_grad()
        loss.backward()
        self.update()
        self.loss_sum += loss.detach() * len(batch)
        self.right += ((logits.detach() >= 0) == (labels == 1)).sum()

    def prepared(self, prepare, batch_sizes):
        """Return the function that trains on a batch of each size, made by `prepare`; nothing is trained yet."""
        start = [parameter.detach().clone() for parameter in self.model.parameters()]
        functions = {size: prepare(self.step, torch.arange(size, device=self.device)) for size in batch_sizes}
        with torch.no_grad():
            for parameter, value in zip(self.model.parameters(), start):
                parameter.copy_(value)
        # In place: a graph knows the numbers by their address.
        for state in self.adam.state.values():
            for value in state.values():
                value.zero_()
        return functions


def run_once(step, batch):
    """Run the step once, so that everything it needs is there, and return it."""
    step(batch)
    return step


def captured(step, batch):
    """Return the step as a CUDA graph with this batch's place as its own."""
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
    """Train, and return each epoch's loss and accuracy; they are read once an epoch, which waits for the GPU."""
    count, history = len(training.x), []
    for _ in range(epochs):
        training.loss_sum.zero_()
        training.right.zero_()
        for batch in torch.randperm(count, device=training.device).split(batch_size):
            functions[len(batch)](batch)
        history.append((training.loss_sum.item() / count, training.right.item() / count))
    return history


def timed(way, x, y, batch_size, epochs):
    """Train, and return the network, the seconds of the fit, and how many of them passed before the first step."""
    training = Training(way, x, y)
    batch_sizes = {len(batch) for batch in torch.arange(len(x)).split(batch_size)}  # The last may be smaller.
    started = time.perf_counter()
    functions = training.prepared(captured if way == "graph" else run_once, batch_sizes)
    if x.is_cuda:
        torch.cuda.synchronize()
    compiling = time.perf_counter() - started
    fit(training, functions, batch_size, epochs)
    return training.model, time.perf_counter() - started, compiling


def main():
    """Train once and report."""
    parser = recipe.parser(__doc__)
    parser.add_argument("--way", choices=["eager", "graph", "compile"], default="eager")
    arguments = parser.parse_args()
    if not torch.cuda.is_available():
        raise SystemExit("PyTorch finds no CUDA device")
    rows, digits = recipe.rows(arguments.data)
    torch.manual_seed(arguments.seed)
    x = torch.from_numpy(rows).cuda()
    y = torch.from_numpy(digits).float().unsqueeze(1).cuda()
    model, seconds, compiling = timed(arguments.way, x, y, arguments.batch_size, arguments.epochs)
    with torch.inference_mode():
        probabilities = torch.sigmoid(model(x)).cpu().numpy()
    version = f"{torch.__version__} on {torch.cuda.get_device_name()}"
    recipe.report("PyTorch", version, seconds, probabilities, digits, compile_seconds=compiling)


if __name__ == "__main__":
    main()
