"""People inside when a journey is published anew."""

from parcours.core.journey.layout import (
    ALT,
    E_EVENT,
    E_LINE,
    E_PROGRAM,
    E_WITHOUT,
    N_RUNS,
    OP,
    OTHER_CONDITION,
    P_END,
    P_GOAL,
    P_GOAL_WITHIN,
    P_VERSION,
    PUB_AT,
    PUB_FOLLOW,
    PUB_PROGRAM,
    R_DUE,
    R_ENTERED,
    R_GOAL_UNTIL,
    R_JOURNEY,
    R_LINE,
    R_PROGRAM,
    R_PUB,
    R_RESTING,
    R_RETEST,
    R_SINCE,
    R_STATUS,
    R_STEP,
    SAME_STEP,
    WAIT,
    WAIT_FOR,
    A,
    B,
    E,
)
from parcours.core.journey.machine.codes import NOBODY, NOTHING, typed
from parcours.core.journey.machine.moving import finish, go, rest_waiting
from parcours.core.journey.machine.noting import note_run
from parcours.core.journey.machine.times import set_due, wait_due
from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import Status
from parcours.core.journey.tables import Room, Tables
from parcours.core.terms.events import NEVER
from parcours.core.terms.money import MISSING
from parcours.core.terms.parts import part

LIVE = typed(Status.LIVE)
FOLLOWED, REDIRECTED, STEP_REMOVED = typed(Reason.FOLLOWED), typed(Reason.REDIRECTED), typed(Reason.STEP_REMOVED)


@part
def next_publication(t: Tables, s: Room, run: int) -> int:
    """The row of the next publication the run follows, -1 when none is known."""
    row = s.runs[run]
    version = t.programs[row[R_PROGRAM], P_VERSION]
    for place in range(t.publications_of[row[R_JOURNEY]], t.publications_of[row[R_JOURNEY] + 1]):
        publication = t.publications[place]
        later = t.programs[publication[PUB_PROGRAM], P_VERSION] > version and publication[PUB_AT] > row[R_ENTERED]
        if publication[PUB_FOLLOW] and later:
            return place
    return -1


@part
def expect_publication(t: Tables, s: Room, run: int) -> None:
    """Remember when the run's journey is next published anew."""
    place = next_publication(t, s, run)
    s.runs[run, R_PUB] = t.publications[place, PUB_AT] if place >= 0 else NEVER


@part
def current_program(t: Tables, journey: int, at: int) -> int:
    """The program that takes entries at an instant, -1 before the first is published."""
    found = NOBODY
    for place in range(t.publications_of[journey], t.publications_of[journey + 1]):
        if t.publications[place, PUB_AT] <= at:
            found = t.publications[place, PUB_PROGRAM]
    return int(found)


@part
def entry_row(t: Tables, program: int, line: int, event: int, absent: bool) -> int:
    """The entry row of a program's line, if it is still about that event and still (no) absence; else -1."""
    for place in range(len(t.entries)):
        row = t.entries[place]
        if row[E_PROGRAM] == program and row[E_LINE] == line and row[E_EVENT] == event and (row[E_WITHOUT] >= 0) == absent:
            return place
    return -1


@part
def refit(t: Tables, s: Room, run: int, old: int, other: bool, at: int) -> None:
    """A changed wait is computed anew from the instant it began."""
    new = s.runs[run, R_STEP]
    since = s.runs[run, R_SINCE]
    if t.steps[new, OP] == WAIT:
        changed = False
        for column in range(A, E + 1):
            changed = changed or t.steps[new, column] != t.steps[old, column]
        if changed:
            due = wait_due(t, s, new, since, at)
            if due == MISSING:
                go(t, s, run, t.steps[new, ALT], at)
            else:
                rest_waiting(t, s, run, max(at, due))
    elif t.steps[new, OP] == WAIT_FOR:
        if t.steps[new, B] != t.steps[old, B]:
            set_due(t, s, run, max(at, since + t.steps[new, B]))
        if other:
            s.reactions[run, 0] = at
            s.runs[run, R_RETEST] = 1


@part
def move(t: Tables, s: Room, run: int, program: int, at: int) -> None:
    """Put a run under a newer version: same step stays, else the step chosen, else the next surviving one."""
    row = s.runs[run]
    left, old = t.programs[row[R_PROGRAM], P_VERSION], row[R_STEP]
    target = t.follow[program, old]
    entry = t.entries[row[R_LINE]] if row[R_LINE] >= 0 else t.entries[0]
    if row[R_LINE] >= 0:
        row[R_LINE] = entry_row(t, program, entry[E_LINE], entry[E_EVENT], entry[E_WITHOUT] >= 0)
    row[R_PROGRAM] = program
    row[R_GOAL_UNTIL] = row[R_ENTERED] + t.programs[program, P_GOAL_WITHIN] if t.programs[program, P_GOAL] >= 0 else -1
    if target < 0:
        finish(t, s, run, at, STEP_REMOVED, left)
        row[R_STEP] = t.programs[program, P_END]
        return
    if target & SAME_STEP:
        row[R_STEP] = target >> 2
        if row[R_RESTING]:
            refit(t, s, run, old, target & OTHER_CONDITION != 0, at)
        note_run(t, s, run, at, FOLLOWED, left, row[R_DUE])
        return
    note_run(t, s, run, at, REDIRECTED, left, NOTHING)
    go(t, s, run, target >> 2, at)


@part
def publish(t: Tables, s: Room, at: int) -> None:
    """Move live runs to the versions published up to this instant."""
    for run in range(s.n[N_RUNS]):
        while s.runs[run, R_STATUS] == LIVE and s.runs[run, R_PUB] <= at:
            place = next_publication(t, s, run)
            if place < 0:
                s.runs[run, R_PUB] = NEVER
                break
            move(t, s, run, t.publications[place, PUB_PROGRAM], at)
            expect_publication(t, s, run)
