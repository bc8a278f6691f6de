"""Synthetic shoppers, always the same ones: bursts of events over half a year, names by Zipf's law, sorted by (contact, instant).

Shaped like the histories on which the kernel's first prototypes were measured: about 23 events a contact, 40 names, sessions of
four events a minute apart, a few very busy contacts.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

START: Final = 1_767_225_600_000_000
"""2026-01-01, UTC microseconds."""
DAY: Final = 86_400_000_000
DAYS: Final = 180
EACH: Final = 20
NAMES: Final = (
    "Page Viewed",
    "Product Viewed",
    "Session Started",
    "Email Delivered",
    "Email Opened",
    "Product Added",
    "Search Performed",
    "Email Clicked",
    "Checkout Started",
    "Order Completed",
    *(f"Event {number:02d}" for number in range(30)),
)

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shoppers:
    """Events as columns: contacts are numbered from 0, `event` indexes NAMES; contact c has rows starts[c] to starts[c + 1]."""

    starts: Ints
    contact: Ints
    event: NDArray[np.int32]
    occurred: Ints

    def __len__(self) -> int:
        """How many events."""
        return len(self.occurred)

    @property
    def people(self) -> int:
        """How many contacts."""
        return len(self.starts) - 1


@cache
def shoppers(events: int) -> Shoppers:
    """So many events of some twentieth as many people."""
    dice = np.random.default_rng(7)
    lengths = _sessions(dice, events)
    session = np.repeat(np.arange(len(lengths)), lengths)
    who, begun = _visits(dice, max(1, events // EACH), len(lengths))
    gaps = dice.exponential(60e6, events).astype(np.int64) + 1_000
    first = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    gaps[first] = 0
    clock = np.cumsum(gaps)
    contact, occurred = who[session], begun[session] + clock - clock[first][session]
    shares = 1 / np.arange(1, len(NAMES) + 1)
    event = dice.choice(len(NAMES), events, p=shares / shares.sum()).astype(np.int32)
    order = np.lexsort((occurred, contact))
    return _sorted(contact[order], event[order], occurred[order])


def _sessions(dice: Any, events: int) -> Ints:
    """Lengths of sessions, four on average, that add up."""
    lengths: Ints = dice.geometric(0.25, events // 3 + 1_000).astype(np.int64)
    ends = np.cumsum(lengths)
    last = int(np.searchsorted(ends, events))
    lengths = lengths[: last + 1]
    lengths[-1] -= ends[last] - events
    return lengths


def _visits(dice: Any, people: int, sessions: int) -> tuple[Ints, Ints]:
    """Whose each session is (some are much busier than others), and when it begins (after they came, sooner rather than later)."""
    weights = np.cumsum(dice.lognormal(0, 1.0, people))
    who = np.searchsorted(weights / weights[-1], dice.random(sessions)).clip(max=people - 1)
    came = (dice.random(people) * DAYS * 0.7)[who]
    return who, START + ((came + (DAYS - came) * dice.random(sessions) ** 1.5) * DAY).astype(np.int64)


def _sorted(contact: Ints, event: NDArray[np.int32], occurred: Ints) -> Shoppers:
    """No two events of a contact share an instant; contacts are numbered anew, without those who have none."""
    changes = np.concatenate(([True], contact[1:] != contact[:-1]))
    number = np.cumsum(changes) - 1
    while True:
        late = np.flatnonzero(~changes[1:] & (occurred[1:] <= occurred[:-1]))
        if not len(late):
            break
        occurred[late + 1] = occurred[late] + 1
    starts = np.concatenate((np.flatnonzero(changes), [len(contact)])).astype(np.int64)
    return Shoppers(starts, number.astype(np.int64), event, occurred)
