"""Writing down: every edge, refusal and wish is one row of `out`."""

from parcours.core.journey.layout import (
    ARRIVED,
    N_CONTACT,
    N_COUNTING,
    N_OUT,
    N_OVERFLOW,
    O_ARM,
    O_AT,
    O_CAUSE,
    O_CONTACT,
    O_ENTRY,
    O_INSTANCE,
    O_PROGRAM,
    O_REASON,
    O_REF,
    O_STEP,
    O_V1,
    O_V2,
    O_VISIT,
    R_ARM,
    R_ENTRY,
    R_INSTANCE,
    R_PROGRAM,
    R_REF,
    R_STEP,
    ROOM_OUT,
    STEP_KEY,
)
from parcours.core.journey.machine.codes import NOBODY, NOTHING
from parcours.core.journey.tables import Room, Tables
from parcours.core.terms.parts import part


@part
def note(s: Room, at: int, reason: int, program: int, v1: int, v2: int, cause: int) -> int:
    """A row about no run; answers its place, or -1 when there was no room."""
    place = s.n[N_OUT]
    if place >= len(s.out):
        s.n[N_OVERFLOW] = ROOM_OUT
        return -1
    s.n[N_OUT] = place + 1
    row = s.out[place]
    row[O_CONTACT] = s.n[N_CONTACT]
    row[O_AT] = at
    row[O_REASON] = reason
    row[O_PROGRAM] = program
    row[O_INSTANCE] = 0
    row[O_ENTRY] = 0
    row[O_STEP] = -1
    row[O_VISIT] = 0
    row[O_V1] = v1
    row[O_V2] = v2
    row[O_ARM] = 0
    row[O_CAUSE] = cause
    row[O_REF] = -1
    return int(place)


@part
def note_run(t: Tables, s: Room, run: int, at: int, reason: int, v1: int, v2: int) -> int:
    """A row about a run, at the step where it stands; answers its place, or -1 when there was no room."""
    place = note(s, at, reason, s.runs[run, R_PROGRAM], v1, v2, NOBODY)
    if place >= 0:
        row, out = s.runs[run], s.out[place]
        out[O_INSTANCE] = row[R_INSTANCE]
        out[O_ENTRY] = row[R_ENTRY]
        out[O_STEP] = row[R_STEP]
        out[O_VISIT] = s.visits[run, t.steps[row[R_STEP], STEP_KEY]]
        out[O_ARM] = row[R_ARM]
        out[O_REF] = row[R_REF]
    return place


@part
def note_arrival(t: Tables, s: Room, run: int, at: int) -> None:
    """Count an arrival at the step where the run stands (in a backtest)."""
    if s.n[N_COUNTING]:
        note_run(t, s, run, at, ARRIVED, NOTHING, NOTHING)
