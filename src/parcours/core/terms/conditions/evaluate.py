"""The condition interpreter: a postfix program of three-valued logic over one contact's registers. Compiled, no allocation.

Arrays:
- `code` int64[n, 5]: rows (op, a, b, c, d) of opcodes.py, bound (`lower.bind`): offsets are positions in `row`, bits positions in `bits`,
  slots positions in `reactions`. Programs of many conditions may share one table: [start, stop) is this one. Skips are relative.
- `row` int64[w]: the contact's registers.
- `bits` uint64[words]: the mask of the event at hand (bit b is word b >> 6, bit b & 63); all zero when there is none: its clauses
  are unknown.
- `reactions` int64[slots]: slot 0 the instant since which events are awaited (SINCE); then one word per sending step of the run:
  bit 0 sent, bit 1 tracked, bit 2 + i tree.REACTIONS[i].
- `at`: the instant, UTC microseconds; `local`: the same as wall clock in the contact's zone (microseconds since 1970-01-01T00:00 there);
  programs whose `Lowered.needs_local` is False may be given anything.

"Within W" of times is younger than W: an event exactly W ago is outside. A sum within N days is today (UTC) and the N - 1 days before.
`within_last` and `within_next` of a date include both ends. The answer is FALSE 0, UNKNOWN 1 or TRUE 2; a condition matches when TRUE.
"""

import numpy as np
from numpy.typing import NDArray

from parcours.core.terms.conditions import opcodes
from parcours.core.terms.conditions.opcodes import FALSE, REACTED_FROM, SENT_BIT, TRACKED_BIT, TRUE, UNKNOWN
from parcours.core.terms.conditions.update import add_amounts
from parcours.core.terms.durations import DAY, MINUTE
from parcours.core.terms.events import NEVER
from parcours.core.terms.money import MISSING
from parcours.core.terms.parts import part

Row = NDArray[np.int64]
Code = NDArray[np.int64]
Bits = NDArray[np.uint64]

EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday; Monday is 0
WEEK_DAYS = 7


@part
def truth_of(holds: bool) -> int:
    """TRUE or FALSE."""
    return TRUE if holds else FALSE


@part
def compares(op: int, number: int, threshold: int) -> bool:
    """A comparison by its code (its position in opcodes.COMPARISONS)."""
    if op == 0:
        return number == threshold
    if op == 1:
        return number != threshold
    if op == 2:
        return number < threshold
    if op == 3:
        return number <= threshold
    if op == 4:
        return number > threshold
    return number >= threshold


@part
def has_bit(bits: Bits, bit: int) -> bool:
    """Whether a bit of the event's mask is set."""
    return bool((bits[bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) != np.uint64(0))


@part
def sum_of_days(row: Row, offset: int, size: int, at: int) -> int:
    """The total of today and the `size` - 1 days before (UTC), in micro-units."""
    today = at // DAY
    newest = row[offset]
    total = 0
    for day in range(max(today - size, newest - size) + 1, min(today, newest) + 1):
        total = add_amounts(total, row[offset + 1 + day % size])
    return total


@part
def messages_truth(row: Row, offset: int, size: int, at_least: int) -> int:
    """Of the last `size` tracked messages, how many were reacted to; unknown while there are fewer."""
    if row[offset] == MISSING:
        return UNKNOWN
    reacted = 0
    for place in range(offset + size, offset + 2 * size):
        reacted += row[place]
    return truth_of(reacted == 0 if at_least == 0 else reacted >= at_least)


@part
def reaction_truth(word: int, bit: int, needs_tracking: int) -> int:
    """Whether the step's message was reacted to; unknown when it was not sent, or cannot tell because it is not tracked."""
    if not word >> SENT_BIT & 1 or (needs_tracking and not word >> TRACKED_BIT & 1):
        return UNKNOWN
    return truth_of(word >> (REACTED_FROM + bit) & 1 == 1)


@part
def instant_truth(op: int, moment: int, window: int, at: int) -> int:
    """within_last and within_next of an instant register."""
    if moment == MISSING:
        return UNKNOWN
    age = at - moment if op == opcodes.WITHIN_LAST else moment - at
    return truth_of(0 <= age <= window)


@part
def time_truth(start: int, end: int, local: int) -> int:
    """Whether the local minute of the day lies in [start, end), over midnight when start > end."""
    minute = local % DAY // MINUTE
    if start <= end:
        return truth_of(start <= minute < end)
    return truth_of(minute >= start or minute < end)


@part
def atom_truth(code: Code, at_row: int, row: Row, bits: Bits, reactions: Row, at: int, local: int) -> int:
    """The truth of the atom in one row of code."""
    op, a, b, c, d = code[at_row, 0], code[at_row, 1], code[at_row, 2], code[at_row, 3], code[at_row, 4]
    if op == opcodes.FLAG:
        return int(row[a]) if b == 0 else truth_of(row[a] == TRUE)
    if op == opcodes.EVENT:
        return TRUE if has_bit(bits, a) else FALSE if has_bit(bits, b) else UNKNOWN
    if op == opcodes.COUNT:
        return truth_of(row[a] >= b)
    if op == opcodes.TIMES:
        return truth_of(at - row[a] < c)
    if op == opcodes.SINCE:
        return truth_of(row[a] > reactions[0])
    if op == opcodes.TOTAL:
        return truth_of(compares(b, row[a], c))
    if op == opcodes.DAYS:
        return truth_of(compares(c, sum_of_days(row, a, b, at), d))
    if op in (opcodes.WITHIN_LAST, opcodes.WITHIN_NEXT):
        return instant_truth(op, row[a], b, at)
    if op == opcodes.MESSAGES:
        return messages_truth(row, a, b, c)
    if op == opcodes.REACTION:
        return reaction_truth(reactions[a], b, c)
    if op == opcodes.LOCAL_TIME:
        return time_truth(a, b, local)
    if op == opcodes.WEEKDAY:
        return truth_of(a >> ((local // DAY + EPOCH_WEEKDAY) % WEEK_DAYS) & 1 == 1)
    return int(a)


@part
def evaluate(code: Code, start: int, stop: int, row: Row, bits: Bits, reactions: Row, at: int, local: int) -> int:
    """The truth of the program in rows [start, stop). The stack is one integer of two bits a value."""
    stack = 0
    place = start
    while place < stop:
        op = code[place, 0]
        top = stack & 3
        if op == opcodes.NOT:
            stack = (stack >> 2 << 2) | (TRUE - top)
        elif op == opcodes.AND:
            stack >>= 2
            stack = (stack >> 2 << 2) | min(stack & 3, top)
        elif op == opcodes.OR:
            stack >>= 2
            stack = (stack >> 2 << 2) | max(stack & 3, top)
        elif op == opcodes.SKIP_IF_FALSE:
            place += code[place, 1] if top == FALSE else 0
        elif op == opcodes.SKIP_IF_TRUE:
            place += code[place, 1] if top == TRUE else 0
        else:
            stack = (stack << 2) | atom_truth(code, place, row, bits, reactions, at, local)
        place += 1
    return stack & 3


@part
def atom_changes_at(code: Code, at_row: int, row: Row, at: int, local: int) -> int:
    """The first instant after `at` at which time alone may change the atom, NEVER when it cannot."""
    op, a, b, c = code[at_row, 0], code[at_row, 1], code[at_row, 2], code[at_row, 3]
    if op == opcodes.TIMES:
        return int(row[a] + c) if at - row[a] < c else NEVER
    if op == opcodes.DAYS:
        return (at // DAY + 1) * DAY if at // DAY - row[a] < b and row[a] > 0 else NEVER
    if op in (opcodes.WITHIN_LAST, opcodes.WITHIN_NEXT):
        moment = int(row[a])
        if moment == MISSING:
            return NEVER
        first = moment if op == opcodes.WITHIN_LAST else moment - int(b)
        closed = first + int(b) + 1
        return first if first > at else closed if closed > at else NEVER
    if op == opcodes.LOCAL_TIME:
        to_start, to_end = a * MINUTE - local % DAY, b * MINUTE - local % DAY
        return int(at + min(to_start if to_start > 0 else to_start + DAY, to_end if to_end > 0 else to_end + DAY))
    if op == opcodes.WEEKDAY:
        return at + DAY - local % DAY
    return NEVER


@part
def changes_at(code: Code, start: int, stop: int, row: Row, at: int, local: int) -> int:
    """The first instant after `at` at which time alone (no event) may change the program's truth, NEVER when it cannot.

    Local times are counted in the offset in force at `at`: across a change of clocks, ask again at the change.
    """
    soonest = NEVER
    for place in range(start, stop):
        soonest = min(soonest, atom_changes_at(code, place, row, at, local))
    return soonest
