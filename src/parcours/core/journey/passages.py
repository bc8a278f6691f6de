"""Passages: what runs did between coming to a step and leaving it, from the rows that the kernel wrote. Needs numpy, no numba."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from parcours.core.journey import layout as at
from parcours.core.journey.reasons import ENDS, HOLDS, LEAVES, Reason
from parcours.core.journey.tables import Ints

ENTERED: Final = (int(Reason.ENTERED), int(Reason.ENTERED_LATER))
LEAVING: Final = tuple(sorted((*(int(reason) for reason in LEAVES), int(Reason.REDIRECTED))))
ENDING: Final = tuple(sorted(int(reason) for reason in ENDS))
HOLDING: Final = tuple(sorted(int(reason) for reason in HOLDS))
BY_VALUE: Final = (int(Reason.CASE), int(Reason.ARM))
"""Reasons whose first value says which edge was taken."""
FROM_OUTSIDE: Final = -1
"""`source` of a passage that is the entry itself."""
TO_THE_END: Final = -1
"""`target` of a passage past the last step."""
OUT: Final = -2
"""`target` of a passage that left the journey where it stood."""
STILL_THERE: Final = -3
"""`target` of a passage that had not ended when the period did."""


class Passages(NamedTuple):
    """One row per stay of a run at a step, and one per entry (`source` FROM_OUTSIDE); all int64.

    `source`, `target`: rows of the table `steps`, or what is said above; `reason`, `value`: the edge taken, or why the journey was left;
    `came`, `went`: instants (`went` is -1 of those still there); `held`: what still held a message when the stay ended, 0 when nothing did.
    """

    source: Ints
    target: Ints
    reason: Ints
    value: Ints
    came: Ints
    went: Ints
    held: Ints


def passages_of(out: Ints) -> Passages:
    """The passages of the runs of one journey, in the order of contacts and of their runs."""
    rows = out[out[:, at.O_ENTRY] > 0]
    rows = rows[np.lexsort((np.arange(len(rows)), rows[:, at.O_ENTRY], rows[:, at.O_INSTANCE], rows[:, at.O_CONTACT]))]
    reason = rows[:, at.O_REASON]
    ending = np.isin(reason, ENDING)
    marks = np.flatnonzero(ending | np.isin(reason, (at.ARRIVED, *ENTERED)))
    starts = marks[~ending[marks]]
    following = np.append(marks, len(rows))[np.searchsorted(marks, starts) + 1]
    run = np.cumsum(_first_of_run(rows), dtype=np.int64)
    stays = (following == len(rows)) | (run[np.minimum(following, len(rows) - 1)] != run[starts])
    stops = np.where(stays, _last_of_run(run)[starts], following)
    left = _last(np.isin(reason, LEAVING), np.where(stays, stops, stops - 1), starts)
    held = _last(np.isin(reason, HOLDING), np.where(stays, stops, stops - 1), starts)
    entry = np.isin(reason[starts], ENTERED)
    over = ~stays & ending[stops]
    past = over & (reason[stops] == Reason.DONE)
    way = np.where(left >= 0, left, np.where(entry, starts, stops))
    way = np.where(over & ~past, stops, way)
    target = np.where(past, TO_THE_END, np.where(over, OUT, rows[stops, at.O_STEP]))
    why = np.where(stays, 0, reason[way])
    return Passages(
        source=np.where(entry, FROM_OUTSIDE, rows[starts, at.O_STEP]),
        target=np.where(stays, STILL_THERE, target),
        reason=why,
        value=np.where(np.isin(why, BY_VALUE), rows[way, at.O_V1], -1),
        came=rows[starts, at.O_AT],
        went=np.where(stays, -1, rows[stops, at.O_AT]),
        held=np.where(held > left, reason[held], 0),
    )


def _first_of_run(rows: Ints) -> NDArray[np.bool_]:
    """Whether each row is the first of its run; rows are by run."""
    keys = rows[:, (at.O_CONTACT, at.O_INSTANCE, at.O_ENTRY)]
    return np.concatenate((np.ones(min(1, len(rows)), dtype=bool), (keys[1:] != keys[:-1]).any(axis=1)))


def _last_of_run(run: Ints) -> Ints:
    """For each row the last one of its run."""
    return np.searchsorted(run, run, side="right") - 1


def _last(wanted: NDArray[np.bool_], until: Ints, after: Ints) -> Ints:
    """The last wanted row up to `until`, included, and after `after`; -1 when there is none."""
    found = np.maximum.accumulate(np.where(wanted, np.arange(len(wanted)), -1))[until]
    return np.where(found > after, found, -1)
