"""Measures the memory of a process together with those that it starts."""

import os
import pathlib
import threading

import measure

SAMPLE_SECONDS = 0.05


def run_process(command, environment, scratch):
    """Run a command as `measure.run_process` does; its peak memory is that of all its processes together."""
    stop, peaks = threading.Event(), [0]

    def sample():
        while not stop.wait(SAMPLE_SECONDS):
            peaks.append(sum(map(resident_bytes, descendants(os.getpid()))))

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        wall, cpu, peak_bytes, printed = measure.run_process(command, environment, scratch)
    finally:
        stop.set()
        sampler.join()
    # Of a short process there may be no sample.
    return wall, cpu, max(peak_bytes, *peaks), printed


def descendants(process):
    """Return the ids of the processes that a process started, and of those that they started; on Linux only."""
    found = []
    for children in pathlib.Path(f"/proc/{process}/task").glob("*/children"):
        try:
            started = [int(child) for child in children.read_text().split()]
        except OSError:  # The thread has ended.
            continue
        for child in started:
            found += [child, *descendants(child)]
    return found


def resident_bytes(process):
    """Return the resident set size of a process, 0 if it has ended."""
    try:
        pages = pathlib.Path(f"/proc/{process}/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
