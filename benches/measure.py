"""Code shared by the benchmarks: the command line, measuring one process, and writing the results.

Uses only the standard library and holds no data set in memory: see `run_process`.
"""

import argparse
import datetime
import hashlib
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import time
from statistics import median

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
LAB = ROOT / "configs" / "lab.toml"
APP = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "app"
BACKENDS = ["ndarray", "flex"]
# No contender uses a GPU, even if there is one.
ON_THE_CPU = os.environ | {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}
# Options whose value is a path; RESULTS.md leaves them out, because they only exist on this machine.
PATHS = ("--app", "--python", "--folder", "--mnist")


class Failed(SystemExit):
    """A process ended with an error. If the exception is not caught, the benchmark ends with this message."""

    def __init__(self, command, exit_code, stderr):
        super().__init__(f"{' '.join(command)[:500]} ended with exit code {exit_code}:\n{stderr}")
        lines = stderr.strip().splitlines()
        # For a table cell. Our program's message starts with "error", Python's is the last line, and a killed process
        # prints nothing.
        errors = [line for line in lines if line.startswith("error")] or lines[-1:] or [f"exit code {exit_code}"]
        self.reason = errors[0].replace("|", "/")


def parser(description, rounds):
    """Return a parser for the arguments that every benchmark takes."""
    arguments = argparse.ArgumentParser(description=description.splitlines()[0])
    arguments.add_argument("--app", type=pathlib.Path, default=APP, help="our program, already built")
    help_text = "interpreter with peers installed; repeat if they are in several environments [default: this one]"
    arguments.add_argument("--python", action="append", help=help_text)
    arguments.add_argument("--rounds", type=int, default=rounds, help=f"[default: {rounds}]")
    arguments.add_argument("--write", action="store_true", help="also write the results to benches/RESULTS.md")
    return arguments


def parse_arguments(parser):
    """Parse the command line and check that everything named can be run.

    Paths are made absolute, because commands run in another working directory.
    """
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")
    arguments.app = arguments.app.resolve()
    if not arguments.app.is_file():
        parser.error(f"{arguments.app} not found: run cargo build --release -p app, or pass --app")
    pythons = []
    for python in arguments.python or [sys.executable]:
        found = shutil.which(python)
        if not found:
            parser.error(f"{python} is not an executable")
        pythons.append(os.path.abspath(found))  # Not resolved: a virtual environment's interpreter is a symbolic link.
    arguments.python = pythons
    return arguments


def run_process(command, environment, scratch):
    """Run a command in the folder and return wall seconds, CPU seconds, peak memory in bytes, and its output.

    On Linux, the peak memory of a child process is at least the memory of its parent at the time of the fork. So this
    process stays small: it does not import NumPy or load a data set.
    """
    with open(scratch / "stdout", "w+") as stdout, open(scratch / "stderr", "w+") as stderr:
        started = time.perf_counter()
        command = [str(argument) for argument in command]
        child = subprocess.Popen(command, cwd=scratch, env=environment, stdout=stdout, stderr=stderr)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        stdout.seek(0)
        stderr.seek(0)
        if child.returncode != 0:
            raise Failed(command, child.returncode, stderr.read().replace(str(scratch), "FOLDER"))
        # ru_maxrss is in KiB on Linux and in bytes on macOS.
        unit = 1 if sys.platform == "darwin" else 1024
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, stdout.read()


def interpreter_with(modules, pythons, environment):
    """Return the first interpreter that can import the modules, or None and the reason why the last one cannot.

    `modules` may end with a semicolon and a statement that must succeed as well.
    """
    for python in pythons:
        command = [python, "-c", f"import numpy, {modules}"]
        check = subprocess.run(command, env=environment, capture_output=True, text=True)
        if check.returncode == 0:
            return python, None
    lines = check.stderr.strip().splitlines()
    return None, lines[-1] if lines else f"exit code {check.returncode}"


def make_rows(arguments, environment, folder, *options):
    """Run digits.py, which writes X.npy and y.npy into the folder. It is a separate process: see `run_process`."""
    python, reason = interpreter_with("gzip", arguments.python, environment)
    if not python:
        raise SystemExit(f"making the rows needs NumPy: pass an interpreter that has it with --python ({reason})")
    command = [python, HERE / "digits.py", "--output", folder, *options]
    subprocess.run([str(argument) for argument in command], env=environment, check=True)


def spread(values, digits):
    """Return the median and, in brackets, the smallest and largest value; an empty string if a value is missing."""
    if None in values:
        return ""
    middle, low, high = (f"{value:,.{digits}f}" for value in (median(values), min(values), max(values)))
    return middle if low == high else f"{middle} ({low} to {high})"


def times(seconds):
    """Return the spread of times in seconds; short times get one more digit."""
    return spread(seconds, 2 if None in seconds or median(seconds) >= 0.1 else 3)


def table(head, rows):
    """Return a Markdown table as lines."""
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def describe_machine():
    """Return a description of this machine and this run, as items of a Markdown list."""
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = platform.system()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"this machine is busy (load {load:.1f}): the measurements will not be reliable", file=sys.stderr)
    command = " ".join(["python3", f"benches/{pathlib.Path(sys.argv[0]).name}", *arguments_without_paths()])
    return [
        f"- {datetime.date.today()}, `{command}`, checked-out commit {commit()}",
        f"- {cpu_name()}, {cores} cores, {memory:.0f} GiB of memory",
        f"- {system}, kernel {platform.release()}, load average at the start {load:.2f}",
    ]


def fingerprint(app):
    """Return a line that identifies a build of our program; it may differ from the checked-out commit."""
    kind = {"debug": "development build, ", "release": "release build, "}.get(app.parent.name, "")
    built = datetime.datetime.fromtimestamp(app.stat().st_mtime).isoformat(" ", "seconds")
    digest = hashlib.sha256()
    with open(app, "rb") as file:
        while chunk := file.read(2**20):  # In chunks, so that this process stays small: see `run_process`.
            digest.update(chunk)
    return f"{kind}built {built}, SHA-256 {digest.hexdigest()[:16]}"


def arguments_without_paths():
    """Return the command-line arguments, without the options in `PATHS`."""
    arguments = iter(sys.argv[1:])
    printed = []
    for argument in arguments:
        if argument in PATHS:
            next(arguments)
        elif not argument.startswith(tuple(f"{option}=" for option in PATHS)):
            printed.append(argument)
    return printed


def commit():
    """Return the checked-out commit; it ends in "-dirty" if files were changed."""
    describe = ["git", "describe", "--always", "--dirty"]
    try:
        return subprocess.run(describe, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def cpu_name():
    """Return the name of the processor."""
    if sys.platform == "darwin":
        query = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(query, capture_output=True, text=True, check=True).stdout.strip()
    with open("/proc/cpuinfo") as file:
        found = re.search(r"^model name\s*:\s*(.+)$", file.read(), re.MULTILINE)
    return found[1] if found else platform.machine()


def publish(name, lines, arguments):
    """Print a section of the results; with --write, also replace the section of this name in RESULTS.md."""
    text = "\n".join(lines).strip()
    print(text)
    if not arguments.write:
        return
    path = HERE / "RESULTS.md"
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    section = f"{begin}\n{text}\n{end}"
    before = path.read_text() if path.exists() else "# Results\n"
    head, found, rest = before.partition(begin)
    if found:
        path.write_text(head + section + rest.partition(end)[2])
    else:
        path.write_text(f"{before.rstrip()}\n\n{section}\n")
