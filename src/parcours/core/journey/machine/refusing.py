"""Who may not enter, and why: inside already, never again, too soon, too many."""

from parcours.core.journey.layout import (
    AFTER,
    MOST_LIVE,
    N_RUNS,
    NEVER_AGAIN,
    P_AFTER,
    P_JOURNEY,
    P_REENTRY,
    R_ENTERED,
    R_ENTRY,
    R_GOAL_AT,
    R_GOAL_UNTIL,
    R_INSTANCE,
    R_JOURNEY,
    R_STATUS,
)
from parcours.core.journey.machine.codes import NOBODY, NOTHING, typed
from parcours.core.journey.machine.copying import copy_run
from parcours.core.journey.machine.times import paused
from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import Status
from parcours.core.journey.tables import Room, Tables
from parcours.core.terms.durations import MINUTE
from parcours.core.terms.money import MISSING
from parcours.core.terms.parts import part

RETRY = 30 * MINUTE
LIVE, FINISHED, ENDED = typed(Status.LIVE), typed(Status.FINISHED), typed(Status.ENDED)
ENTERED, ENTERED_LATER, PENDING = typed(Reason.ENTERED), typed(Reason.ENTERED_LATER), typed(Reason.PENDING)
ARMED, DISARMED = typed(Reason.ARMED), typed(Reason.DISARMED)
INSIDE, NEVER_AGAIN_REASON, COOLING = typed(Reason.INSIDE), typed(Reason.NEVER_AGAIN), typed(Reason.COOLING)
CLAUSE, PAUSED, HISTORY = typed(Reason.CLAUSE), typed(Reason.PAUSED), typed(Reason.HISTORY)
NO_INSTANCE, TOO_MANY = typed(Reason.NO_INSTANCE), typed(Reason.TOO_MANY)


@part
def last_run(s: Room, journey: int, instance: int) -> int:
    """The latest run of a journey's instance, -1 when there was none."""
    found = NOBODY
    for run in range(s.n[N_RUNS]):
        row = s.runs[run]
        same = row[R_JOURNEY] == journey and row[R_INSTANCE] == instance
        if same and (found < 0 or row[R_ENTRY] > s.runs[found, R_ENTRY]):
            found = run
    return found


@part
def is_inside(s: Room, journey: int, instance: int) -> bool:
    """Whether a run of the journey's instance is live; after a merge of two people that need not be the latest one."""
    inside = False
    for run in range(s.n[N_RUNS]):
        row = s.runs[run]
        inside = inside or (row[R_STATUS] == LIVE and row[R_JOURNEY] == journey and row[R_INSTANCE] == instance)
    return inside


@part
def count_live(s: Room, journey: int) -> int:
    """How many runs of a journey are inside."""
    count = NOTHING
    for run in range(s.n[N_RUNS]):
        if s.runs[run, R_STATUS] == LIVE and s.runs[run, R_JOURNEY] == journey:
            count += 1
    return count


@part
def refusal(t: Tables, s: Room, program: int, instance: int, history: bool, at: int) -> tuple[int, int]:
    """Why nobody may enter here now, and the value that goes with it; 0 when somebody may (person clauses are asked after)."""
    rules = t.programs[program]
    journey = rules[P_JOURNEY]
    if history:
        return HISTORY, 0
    if paused(t, journey, at):
        return PAUSED, 0
    if instance == MISSING:
        return NO_INSTANCE, 0
    before = last_run(s, journey, instance)
    if before >= 0:
        if is_inside(s, journey, instance):
            return INSIDE, 0
        entered = s.runs[before, R_ENTERED]
        if rules[P_REENTRY] == NEVER_AGAIN:
            return NEVER_AGAIN_REASON, entered
        if rules[P_REENTRY] == AFTER and at - entered < rules[P_AFTER]:
            return COOLING, entered + rules[P_AFTER]
    if count_live(s, journey) >= MOST_LIVE:
        return TOO_MANY, MOST_LIVE
    return 0, 0


@part
def forget_before(t: Tables, s: Room, journey: int, instance: int, at: int) -> None:
    """Drop the rows that a new run of the same instance makes needless: ended ones, and finished ones past their goal. Order is kept."""
    kept = NOTHING
    for run in range(s.n[N_RUNS]):
        row = s.runs[run]
        watched = row[R_STATUS] == FINISHED and row[R_GOAL_AT] < 0 and row[R_GOAL_UNTIL] >= at
        if row[R_JOURNEY] == journey and row[R_INSTANCE] == instance and not watched:
            continue
        if kept != run:
            copy_run(s, kept, s, run)
        kept += 1
    s.n[N_RUNS] = kept
