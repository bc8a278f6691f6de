"""Moving a run: it goes to a step, rests there, or is over."""

from parcours.core.journey.layout import (
    OP,
    R_CAPPED_SINCE,
    R_DUE,
    R_EFF,
    R_PUB,
    R_READY,
    R_REASON,
    R_RESTING,
    R_STATUS,
    R_STEP,
    R_WAKE,
    WAIT_FOR,
    A,
)
from parcours.core.journey.machine.codes import NOTHING, typed
from parcours.core.journey.machine.noting import note_run
from parcours.core.journey.machine.times import remember_basis, set_due
from parcours.core.journey.machine.truths import truth, wakes_at
from parcours.core.journey.state import Status
from parcours.core.journey.tables import Room, Tables
from parcours.core.terms.conditions.opcodes import TRUE
from parcours.core.terms.events import NEVER
from parcours.core.terms.parts import part

LIVE, FINISHED, ENDED = typed(Status.LIVE), typed(Status.FINISHED), typed(Status.ENDED)


@part
def go(t: Tables, s: Room, run: int, step: int, at: int) -> None:
    """The run is to begin a step as soon as its journey is not paused."""
    row = s.runs[run]
    row[R_STEP] = step
    row[R_RESTING] = 0
    row[R_READY] = 1
    row[R_CAPPED_SINCE] = -1
    row[R_WAKE] = NEVER
    set_due(t, s, run, at)


@part
def rest(t: Tables, s: Room, run: int, due: int) -> None:
    """The run stays at its step until `due`."""
    s.runs[run, R_RESTING] = 1
    s.runs[run, R_READY] = 0
    set_due(t, s, run, due)


@part
def rest_waiting(t: Tables, s: Room, run: int, due: int) -> None:
    """The same at a WAIT: what it was computed from is remembered."""
    rest(t, s, run, due)
    remember_basis(t, s, run)


@part
def close(s: Room, run: int, status: int, reason: int) -> None:
    """The run no longer moves."""
    row = s.runs[run]
    row[R_STATUS] = status
    row[R_REASON] = reason
    row[R_RESTING] = 0
    row[R_READY] = 0
    row[R_DUE] = NEVER
    row[R_EFF] = NEVER
    row[R_WAKE] = NEVER
    row[R_PUB] = NEVER


@part
def end(t: Tables, s: Room, run: int, at: int, reason: int, v1: int) -> None:
    """The run is over."""
    note_run(t, s, run, at, reason, v1, NOTHING)
    close(s, run, ENDED, reason)


@part
def finish(t: Tables, s: Room, run: int, at: int, reason: int, v1: int) -> None:
    """The run is past its last step; it is still watched for its goal."""
    note_run(t, s, run, at, reason, v1, NOTHING)
    close(s, run, FINISHED, reason)


@part
def awaits(t: Tables, s: Room, run: int) -> bool:
    """Whether the run rests at a WAIT_FOR."""
    row = s.runs[run]
    return bool(row[R_STATUS] == LIVE and row[R_RESTING] and t.steps[row[R_STEP], OP] == WAIT_FOR)


@part
def is_there(t: Tables, s: Room, run: int, at: int) -> bool:
    """Whether what the run's WAIT_FOR waits for is there."""
    code = t.steps[s.runs[run, R_STEP], A]
    return truth(t, s, code, s.facts[run], s.reactions[run], at) == TRUE


@part
def set_alarm(t: Tables, s: Room, run: int, at: int) -> None:
    """When time alone may bring what the run waits for."""
    s.runs[run, R_WAKE] = wakes_at(t, s, t.steps[s.runs[run, R_STEP], A], at)
