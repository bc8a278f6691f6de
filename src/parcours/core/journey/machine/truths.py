"""Conditions asked for a run, a waiting entry, or an event at hand."""

from parcours.core.journey.layout import CODE_LOCAL, CODE_START, CODE_STOP
from parcours.core.journey.machine.times import clocks_change, wall_clock
from parcours.core.journey.tables import Bits, Ints, Room, Tables
from parcours.core.terms.conditions.evaluate import changes_at, evaluate
from parcours.core.terms.parts import part


@part
def truth(t: Tables, s: Room, code: int, bits: Bits, reactions: Ints, at: int) -> int:
    """The truth of a condition; `bits` answer its clauses on the entry event, `reactions` are the run's."""
    local = wall_clock(t, s, at) if t.codes[code, CODE_LOCAL] else 0
    return evaluate(t.code, t.codes[code, CODE_START], t.codes[code, CODE_STOP], s.row, bits, reactions, at, local)


@part
def wakes_at(t: Tables, s: Room, code: int, at: int) -> int:
    """The first instant after `at` at which time alone may change a condition's truth."""
    if not t.codes[code, CODE_LOCAL]:
        return changes_at(t.code, t.codes[code, CODE_START], t.codes[code, CODE_STOP], s.row, at, 0)
    local = wall_clock(t, s, at)
    soonest = changes_at(t.code, t.codes[code, CODE_START], t.codes[code, CODE_STOP], s.row, at, local)
    return min(soonest, clocks_change(t, s, at))
