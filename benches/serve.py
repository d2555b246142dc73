#!/usr/bin/env python3
"""Measure how many requests `app serve` answers, and how fast, beside FastAPI with ONNX Runtime.

    cargo build --release -p app
    python3 benches/serve.py --python ENVIRONMENT/bin/python --write
    python3 benches/serve.py --backend wgpu --backend ndarray     # beside each other, on a machine with a GPU

It needs wrk, on this machine, which takes its share of the cores. The network is that of `configs/lab.toml`; the peer serves the
file that `app export --format onnx` wrote, with one process for each core. ENVIRONMENT has fastapi, uvicorn[standard],
onnxruntime and numpy; without it our server is measured alone. Before it is loaded, each server predicts 32 images that
are sent at the same time; their probabilities must be those of the first server.
"""

import concurrent.futures
import contextlib
import json
import math
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import measure
from measure_memory import descendants, resident_bytes

MILLISECONDS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}
# Images that are sent at the same time, and by how much two servers' probabilities of an image may differ.
TOGETHER = 32
TOLERANCE = 1e-4


def main():
    """Run the benchmark and print or write the tables."""
    arguments = parse()
    machine = measure.describe_machine()
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        run = train(arguments, scratch)
        bodies = make_bodies(scratch)
        rows, expected = [], None
        for name, server in contenders(arguments, run, scratch):
            with server as (url, process):
                wait_until_ready(url)
                expected = same_predictions(name, url, expected)
                rows += [[name, *row] for row in measure_server(arguments, url, process, bodies, scratch)]
        lines = ["## Serving", "", *machine, f"- {measure.fingerprint(arguments.app)}", "", *explanation(arguments), ""]
        head = ["server", "request", "connections", "requests/s", "p50", "p99", "errors", "memory before", "after"]
        lines += measure.table(head, rows)
        with serving(arguments, run, scratch, arguments.backend[0]) as (url, process):
            wait_until_ready(url)
            lines += ["", *slow_clients(arguments, url, bodies, scratch)]
    measure.publish("serve", lines, arguments)


def parse():
    """Parse the command line."""
    parser = measure.parser(__doc__, rounds=1)
    parser.add_argument("--seconds", type=int, default=8, help="of load for each row of the table [default: 8]")
    parser.add_argument("--most", type=int, default=1000, help="connections of the second load [default: 1000]")
    help_text = "of our server; repeat for several [default: ndarray]"
    parser.add_argument("--backend", action="append", help=help_text)
    arguments = measure.parse_arguments(parser)
    arguments.backend = arguments.backend or ["ndarray"]
    if not shutil.which("wrk"):
        parser.error("wrk not found: Debian's package wrk has it")
    return arguments


def explanation(arguments):
    """Return what the columns mean."""
    return [
        f"Load for {arguments.seconds} s a row by wrk with 1 thread on the same machine. `pixels` is an image of 400 numbers as JSON,"
        " `100 images` a batch of them, `drawing` a digit of 40 points, for which our server draws the strokes, frames"
        " the digit and asks the guard; the peer takes no drawings. p50 and p99 are times to the response; errors are"
        " responses other than 200 and connections that failed; memory is the resident set of all processes of the server.",
    ]


def train(arguments, scratch):
    """Train the network and export it."""
    app, run = arguments.app, scratch / "run"
    settings = ["train", "--config", "lab", "--run-dir", run, "--quiet"]
    for command in (settings, ["export", run, "--output", scratch / "model.onnx", "--quiet"]):
        command = [str(part) for part in (app, "--backend", "ndarray", *command)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=scratch)
    return run


def make_bodies(scratch):
    """Write wrk's scripts; return their paths by name."""
    ring = ring_of(6.0)
    stroke = [[round(100 + 45 * math.cos(a), 1), round(100 + 60 * math.sin(a), 1)] for a in
              (2 * math.pi * step / 39 for step in range(40))]
    bodies = {
        "pixels": {"pixels": ring},
        "100 images": {"images": [ring] * 100},
        "drawing": {"strokes": [stroke], "pen_width": 12},
    }
    paths = {}
    for name, body in bodies.items():
        script = scratch / f"{name}.lua"
        script.write_text(
            f"wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [==[{json.dumps(body)}]==]\n"
        )
        paths[name] = script
    return paths


def ring_of(radius):
    """Return a ring in 20 x 20 pixels, row by row."""
    distance = lambda x, y: math.hypot(x - 9.5, (y - 9.5) * 0.8)
    return [
        round(max(0.0, 1.0 - abs(distance(x, y) - radius) / 1.8), 4) for y in range(20) for x in range(20)
    ]


def same_predictions(name, url, expected):
    """Return the probability of each of several images, sent at the same time; end if they are not those expected."""
    def probability(radius):
        headers = {"Content-Type": "application/json"}
        body = json.dumps({"pixels": ring_of(radius)}).encode()
        request = urllib.request.Request(f"{url}/v1/predict", body, headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            image = json.load(response)["images"][0]
        # Ours lists the digits of a picture; the peer has one for each image.
        image = image.get("digits", [image])[0]
        of_one = image["probabilities"][1]
        return of_one["probability"] if isinstance(of_one, dict) else of_one

    with concurrent.futures.ThreadPoolExecutor(TOGETHER) as threads:
        found = list(threads.map(probability, (0.3 * number for number in range(TOGETHER))))
    if expected and max(abs(one - other) for one, other in zip(found, expected)) > TOLERANCE:
        raise SystemExit(f"{name} predicts something else:\n{found}\n{expected}")
    return found


def contenders(arguments, run, scratch):
    """Return the servers by name."""
    named = (f"app serve, {backend}" if len(arguments.backend) > 1 else "app serve" for backend in arguments.backend)
    found = [(name, serving(arguments, run, scratch, backend)) for name, backend in zip(named, arguments.backend)]
    python, reason = measure.interpreter_with("fastapi, uvicorn, onnxruntime", arguments.python, dict(os.environ))
    if python:
        found.append(("FastAPI, ONNX Runtime", peer(python, scratch)))
    else:
        print(f"without FastAPI: {reason}", file=sys.stderr)
    return found


@contextlib.contextmanager
def started(command, url, environment=None):
    """Run a server until the end of the block."""
    process = subprocess.Popen(
        [str(part) for part in command], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield url, process
    finally:
        process.terminate()
        process.wait(timeout=30)


def serving(arguments, run, scratch, backend):
    """Return our server."""
    port = free_port()
    command = [arguments.app, "--backend", backend, "serve", run, "--port", port, "--log", "off"]
    return started([*command, "--max-connections", 2 * arguments.most + 1000], f"http://127.0.0.1:{port}")


def peer(python, scratch):
    """Return FastAPI's server, with a process for each core."""
    port, cores = free_port(), len(os.sched_getaffinity(0))
    command = [python, "-m", "uvicorn", "--app-dir", measure.HERE / "peers", "fastapi_serve:app", "--port", port]
    command += ["--workers", cores, "--log-level", "warning", "--no-access-log"]
    environment = os.environ | {"MODEL": str(scratch / "model.onnx")}
    return started(command, f"http://127.0.0.1:{port}", environment)


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(url):
    """Wait for the first response."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


def measure_server(arguments, url, process, bodies, scratch):
    """Return a row for each load."""
    rows = []
    loads = [("pixels", 16), ("pixels", arguments.most), ("100 images", 16), ("drawing", 16)]
    for name, connections in loads:
        before = memory(process)
        found = wrk(url, bodies[name], connections, arguments.seconds)
        if found is None:
            continue
        rows.append([name, f"{connections:,}", *found, before, memory(process)])
    return rows


def memory(process):
    """Return the resident set of a server and the processes that it started."""
    total = resident_bytes(process.pid) + sum(map(resident_bytes, descendants(process.pid)))
    return f"{total / 2**20:,.0f} MiB"


def wrk(url, script, connections, seconds):
    """Return requests per second, p50, p99 and errors; None if the server does not take these requests."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s", "-s", str(script)]
    printed = subprocess.run([*command, f"{url}/v1/predict"], check=True, capture_output=True, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1])
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", printed)
    failed = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", printed)
    requests = int(re.search(r"(\d+) requests in", printed)[1])
    if refused and int(refused[1]) == requests:
        return None
    errors = (int(refused[1]) if refused else 0) + sum(map(int, failed.groups()) if failed else [])
    return [f"{rate:,.0f}", percentile(printed, 50), percentile(printed, 99), f"{errors:,}"]


def percentile(printed, percent):
    """Return a percentile of the latency as text."""
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s|m)\s*$", printed, re.MULTILINE)
    if not found:
        raise SystemExit(f"wrk printed no {percent}th percentile:\n{printed}")
    number, unit = found.groups()
    milliseconds = float(number) * MILLISECONDS[unit]
    return f"{milliseconds:.2f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"


def slow_clients(arguments, url, bodies, scratch):
    """Return a paragraph: the load again while other clients send a byte of a header in a second."""
    host, port = url.removeprefix("http://").split(":")
    alone = wrk(url, bodies["pixels"], 16, arguments.seconds)
    stop = threading.Event()
    slow = []
    for _ in range(500):
        client = socket.create_connection((host, int(port)))
        client.sendall(b"POST /v1/predict HTTP/1.1\r\n")
        slow.append(client)

    def drip():
        while not stop.wait(1.0):
            for client in slow:
                with contextlib.suppress(OSError):
                    client.sendall(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        beside = wrk(url, bodies["pixels"], 16, arguments.seconds)
    finally:
        stop.set()
        dripping.join()
        for client in slow:
            client.close()
    return [
        f"Beside 500 clients that send a byte of a header in a second, `app serve` answers {beside[0]} requests/s (p99"
        f" {beside[2]}, {beside[3]} errors), without them {alone[0]} (p99 {alone[2]})."
    ]


if __name__ == "__main__":
    main()
