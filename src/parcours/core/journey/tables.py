"""What the kernel reads and writes: named tuples of arrays (columns in layout.py). No numba here.

Bits are positions in an event's mask: bit b is word b >> 6, bit b & 63. Rows of `steps` are numbered across all programs.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]


class Tables(NamedTuple):
    """The linked programs of a workspace. `follow` int64[programs, rows]; `*_of` int64[n + 1] are where each one's rows begin."""

    steps: Ints
    branches: Ints
    codes: Ints
    code: Ints
    messages: Ints
    changes: Ints
    effects: Ints
    programs: Ints
    entries: Ints
    exits: Ints
    feeds: Ints
    feeds_of: Ints
    receipts: Ints
    follow: Ints
    publications: Ints
    publications_of: Ints
    pauses: Ints
    pauses_of: Ints
    gaps: Ints
    settings: Ints
    caps: Ints
    initial: Ints
    step_seeds: Bits
    holdout_seeds: Bits
    base_want: Bits
    program_want: Bits
    step_want: Bits
    entry_facts: Bits
    transitions: Ints
    offsets: Ints
    zones: Ints
    zone: Ints
    """[bit of events that carry a zone, column of their values]; -1 when no zone is asked for."""


class Events(NamedTuple):
    """Events of several contacts, by contact, then instant, then seq: those of contact c are rows starts[c] to starts[c + 1].

    `values` int64[n, columns]; `receipts` int64[m, 4]: (row of the event, run reference, step key, visit or -1), by row;
    `expected` int64[k, 5]: (contact, journey, instance, entry, run reference) of runs that receipts name before they began, by contact.
    """

    starts: Ints
    turned: Ints
    seq: Ints
    history: NDArray[np.uint8]
    mask: Bits
    values: Ints
    receipts: Ints
    expected: Ints


class State(NamedTuple):
    """The state of several contacts: scalars int64[c, 4] (zone, last turned, dirty, due), seeds, registers, and rows by contact."""

    contacts: Ints
    scalars: Ints
    seeds: Bits
    registers: Ints
    runs_of: Ints
    runs: Ints
    reactions: Ints
    visits: Ints
    draws: Ints
    facts: Bits
    waiting_of: Ints
    waiting: Ints
    waiting_facts: Bits
    ledger_of: Ints
    ledger: Ints


class Room(NamedTuple):
    """The room in which one contact is worked on, and what comes out (`out` of all contacts so far)."""

    n: Ints
    seed: Bits
    row: Ints
    runs: Ints
    reactions: Ints
    visits: Ints
    draws: Ints
    facts: Bits
    waiting: Ints
    waiting_facts: Bits
    ledger: Ints
    want: Bits
    none: Ints
    out: Ints


class Tally(NamedTuple):
    """Counts of a backtest: `reasons` int64[programs, 128]; `steps` int64[rows, 3]; `people` int64[programs, 4]; `seen` is scratch of its
    shape. `keep` uint8[contacts] marks whose rows are kept, `moved` uint8[contacts] who had any. Live turns give empty ones.
    """

    reasons: Ints
    steps: Ints
    people: Ints
    seen: Ints
    keep: NDArray[np.uint8]
    moved: NDArray[np.uint8]
