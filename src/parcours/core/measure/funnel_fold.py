"""The pass of the ordered funnel over each unit's events: compiled, without the GIL, O(events x steps)."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from parcours.core.terms.compiled import compiled
from parcours.core.terms.events import NEVER

Ints = NDArray[np.int64]
Hits = NDArray[np.bool_]

NO_ROW: Final = -1

LOST: Final = 0
COMPLETE: Final = 1
OPEN: Final = 2
DROPPED: Final = 3

NOTHING: Final = 0
STOPPED: Final = 1
STOPPED_TO_DROP: Final = 2

AFTER: Final = 0
BEFORE: Final = 1
DROPS: Final = 2


class FunnelRows(NamedTuple):
    """Of each unit: `furthest` int64[u] steps reached, `state` int64[u] (LOST ... DROPPED), `rows` int64[u, k] the row of each step."""

    furthest: Ints
    state: Ints
    rows: Ints


@compiled
def next_rows(hits: Hits, low: int, high: int, following: Ints) -> None:
    """following[i, j] = the first row at or after low + j (j to high - low) that matcher i takes, `high` when there is none."""
    for matcher in range(hits.shape[0]):
        found = high
        following[matcher, high - low] = high
        for row in range(high - 1, low - 1, -1):
            if hits[matcher, row]:
                found = row
            following[matcher, row - low] = found


@compiled
def instant_bounds(occurred: Ints, low: int, high: int, bounds: Ints) -> None:
    """bounds[0, j] to bounds[1, j]: the rows of the unit that share the instant of row low + j."""
    for row in range(low, high):
        same = row > low and occurred[row] == occurred[row - 1]
        bounds[0, row - low] = bounds[0, row - low - 1] if same else row
    for row in range(high - 1, low - 1, -1):
        same = row + 1 < high and occurred[row] == occurred[row + 1]
        bounds[1, row - low] = bounds[1, row - low + 1] if same else row + 1


@compiled
def is_taken(rows: Ints, reached: int, row: int) -> bool:
    """Whether the attempt took the row already."""
    for step in range(reached):
        if rows[step] == row:
            return True
    return False


@compiled
def first_excluded(occurred: Ints, bounds: Ints, following: Ints, steps: int, reached: int, place: int, high: int) -> tuple[int, int]:
    """The instant of the first excluded event from `place` on while step `reached` is awaited, and what its exclusion does.

    The instant is NEVER when there is none; of several exclusions at one instant one that drops wins.
    """
    earliest, effect = NEVER, NOTHING
    for exclusion in range(bounds.shape[0]):
        row = following[steps + exclusion, place]
        if row < high and bounds[exclusion, AFTER] < reached <= bounds[exclusion, BEFORE]:
            does = STOPPED_TO_DROP if bounds[exclusion, DROPS] else STOPPED
            if occurred[row] < earliest:
                earliest, effect = occurred[row], does
            elif occurred[row] == earliest:
                effect = max(effect, does)
    return earliest, effect


@compiled
def attempt(
    occurred: Ints, bounds: Ints, following: Ints, instants: Ints, low: int, high: int, steps: int, window: int, rows: Ints
) -> tuple[int, int]:
    """Walks on from rows[0]: writes the row of each step reached; (how many steps, what an exclusion did)."""
    begin = occurred[rows[0]]
    first, last = instants[0, rows[0] - low], instants[1, rows[0] - low]
    for step in range(1, steps):
        found = following[step, first - low]
        while found < last and is_taken(rows, step, found):
            found = following[step, found + 1 - low]
        if found >= last:
            if found < high and occurred[found] - begin > window:
                found = high
            excluded, effect = first_excluded(occurred, bounds, following, steps, step, last - low, high)
            if excluded - begin <= window and (found == high or excluded < occurred[found]):
                return step, effect
            if found == high:
                return step, NOTHING
            first, last = instants[0, found - low], instants[1, found - low]
        rows[step] = found
    return steps, NOTHING


@compiled
def fold_units(starts: Ints, occurred: Ints, hits: Hits, bounds: Ints, period: Ints) -> FunnelRows:
    """How far each unit comes.

    `starts` int64[u + 1]; `occurred` int64[n]; `hits` bool[k + x, n]: steps, then exclusions; `bounds` int64[x, 3]: after, before, drops;
    `period`: since, until, window, watermark, whether the first attempt counts.
    """
    units, steps = len(starts) - 1, hits.shape[0] - bounds.shape[0]
    since, until, window, watermark, only_first = period[0], period[1], period[2], period[3], period[4]
    longest = 0
    for unit in range(units):
        longest = max(longest, starts[unit + 1] - starts[unit])
    following, instants = np.empty((hits.shape[0], longest + 1), dtype=np.int64), np.empty((2, longest), dtype=np.int64)
    furthest, state = np.zeros(units, dtype=np.int64), np.zeros(units, dtype=np.int64)
    rows, trial = np.full((units, steps), NO_ROW, dtype=np.int64), np.empty(steps, dtype=np.int64)
    for unit in range(units):
        low, high = starts[unit], starts[unit + 1]
        next_rows(hits, low, high, following)
        instant_bounds(occurred, low, high, instants)
        best, effect, still = 0, NOTHING, False
        row = following[0, 0]
        while row < high and occurred[row] < until:
            if occurred[row] >= since:
                trial[0] = row
                reached, met = attempt(occurred, bounds, following, instants, low, high, steps, window, trial)
                still = still or (met == NOTHING and watermark - occurred[row] < window)
                if reached > best:
                    best, effect = reached, met
                    rows[unit, :reached] = trial[:reached]
                if best == steps or only_first:
                    break
            row = following[0, row + 1 - low]
        furthest[unit] = best
        if best == steps:
            state[unit] = COMPLETE
        elif effect == STOPPED_TO_DROP:
            state[unit] = DROPPED
        elif still:
            state[unit] = OPEN
    return FunnelRows(furthest, state, rows)
