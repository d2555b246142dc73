"""What the benchmarks have in common: the command line, one process measured, and how results are written down.

Standard library only, and no rows in memory: see `measured`.
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
# Nobody uses a GPU, where there is one.
ON_THE_CPU = os.environ | {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}
# Options whose value is a path, which belongs to this machine alone.
PATHS = ("--app", "--python", "--folder")


class Failed(SystemExit):
    """A process ended with an error; uncaught, it ends the benchmark with the message."""

    def __init__(self, words, exit_code, stderr):
        super().__init__(f"{' '.join(words)[:500]} ended with {exit_code}:\n{stderr}")
        said = stderr.strip().splitlines()
        # For a table. Our program's message begins with "error"; Python's is the last; who is killed says nothing.
        errors = [line for line in said if line.startswith("error")] or said[-1:] or [f"ended with {exit_code}"]
        self.reason = errors[0].replace("|", "/")


def parser(description, rounds):
    """Return a parser of the arguments that every benchmark takes."""
    arguments = argparse.ArgumentParser(description=description.splitlines()[0])
    arguments.add_argument("--app", type=pathlib.Path, default=APP, help="our program, built")
    help_text = "interpreter that has peers; more than once if they live apart [default: this one]"
    arguments.add_argument("--python", action="append", help=help_text)
    arguments.add_argument("--rounds", type=int, default=rounds, help=f"[default: {rounds}]")
    arguments.add_argument("--write", action="store_true", help="put the results into benches/RESULTS.md too")
    return arguments


def parsed(parser):
    """Read the command line, and refuse what cannot be run. Commands run elsewhere: paths are made absolute."""
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")
    arguments.app = arguments.app.resolve()
    if not arguments.app.is_file():
        parser.error(f"{arguments.app} is not there: cargo build --release -p app, or name it with --app")
    pythons = []
    for python in arguments.python or [sys.executable]:
        found = shutil.which(python)
        if not found:
            parser.error(f"{python} cannot be run")
        pythons.append(os.path.abspath(found))  # Not resolved: a virtual environment's interpreter is a link.
    arguments.python = pythons
    return arguments


def measured(command, environment, scratch):
    """Run a command in the folder to its end and return wall seconds, CPU seconds, peak bytes and what it printed.

    On Linux a child's peak cannot be less than what this process held when it started it, so this one stays small:
    it imports no NumPy and reads no rows.
    """
    with open(scratch / "stdout", "w+") as stdout, open(scratch / "stderr", "w+") as stderr:
        started = time.perf_counter()
        words = [str(word) for word in command]
        child = subprocess.Popen(words, cwd=scratch, env=environment, stdout=stdout, stderr=stderr)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        stdout.seek(0)
        stderr.seek(0)
        if child.returncode != 0:
            raise Failed(words, child.returncode, stderr.read().replace(str(scratch), "FOLDER"))
        # Linux counts in KiB, macOS in bytes.
        unit = 1 if sys.platform == "darwin" else 1024
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, stdout.read()


def interpreter_with(modules, pythons, environment):
    """Return the first interpreter that can import the modules, or None and why the last cannot.

    After a semicolon the modules may be followed by a statement that has to succeed too.
    """
    for python in pythons:
        command = [python, "-c", f"import numpy, {modules}"]
        check = subprocess.run(command, env=environment, capture_output=True, text=True)
        if check.returncode == 0:
            return python, None
    said = check.stderr.strip().splitlines()
    return None, said[-1] if said else f"exit code {check.returncode}"


def make_rows(arguments, environment, folder, *what):
    """Have digits.py write X.npy and y.npy into the folder, in a process of its own: see `measured`."""
    python, reason = interpreter_with("gzip", arguments.python, environment)
    if not python:
        raise SystemExit(f"NumPy makes the rows: name an interpreter that has it with --python ({reason})")
    command = [python, HERE / "digits.py", "--output", folder, *what]
    subprocess.run([str(word) for word in command], env=environment, check=True)


def spread(values, digits):
    """Return the median with the smallest and the largest value; nothing where nothing was measured."""
    if None in values:
        return ""
    middle, low, high = (f"{value:,.{digits}f}" for value in (median(values), min(values), max(values)))
    return middle if low == high else f"{middle} ({low} to {high})"


def times(seconds):
    """Return the spread of times in seconds, with a digit more where they are short."""
    return spread(seconds, 2 if None in seconds or median(seconds) >= 0.1 else 3)


def table(head, rows):
    """Return a table in Markdown, as lines."""
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def describe_machine():
    """Return what has to be known about this machine and this run, as lines of a list."""
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = platform.system()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"this machine is busy (load {load:.1f}): the figures will say little", file=sys.stderr)
    command = " ".join(["python3", f"benches/{pathlib.Path(sys.argv[0]).name}", *arguments_given()])
    return [
        f"- {datetime.date.today()}, `{command}`, commit checked out {commit()}",
        f"- {cpu_name()}, {cores} cores, {memory:.0f} GiB of memory",
        f"- {system}, kernel {platform.release()}, load when it began {load:.2f}",
    ]


def fingerprint(app):
    """Return what tells one build of our program from another: it need not be of the commit that is checked out."""
    kind = {"debug": "the development build, ", "release": "the release build, "}.get(app.parent.name, "")
    built = datetime.datetime.fromtimestamp(app.stat().st_mtime).isoformat(" ", "seconds")
    digest = hashlib.sha256()
    with open(app, "rb") as file:
        while part := file.read(2**20):  # In parts, so that this process stays small: see `measured`.
            digest.update(part)
    return f"{kind}built {built}, SHA-256 {digest.hexdigest()[:16]}"


def arguments_given():
    """Return the arguments without the paths."""
    words = iter(sys.argv[1:])
    kept = []
    for word in words:
        if word in PATHS:
            next(words)
        elif not word.startswith(tuple(f"{option}=" for option in PATHS)):
            kept.append(word)
    return kept


def commit():
    """Return the commit that is checked out, and whether files differ from it."""
    describe = ["git", "describe", "--always", "--dirty"]
    try:
        return subprocess.run(describe, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def cpu_name():
    """Return the name that the processor gives itself."""
    if sys.platform == "darwin":
        ask = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    with open("/proc/cpuinfo") as file:
        found = re.search(r"^model name\s*:\s*(.+)$", file.read(), re.MULTILINE)
    return found[1] if found else platform.machine()


def publish(name, lines, arguments):
    """Print a section of the results, and with --write put it into RESULTS.md in place of the one of this name."""
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
