"""Measuring: medians of several runs, taken in turn so that a busy machine is busy for all of them; and processes of their own."""

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.rows import Figure

ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: `events` at the most, each figure the median of `times` runs."""

    events: int = 20_000_000
    times: int = 5


def side_by_side(
    scale: Scale, runs: Mapping[str, Callable[[], object]], clock: Callable[[], float] = time.perf_counter
) -> dict[str, Figure]:
    """The time of each, run in turn `scale.times` times after one turn that does not count: wall time, or what another `clock` counts."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(scale.times + 1):
        for name, run in runs.items():
            gc.collect()
            begun = clock()
            run()
            if turn:
                taken[name].append(clock() - begun)
    return {name: median(seconds) for name, seconds in taken.items()}


def median(values: Sequence[float], unit: str = "s") -> Figure:
    """The figure of several runs."""
    return Figure(statistics.median(values), unit, min(values), max(values))


@dataclass(frozen=True, slots=True)
class Process:
    """What a process took, in seconds, and said."""

    wall: float
    processor: float
    said: str


def process(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Process:
    """Run this Python with arguments to its end. Raises CalledProcessError when it fails."""
    begun = time.perf_counter()
    surroundings = {**os.environ, **(environment or {})}
    child = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True)
    said = child.stdout.read() if child.stdout else ""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, child.args, said)
    return Process(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, said)
