"""Runs the measurements of gpu.py one after another, and keeps what they give even if the machine is taken away.

Each measurement has a time limit. Its failure is recorded and does not stop the others. After each of them the results
are written anew, as gpu.json and gpu.md.
"""

import json
import os
import pathlib
import signal
import subprocess
import time

import gpu_tables

# With less time than this left, a measurement is not started.
LEAST_SECONDS = 2.0
# Of what a failed process printed, this much is kept.
KEPT_CHARACTERS = 2000


class Record:
    """The results so far, and the time that is left."""

    def __init__(self, output, scratch, seconds, facts):
        self.output, self.scratch, self.facts = output, scratch, facts
        self.ends = time.monotonic() + seconds
        self.measurements = []
        self.save()

    def measure(self, group, name, command, read, limit, environment=None, **fields):
        """Run a command in the scratch folder and return its entry, with what `read` finds in stdout and stderr."""
        shown = " ".join(pathlib.Path(part).name if os.path.isabs(part) else part for part in map(str, command))
        entry = {"group": group, "name": name, "command": shown, **fields}
        left = self.ends - time.monotonic()
        if left < LEAST_SECONDS:
            return self.add(entry | {"state": "skipped", "reason": "no time left"})
        limit = min(limit, left)
        started = time.perf_counter()
        try:
            code, printed, messages = run(command, self.scratch, environment, limit)
        except OSError as error:
            return self.add(entry | {"state": "failed", "reason": str(error)})
        entry["wall_seconds"] = time.perf_counter() - started
        messages = messages.replace(str(self.scratch), "FOLDER")
        failed = entry | {"state": "failed", "printed": printed[-KEPT_CHARACTERS:], "messages": messages[-KEPT_CHARACTERS:]}
        if code is None:
            return self.add(failed | {"reason": f"stopped after {limit:.0f} s"})
        if code != 0:
            return self.add(failed | {"reason": f"exit code {code}: {cause(messages)}"})
        try:
            found = read(printed, messages)
        except Exception as error:  # Whatever it was, the other measurements are worth having.
            reason = f"cannot read the results: {type(error).__name__}: {error}".replace(str(self.scratch), "FOLDER")
            return self.add(failed | {"reason": reason})
        return self.add(entry | {"state": "ok"} | found)

    def skip(self, group, name, reason):
        """Record that something was not measured."""
        return self.add({"group": group, "name": name, "state": "skipped", "reason": reason})

    def add(self, entry):
        """Record an entry, print it and write the results anew."""
        self.measurements.append(entry)
        print(gpu_tables.line(entry), flush=True)
        self.save()
        return entry

    def save(self):
        """Write gpu.json and gpu.md."""
        results = {"facts": self.facts, "measurements": self.measurements}
        replace(self.output / "gpu.json", json.dumps(results, indent=1) + "\n")
        try:
            text = "\n".join(gpu_tables.section(self.facts, self.measurements))
        except Exception as error:  # The numbers are in gpu.json.
            text = f"cannot write the tables: {type(error).__name__}: {error}"
        replace(self.output / "gpu.md", text.strip() + "\n")


def run(command, folder, environment, limit):
    """Run a command and return exit code, stdout and stderr; the code is None if the command was stopped."""
    with (
        open(folder / "stdout", "w+", errors="replace") as stdout,
        open(folder / "stderr", "w+", errors="replace") as stderr,
    ):
        files = {"stdin": subprocess.DEVNULL, "stdout": stdout, "stderr": stderr}
        command = [str(part) for part in command]
        child = subprocess.Popen(command, cwd=folder, env=environment, **files, start_new_session=True)
        try:
            code = child.wait(limit)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            if child.returncode is None:  # Also if this script is interrupted; with the processes that it started.
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        stdout.seek(0)
        stderr.seek(0)
        return code, stdout.read(), stderr.read()


def cause(messages):
    """Return the line that says what went wrong, for a table."""
    lines = messages.strip().splitlines() or ["no message"]
    errors = [line for line in lines if line.startswith("error")] or lines[-1:]
    return errors[0][:300]


def replace(path, text):
    """Write a file that is complete at any time."""
    unfinished = path.with_suffix(path.suffix + ".tmp")
    unfinished.write_text(text)
    unfinished.replace(path)
