"""The kernel's compilation: in a fresh process without a cache, then with the one it left."""

import tempfile
from collections.abc import Iterator
from typing import Final

from bench.measuring import Process, Scale, median, process
from bench.rows import Row

TITLE: Final = "The kernel's first answer"
FIRST_ANSWER: Final = "from parcours.app.warming import warm_up; print(warm_up())"


def first_answer(cache: str) -> Process:
    """A process that asks the kernel once, with compiled code kept in a folder."""
    return process("-c", FIRST_ANSWER, environment={"NUMBA_CACHE_DIR": cache, "NUMBA_DISABLE_JIT": "0", "PYTHONDONTWRITEBYTECODE": ""})


def rows(scale: Scale) -> Iterator[Row]:
    """Processor time, because waiting for other work on the machine says nothing about the kernel."""
    cold, warm, walls, asked = [], [], [], []
    for _ in range(min(scale.times, 3)):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(first_answer(cache).processor)
            again = [first_answer(cache) for _ in range(2)]
        warm += [each.processor for each in again]
        walls += [each.wall for each in again]
        asked += [float(each.said) for each in again]
    yield Row("compiled on a new machine: processor time from the start of Python", median(cold), (), "under 30 s", median(cold).value < 30)
    beside = [("wall time", median(walls)), ("of which asking the kernel", median(asked))]
    yield Row("first answer from the cache: the same", median(warm), beside, "under 2 s", median(warm).value < 2)
