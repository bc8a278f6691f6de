"""Rests: how long runs stayed at a step, in numbers that merge."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from parcours.core.journey.tables import Ints
from parcours.core.terms.durations import MINUTE, SECOND

MEDIAN: Final = (1, 2)
NINE_IN_TEN: Final = (9, 10)


@dataclass(slots=True)
class Rest:
    """Stays that have ended: `total`, `longest` in microseconds; `minutes` counts them by their length in whole minutes."""

    total: int = 0
    longest: int = 0
    minutes: Counter[int] = field(default_factory=Counter)

    def add(self, lengths: Ints) -> None:
        """More stays, in microseconds."""
        whole, counts = np.unique(lengths // MINUTE, return_counts=True)
        self.minutes.update(dict(zip(whole.tolist(), counts.tolist(), strict=True)))
        self.total += int((lengths // SECOND).sum()) * SECOND + int((lengths % SECOND).sum())
        self.longest = max(self.longest, int(lengths.max(initial=0)))

    def merge(self, other: "Rest") -> None:
        """The stays of other people."""
        self.minutes.update(other.minutes)
        self.total += other.total
        self.longest = max(self.longest, other.longest)

    def document(self) -> dict[str, Any]:
        """In seconds: the mean (rounded), the median and the length nine in ten do not exceed (in whole minutes, down), the longest."""
        stays = sum(self.minutes.values())
        return {
            "stays": stays,
            "mean": round(self.total / stays / SECOND) if stays else 0,
            "median": 60 * self._rank(*MEDIAN),
            "nine_in_ten": 60 * self._rank(*NINE_IN_TEN),
            "longest": self.longest // SECOND,
        }

    def _rank(self, part: int, of: int) -> int:
        """The shortest length that so large a part of the stays does not exceed."""
        wanted, seen = -(-part * sum(self.minutes.values()) // of), 0
        for length, count in sorted(self.minutes.items()):
            seen += count
            if seen >= wanted:
                return length
        return 0
