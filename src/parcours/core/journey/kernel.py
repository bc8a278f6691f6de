"""The kernel: contacts, from instant to instant. The same function serves live turns, previews, tests and backtests.

`advance_contacts` works on one contact after another in one room (tables.Room). It is compiled by numba and runs as plain Python with
NUMBA_DISABLE_JIT=1. Running out of room loses nothing: it answers where to go on, and why it stopped.
"""

import numpy as np

from parcours.core.journey.layout import (
    ARRIVED,
    LIVE_STATUS,
    N_CHANGED,
    N_DIRTY,
    N_DUE,
    N_EDGE,
    N_LAST,
    N_OUT,
    N_OVERFLOW,
    N_RUNS,
    N_WATCH,
    O_ENTRY,
    O_PROGRAM,
    O_REASON,
    O_STEP,
    O_V1,
    R_PROGRAM,
    R_STATUS,
    R_STEP,
    ROOM_STATE,
    T_ARRIVED,
    T_BEFORE_MESSAGE,
    T_ENTERED,
    T_INSIDE,
    T_MESSAGED,
    T_SENT,
    T_STANDING,
)
from parcours.core.journey.machine.codes import typed
from parcours.core.journey.machine.copying import fill_row
from parcours.core.journey.machine.instants import instant, look_ahead
from parcours.core.journey.machine.loading import load, save
from parcours.core.journey.reasons import Reason
from parcours.core.journey.tables import Events, Room, State, Tables, Tally
from parcours.core.terms.events import NEVER
from parcours.core.terms.parts import part

ENTERED, ENTERED_LATER = typed(Reason.ENTERED), typed(Reason.ENTERED_LATER)
SENT, WITHHELD = typed(Reason.SENT), typed(Reason.WITHHELD)
GOAL, GOAL_LATER = typed(Reason.GOAL), typed(Reason.GOAL_LATER)


@part
def next_interesting(s: Room, e: Events, event: int, stop: int) -> int:
    """The next event that can move the contact, or the first at or after its next deadline: nine events in ten cost one test."""
    due, words = min(s.n[N_DUE], s.n[N_WATCH]), e.mask.shape[1]
    if s.n[N_DIRTY]:
        while event < stop and e.turned[event] < due and e.history[event] and not wanted(s, e, event, words):
            event += 1
    elif words == 1:
        want = s.want[0]
        while event < stop and e.mask[event, 0] & want == np.uint64(0) and e.turned[event] < due:
            event += 1
    else:
        while event < stop and e.turned[event] < due and not wanted(s, e, event, words):
            event += 1
    return event


@part
def wanted(s: Room, e: Events, event: int, words: int) -> bool:
    """Whether any matcher that matters now matched the event."""
    found = False
    for word in range(words):
        found = found or e.mask[event, word] & s.want[word] != np.uint64(0)
    return found


@part
def advance_contact(t: Tables, s: Room, e: Events, contact: int, until: int, silent_before: int) -> None:
    """Apply the contact's events, fire the deadlines strictly before `until` and those at an event's instant."""
    event, stop = e.starts[contact], e.starts[contact + 1]
    look_ahead(t, s, s.n[N_LAST])
    while s.n[N_OVERFLOW] == 0:
        first = next_interesting(s, e, event, stop)
        if first > event:
            s.n[N_LAST] = e.turned[first - 1]
            s.n[N_CHANGED] = 1
        event = first
        mail = e.turned[event] if event < stop else NEVER
        due = s.n[N_DUE]
        if mail > due:
            if s.n[N_EDGE] >= until and event >= stop:
                return
            at, after = max(due, s.n[N_LAST]), event
        elif event < stop:
            at, after = mail, event + 1
            while after < stop and e.turned[after] == mail:
                after += 1
        else:
            return
        instant(t, s, e, event, after, at, silent_before)
        s.n[N_LAST] = at
        s.n[N_CHANGED] = 1
        event = after


@part
def tally_contact(t: Tables, s: Room, y: Tally, start: int) -> None:
    """Add the rows one contact gave, from `start` on, to the counts."""
    for program in range(len(y.seen)):
        fill_row(y.seen, program, 0)
    for place in range(start, s.n[N_OUT]):
        row = s.out[place]
        reason, program, step = row[O_REASON], row[O_PROGRAM], row[O_STEP]
        y.reasons[program, reason] += 1
        if reason == ARRIVED:
            y.steps[step, T_ARRIVED] += 1
        elif reason in (SENT, WITHHELD):
            y.steps[step, T_SENT] += 1
            y.seen[program, T_MESSAGED] = 1
        elif reason in (ENTERED, ENTERED_LATER):
            y.seen[program, T_ENTERED] = 1
        elif reason in (GOAL, GOAL_LATER) and row[O_V1] == 0 and row[O_ENTRY] > 0:
            y.people[program, T_BEFORE_MESSAGE] += 1
    for program in range(len(y.people)):
        y.people[program, T_ENTERED] += y.seen[program, T_ENTERED]
        y.people[program, T_MESSAGED] += y.seen[program, T_MESSAGED]
    for run in range(s.n[N_RUNS]):
        if s.runs[run, R_STATUS] == LIVE_STATUS:
            y.steps[s.runs[run, R_STEP], T_STANDING] += 1
            y.people[s.runs[run, R_PROGRAM], T_INSIDE] += 1


@part
def advance_contacts(
    t: Tables,
    e: Events,
    state: State,
    kept: State,
    s: Room,
    y: Tally,
    first: int,
    until: int,
    silent_before: int,
) -> int:
    """Advance contacts from number `first` on; answers the first contact that is not done (len(contacts) when all are).

    It stops when `s.out`, the room or `kept` is too small (s.n[N_OVERFLOW] says which); what was done before stands. With an empty
    `kept` (no contacts) states are not kept; with an empty `y.keep` every row is kept, else those of contacts marked in it.
    """
    for contact in range(first, len(state.contacts)):
        start = s.n[N_OUT]
        load(t, s, state, contact)
        if s.n[N_OVERFLOW] == 0:
            advance_contact(t, s, e, contact, until, silent_before)
        if s.n[N_OVERFLOW] == 0 and len(kept.contacts) > 0 and not save(s, kept, contact):
            s.n[N_OVERFLOW] = ROOM_STATE
        if s.n[N_OVERFLOW] != 0:
            s.n[N_OUT] = start
            return contact
        if len(y.keep) > 0:
            tally_contact(t, s, y, start)
            y.moved[contact] = s.n[N_OUT] > start
            if not y.keep[contact]:
                s.n[N_OUT] = start
    return len(state.contacts)
