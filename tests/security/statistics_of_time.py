"""Whether two ways of answering can be told apart by their times."""

import math
import time
from collections.abc import Callable, Sequence
from itertools import chain


def timed(action: Callable[[], object]) -> float:
    """Seconds that an action takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def mann_whitney_p(one: Sequence[float], other: Sequence[float]) -> float:
    """How likely two samples lie apart at least as far as these when both come from one distribution (two-sided, normal approximation)."""
    ranked = sorted(chain(((value, 0) for value in one), ((value, 1) for value in other)))
    ranks = sum(rank for rank, (_, group) in enumerate(ranked, 1) if group == 0)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    spread = math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(u - n * m / 2) / spread / math.sqrt(2))


def in_turn(one: Callable[[], object], other: Callable[[], object], samples: int) -> tuple[list[float], list[float]]:
    """Seconds of two actions done by turns, each as often first as second."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(samples):
        for which in (0, 1) if number % 2 else (1, 0):
            times[which].append(timed((one, other)[which]))
    return times


def told_apart(one: Callable[[], object], other: Callable[[], object], samples: int, rounds: int = 4) -> bool:
    """Whether the times of two actions differ (p < 0.01) in every round: chance spoils one, a difference shows in all."""
    return all(mann_whitney_p(*in_turn(one, other, samples)) < 0.01 for _ in range(rounds))
