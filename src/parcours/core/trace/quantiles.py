"""Quantiles of durations: exact up to ten million of them, above that from a histogram whose bins are 1 % wide, and saying so."""

from dataclasses import dataclass
from math import log1p
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_EXACT: Final = 10_000_000
WIDTH: Final = log1p(0.01)
BINS: Final = 4_400
"""Bins of 1 % from one microsecond on reach beyond 2**62."""


@dataclass(frozen=True, slots=True)
class Durations:
    """Many durations (microseconds, none negative): `exact` int64[n], or `histogram` int64[BINS] when there are too many."""

    exact: NDArray[np.int64] | None
    histogram: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        """How many durations there are."""
        return len(self.exact) if self.exact is not None else int(self.bins().sum())

    def bins(self) -> NDArray[np.int64]:
        """The histogram: bin 0 is zero, bin i is from 1.01 to the i - 1 up to 1.01 to the i microseconds."""
        if self.exact is None:
            assert self.histogram is not None
            return self.histogram
        bins = np.zeros(len(self.exact), dtype=np.int64)
        some = self.exact > 0
        bins[some] = np.floor(np.log(self.exact[some]) / WIDTH).astype(np.int64) + 1
        return np.bincount(bins, minlength=BINS).astype(np.int64)

    def quantiles(self, shares: tuple[float, ...]) -> tuple[float, ...]:
        """The durations below which these shares lie (linear between two), in microseconds; empty when there is no duration."""
        if not len(self):
            return ()
        if self.exact is not None:
            return tuple(float(value) for value in np.quantile(self.exact, shares))
        below = np.cumsum(self.bins())
        places = [int(np.searchsorted(below, share * (below[-1] - 1), side="right")) for share in shares]
        return tuple(0.0 if place == 0 else float(np.exp((place - 0.5) * WIDTH)) for place in places)


def merge_durations(one: Durations, other: Durations, most: int = MOST_EXACT) -> Durations:
    """Both together: exact while there are at most `most`."""
    if one.exact is not None and other.exact is not None and len(one) + len(other) <= most:
        return Durations(np.concatenate([one.exact, other.exact]))
    return Durations(None, one.bins() + other.bins())
