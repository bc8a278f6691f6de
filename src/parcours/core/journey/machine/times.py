"""Deadlines: when they are performed, and when waits end."""

from parcours.core.journey.layout import (
    DATE,
    DURATION_WAIT,
    N_MOVABLE,
    N_ZONE,
    R_BASIS,
    R_DUE,
    R_EFF,
    R_JOURNEY,
    R_STEP,
    R_ZONE,
    SPAN_END,
    SPAN_START,
    A,
    B,
    C,
    D,
    E,
)
from parcours.core.journey.tables import Room, Tables
from parcours.core.terms.calendar import anniversary, date_of, date_wall, instant_of, local_of, next_local_time, next_shift
from parcours.core.terms.durations import DAY, MINUTE
from parcours.core.terms.events import NEVER
from parcours.core.terms.instants import ABSOLUTE, FORMS
from parcours.core.terms.money import MISSING
from parcours.core.terms.parts import part


@part
def paused(t: Tables, journey: int, at: int) -> bool:
    """Whether the journey is paused at an instant; at its resume it is not."""
    found = False
    for row in range(t.pauses_of[journey], t.pauses_of[journey + 1]):
        found = found or t.pauses[row, SPAN_START] <= at < t.pauses[row, SPAN_END]
    return found


@part
def after_gap(t: Tables, at: int, held: bool) -> int:
    """The end of the slow turn in which an instant lies, else the instant. The turn that began it still did what was `held` until then."""
    low, high = 0, len(t.gaps)
    while low < high:
        middle = (low + high) // 2
        begun = t.gaps[middle, SPAN_START]
        if begun < at or (begun == at and not held):
            low = middle + 1
        else:
            high = middle
    return int(t.gaps[low - 1, SPAN_END]) if low > 0 and at < t.gaps[low - 1, SPAN_END] else at


@part
def turning(t: Tables, at: int) -> bool:
    """Whether a turn happens at an instant: it is not in the midst of a slow one. What is due by then is performed then."""
    return after_gap(t, at, True) == at


@part
def after_gaps(t: Tables, due: int) -> int:
    """When a deadline is performed, given slow turns."""
    return after_gap(t, due, False)


@part
def performed(t: Tables, journey: int, due: int) -> int:
    """When a journey's deadline is performed, given its pauses and slow turns."""
    at, before = due, due - 1
    while at != before and at < NEVER:
        before = at
        at = after_gap(t, at, at > due)
        for row in range(t.pauses_of[journey], t.pauses_of[journey + 1]):
            if t.pauses[row, SPAN_START] <= at < t.pauses[row, SPAN_END]:
                at = int(t.pauses[row, SPAN_END])
    return at


@part
def set_due(t: Tables, s: Room, run: int, due: int) -> None:
    """Give a run its deadline."""
    s.runs[run, R_DUE] = due
    s.runs[run, R_EFF] = performed(t, s.runs[run, R_JOURNEY], due)


@part
def wall_clock(t: Tables, s: Room, at: int) -> int:
    """The contact's wall clock at an instant."""
    zone = s.n[N_ZONE]
    return local_of(t.transitions, t.offsets, t.zones[zone], t.zones[zone + 1], at)


@part
def clocks_change(t: Tables, s: Room, at: int) -> int:
    """The next instant after `at` at which the contact's clocks change."""
    zone = s.n[N_ZONE]
    return next_shift(t.transitions, t.zones[zone], t.zones[zone + 1], at)


@part
def next_clock(t: Tables, s: Room, at: int, minute: int, in_days: int, weekdays: int) -> int:
    """The first instant at or after `at` with this local time."""
    zone = s.n[N_ZONE]
    return next_local_time(t.transitions, t.offsets, t.zones[zone], t.zones[zone + 1], at, minute, in_days, weekdays)


@part
def local_instant(t: Tables, s: Room, wall: int) -> int:
    """The instant of a wall clock of the contact."""
    zone = s.n[N_ZONE]
    return instant_of(t.transitions, t.offsets, t.zones[zone], t.zones[zone + 1], wall)


@part
def shifted(t: Tables, s: Room, at: int, shift: int, minute: int) -> int:
    """An instant moved by a length, then put at the local time asked for on the day it falls on (-1: left as it is)."""
    at += shift
    if minute < 0:
        return at
    return local_instant(t, s, wall_clock(t, s, at) // DAY * DAY + minute * MINUTE)


@part
def date_due(t: Tables, s: Room, written: int, shift: int, minute: int, yearly: int, at: int) -> int:
    """When a wait for a date ends (it may lie in the past, but for a yearly one: the first anniversary at or after `at`)."""
    zone = s.n[N_ZONE]
    if not yearly and written % FORMS == ABSOLUTE:
        return shifted(t, s, written // FORMS, shift, minute)
    wall = date_wall(t.transitions, t.offsets, t.zones[zone], t.zones[zone + 1], written, -1)
    if not yearly:
        return shifted(t, s, local_instant(t, s, wall), shift, minute)
    year = date_of(wall_clock(t, s, at - shift) // DAY)[0] - 1
    while True:
        due = shifted(t, s, local_instant(t, s, anniversary(wall, year)), shift, minute)
        if due >= at:
            return due
        year += 1


@part
def wait_due(t: Tables, s: Room, step: int, since: int, at: int) -> int:
    """When a wait begun at `since` and looked at now ends; MISSING when its date is missing."""
    row = t.steps[step]
    if row[A] == DURATION_WAIT:
        return int(since + row[B])
    if row[A] == DATE:
        written = s.row[row[B]]
        return MISSING if written == MISSING else date_due(t, s, written, row[C], row[D], row[E], at)
    due = next_clock(t, s, since, row[B], row[C], row[D])
    return due if due >= at else next_clock(t, s, at, row[B], 0, row[D])


@part
def remember_basis(t: Tables, s: Room, run: int) -> None:
    """What the run's wait was computed from, beside its clock: the zone, and the date."""
    row = t.steps[s.runs[run, R_STEP]]
    s.runs[run, R_ZONE] = s.n[N_ZONE]
    s.runs[run, R_BASIS] = s.row[row[B]] if row[A] == DATE else 0
    if row[A] != DURATION_WAIT:
        s.n[N_MOVABLE] = 1


@part
def basis_changed(t: Tables, s: Room, run: int) -> bool:
    """Whether a local or dated wait was computed from a zone or a date that has changed."""
    row = t.steps[s.runs[run, R_STEP]]
    if row[A] == DURATION_WAIT:
        return False
    return bool(s.runs[run, R_ZONE] != s.n[N_ZONE] or (row[A] == DATE and s.runs[run, R_BASIS] != s.row[row[B]]))
