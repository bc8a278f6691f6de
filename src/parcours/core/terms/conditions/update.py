"""What one event does to one register: compiled, O(1) (O(N) for a ring of N), no allocation.

`row` is the contact's int64 register row, `offset` and `size` the register's place and size, `role` the feed's, `at` the event's instant
(UTC microseconds), `value` the number its source reads (MISSING when there is none; ignored by roles that take none).
"""

import numpy as np
from numpy.typing import NDArray

from parcours.core.terms.conditions import opcodes
from parcours.core.terms.durations import DAY
from parcours.core.terms.money import MISSING, MOST
from parcours.core.terms.parts import part

Row = NDArray[np.int64]


@part
def add_amounts(one: int, other: int) -> int:
    """The sum of two amounts, cut to +-MOST."""
    return max(-MOST, min(MOST, one + other))


@part
def push_time(row: Row, offset: int, size: int, at: int) -> None:
    """Keeps the `size` latest times, oldest first; times may come in any order."""
    if at <= row[offset]:
        return
    place = 0
    while place + 1 < size and row[offset + place + 1] < at:
        row[offset + place] = row[offset + place + 1]
        place += 1
    row[offset + place] = at


@part
def add_to_day(row: Row, offset: int, size: int, at: int, amount: int) -> None:
    """Adds an amount to its UTC day; days that fall out of the window of `size` days are emptied, older ones ignored."""
    day = at // DAY
    newest = row[offset]
    if day <= newest - size:
        return
    if day > newest:
        for gone in range(max(newest + 1, day - size + 1), day + 1):
            row[offset + 1 + gone % size] = 0
        row[offset] = day
    place = offset + 1 + day % size
    row[place] = add_amounts(row[place], amount)


@part
def message_sent(row: Row, offset: int, size: int, key: int) -> None:
    """A tracked message joins the ring, the oldest leaves it; one already there changes nothing."""
    for place in range(offset, offset + size):
        if row[place] == key:
            return
    for place in range(offset, offset + size - 1):
        row[place] = row[place + 1]
        row[place + size] = row[place + size + 1]
    row[offset + size - 1] = key
    row[offset + 2 * size - 1] = 0


@part
def message_reacted(row: Row, offset: int, size: int, key: int) -> None:
    """A message of the ring was reacted to."""
    for place in range(offset, offset + size):
        if row[place] == key:
            row[place + size] = 1


@part
def apply_feed(row: Row, offset: int, size: int, role: int, at: int, value: int) -> None:
    """Applies one feed of one matching event to its register."""
    if role <= opcodes.SET_TRUE:
        row[offset] = role
    elif role == opcodes.SET_INSTANT:
        row[offset] = value
    elif role == opcodes.COUNT_ONE:
        row[offset] += 1
    elif role in (opcodes.PUSH_TIME, opcodes.PUSH_LIVE_TIME):
        push_time(row, offset, size, at)
    elif value == MISSING:
        return
    elif role == opcodes.ADD:
        row[offset] = add_amounts(row[offset], value)
    elif role == opcodes.ADD_TO_DAY:
        add_to_day(row, offset, size, at, value)
    elif role == opcodes.MESSAGE_SENT:
        message_sent(row, offset, size, value)
    elif role == opcodes.MESSAGE_REACTED:
        message_reacted(row, offset, size, value)
