"""What runs do: they settle, step by step, until they rest or end. One function per opcode, inlined by the compiler."""

from parcours.core.journey.layout import (
    ALT,
    BRANCH_CODE,
    BRANCH_NUMBER,
    BRANCH_TARGET,
    DATE,
    E_CODE,
    EMIT,
    END,
    F_OFFSET,
    F_ROLE,
    F_SIZE,
    F_VALUE,
    JUMP,
    LATE_SEND,
    LATE_SKIP,
    M_MARKETING,
    MESSAGE_VISIT,
    MOST_AT_ONCE,
    MOST_STEPS,
    N_DIRTY,
    N_ZONE,
    N_ZONE_SAID,
    NEXT,
    OP,
    P_UNMATCHED,
    R_ARM,
    R_BURST,
    R_BURST_AT,
    R_CAPPED_SINCE,
    R_DUE,
    R_LATE,
    R_LINE,
    R_PROGRAM,
    R_READY,
    R_RESTING,
    R_SENT,
    R_SINCE,
    R_STATUS,
    R_STEP,
    R_STEPS,
    SET,
    SPLIT,
    STEP_KEY,
    TEST,
    WAIT,
    WAIT_FOR,
    X_COUNT,
    X_FIRST,
    X_REASON,
    X_ZONE,
    A,
    B,
    C,
    D,
)
from parcours.core.journey.machine.codes import NOBODY, NOTHING, typed
from parcours.core.journey.machine.moving import end, finish, go, is_there, rest, rest_waiting, set_alarm
from parcours.core.journey.machine.noting import note_arrival, note_run
from parcours.core.journey.machine.sending import count_message, quiet_until, reached_cap, refused
from parcours.core.journey.machine.times import next_clock, wait_due, wall_clock
from parcours.core.journey.machine.truths import truth
from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import Status
from parcours.core.journey.tables import Room, Tables
from parcours.core.terms.chance_fold import draw_seeds
from parcours.core.terms.conditions.opcodes import TRUE, UNKNOWN
from parcours.core.terms.conditions.update import apply_feed
from parcours.core.terms.durations import DAY, MINUTE
from parcours.core.terms.money import MISSING
from parcours.core.terms.parts import part

LIVE = typed(Status.LIVE)
WAITED, TIMED_OUT, MATCHED = typed(Reason.WAITED), typed(Reason.TIMED_OUT), typed(Reason.MATCHED)
DATE_MISSING, DATE_PAST = typed(Reason.DATE_MISSING), typed(Reason.DATE_PAST)
CASE, ELSE, ELSE_UNKNOWN, ARM = typed(Reason.CASE), typed(Reason.ELSE), typed(Reason.ELSE_UNKNOWN), typed(Reason.ARM)
SENT, WITHHELD, QUIET = typed(Reason.SENT), typed(Reason.WITHHELD), typed(Reason.QUIET)
LATE_SKIPPED, NEXT_SLOT = typed(Reason.LATE_SKIPPED), typed(Reason.NEXT_SLOT)
CAPPED, CAP_RETRY, CAP_GIVEN_UP = typed(Reason.CAPPED), typed(Reason.CAP_RETRY), typed(Reason.CAP_GIVEN_UP)
UNCHANGED_GHOST, DONE = typed(Reason.UNCHANGED_GHOST), typed(Reason.DONE)
UNMATCHED, LOOP_GUARD = typed(Reason.UNMATCHED), typed(Reason.LOOP_GUARD)


@part
def still_matches(t: Tables, s: Room, run: int, at: int) -> bool:
    """Whether the person clauses of the run's way in still hold."""
    row = s.runs[run]
    if not t.programs[row[R_PROGRAM], P_UNMATCHED] or row[R_LINE] < 0:
        return True
    code = t.entries[row[R_LINE], E_CODE]
    return code < 0 or truth(t, s, code, s.facts[run], s.reactions[run], at) == TRUE


@part
def begin(t: Tables, s: Room, run: int, at: int) -> None:
    """The run comes to a step."""
    row = s.runs[run]
    row[R_STEPS] += 1
    row[R_BURST] = row[R_BURST] + 1 if row[R_BURST_AT] == at else 1
    row[R_BURST_AT] = at
    row[R_SINCE] = at
    s.visits[run, t.steps[row[R_STEP], STEP_KEY]] += 1
    s.reactions[run, 0] = at
    note_arrival(t, s, run, at)


@part
def perform_wait(t: Tables, s: Room, run: int, step: int, at: int) -> None:
    """A length, a local time or a date. When the run rests already, its time has come."""
    row = s.runs[run]
    if row[R_RESTING]:
        note_run(t, s, run, at, WAITED, row[R_DUE], row[R_LATE])
        go(t, s, run, t.steps[step, NEXT], at)
        return
    due = wait_due(t, s, step, at, at)
    if due == MISSING:
        note_run(t, s, run, at, DATE_MISSING, NOTHING, NOTHING)
        go(t, s, run, t.steps[step, ALT], at)
    elif due <= at:
        reason = DATE_PAST if t.steps[step, A] == DATE and due < at else WAITED
        note_run(t, s, run, at, reason, due, NOTHING)
        go(t, s, run, t.steps[step, NEXT], at)
    else:
        rest_waiting(t, s, run, due)


@part
def perform_wait_for(t: Tables, s: Room, run: int, step: int, at: int) -> None:
    """State that is already so passes at once. When the run rests already, its timeout has come."""
    row = s.runs[run]
    if row[R_RESTING]:
        note_run(t, s, run, at, TIMED_OUT, row[R_DUE], row[R_LATE])
        go(t, s, run, t.steps[step, NEXT], at)
    elif is_there(t, s, run, at):
        note_run(t, s, run, at, MATCHED, NOTHING, NOTHING)
        go(t, s, run, t.steps[step, ALT], at)
    else:
        rest(t, s, run, row[R_SINCE] + t.steps[step, B])
        set_alarm(t, s, run, at)


@part
def perform_test(t: Tables, s: Room, run: int, step: int, at: int) -> None:
    """The first case that is true, else the other edge."""
    unknown = NOBODY
    first = t.steps[step, A]
    for index in range(t.steps[step, B]):
        branch = t.branches[first + index]
        answer = truth(t, s, branch[BRANCH_CODE], s.facts[run], s.reactions[run], at)
        if answer == TRUE:
            note_run(t, s, run, at, CASE, index, NOTHING)
            go(t, s, run, branch[BRANCH_TARGET], at)
            return
        if answer == UNKNOWN and unknown < 0:
            unknown = index
    note_run(t, s, run, at, ELSE if unknown < 0 else ELSE_UNKNOWN, max(unknown, NOTHING), NOTHING)
    go(t, s, run, t.steps[step, ALT], at)


@part
def perform_split(t: Tables, s: Room, run: int, step: int, at: int) -> None:
    """The published draw picks the arm; an arm once drawn is kept."""
    key, first, count = t.steps[step, STEP_KEY], t.steps[step, A], t.steps[step, B]
    drawn = draw_seeds(s.seed[0], t.step_seeds[step])
    arm = s.draws[run, key]
    if arm < 0 or arm >= count:
        arm = NOTHING
        while drawn >= t.branches[first + arm, BRANCH_NUMBER]:
            arm += 1
        s.draws[run, key] = arm
    note_run(t, s, run, at, ARM, arm, drawn)
    go(t, s, run, t.branches[first + arm, BRANCH_TARGET], at)


@part
def too_late(t: Tables, s: Room, run: int, step: int, at: int) -> bool:
    """Whether the late policy keeps the message back; the run then goes on, or rests until the next slot."""
    late, policy, after = s.runs[run, R_LATE], t.steps[step, C], t.steps[step, B]
    if after < 0 or policy == LATE_SEND or late <= after:
        return False
    if policy == LATE_SKIP:
        note_run(t, s, run, at, LATE_SKIPPED, late, NOTHING)
        go(t, s, run, t.steps[step, NEXT], at)
        return True
    minute = wall_clock(t, s, at - late) % DAY // MINUTE
    slot = next_clock(t, s, at + 1, minute, 0, 0)
    note_run(t, s, run, at, NEXT_SLOT, slot, late)
    rest(t, s, run, slot)
    return True


@part
def held_by_cap(t: Tables, s: Room, run: int, step: int, at: int) -> bool:
    """Whether a cap keeps the message back; the run then goes on, or rests to try again."""
    cap, count, frees = reached_cap(t, s, t.steps[step, A], at)
    if cap < 0:
        return False
    retry, row = t.steps[step, D], s.runs[run]
    if retry == 0:
        note_run(t, s, run, at, CAPPED, cap, count)
        go(t, s, run, t.steps[step, NEXT], at)
        return True
    if row[R_CAPPED_SINCE] < 0:
        row[R_CAPPED_SINCE] = at
    last = row[R_CAPPED_SINCE] + retry
    if at >= last:
        note_run(t, s, run, at, CAP_GIVEN_UP, cap, NOTHING)
        go(t, s, run, t.steps[step, NEXT], at)
    else:
        note_run(t, s, run, at, CAP_RETRY, min(frees, last), cap)
        rest(t, s, run, min(frees, last))
    return True


@part
def perform_emit(t: Tables, s: Room, run: int, step: int, at: int) -> None:
    """Late policy, permission, quiet hours, caps; then the message, once."""
    if too_late(t, s, run, step, at):
        return
    message = t.steps[step, A]
    reason = refused(t, s, message, at)
    if reason:
        note_run(t, s, run, at, reason, NOTHING, NOTHING)
        go(t, s, run, t.steps[step, NEXT], at)
        return
    marketing = t.messages[message, M_MARKETING]
    if marketing:
        quiet = quiet_until(t, s, at)
        if quiet >= 0:
            note_run(t, s, run, at, QUIET, quiet, NOTHING)
            rest(t, s, run, quiet)
            return
        if held_by_cap(t, s, run, step, at):
            return
    row = s.runs[run]
    ghost = row[R_ARM] != 0
    note_run(t, s, run, at, WITHHELD if ghost else SENT, row[R_LATE], NOTHING)
    row[R_SENT] += 1
    key = t.steps[step, STEP_KEY]
    s.reactions[run, key] = s.visits[run, key] << MESSAGE_VISIT
    if marketing and not ghost:
        count_message(t, s, run, message, at)
    go(t, s, run, t.steps[step, NEXT], at)


@part
def perform_set(t: Tables, s: Room, run: int, step: int, at: int) -> None:
    """A tag or an attribute, on the contact at once; a ghost changes nothing."""
    change = t.changes[t.steps[step, A]]
    ghost = s.runs[run, R_ARM] != 0
    note_run(t, s, run, at, UNCHANGED_GHOST if ghost else change[X_REASON], NOTHING, NOTHING)
    if not ghost:
        for place in range(change[X_FIRST], change[X_FIRST] + change[X_COUNT]):
            effect = t.effects[place]
            apply_feed(s.row, effect[F_OFFSET], effect[F_SIZE], effect[F_ROLE], at, effect[F_VALUE])
        if change[X_ZONE] >= 0:
            s.n[N_ZONE] = change[X_ZONE]
            s.n[N_ZONE_SAID] = 1
        s.n[N_DIRTY] = 1
    go(t, s, run, t.steps[step, NEXT], at)


@part
def perform(t: Tables, s: Room, run: int, at: int) -> None:
    """What the step at hand does."""
    step = s.runs[run, R_STEP]
    op = t.steps[step, OP]
    if op == WAIT:
        perform_wait(t, s, run, step, at)
    elif op == WAIT_FOR:
        perform_wait_for(t, s, run, step, at)
    elif op == TEST:
        perform_test(t, s, run, step, at)
    elif op == SPLIT:
        perform_split(t, s, run, step, at)
    elif op == EMIT:
        perform_emit(t, s, run, step, at)
    elif op == SET:
        perform_set(t, s, run, step, at)
    elif op == JUMP:
        go(t, s, run, t.steps[step, ALT], at)


@part
def settle(t: Tables, s: Room, run: int, at: int) -> None:
    """Run steps until one rests or the run is over; a held message is tried again."""
    row = s.runs[run]
    while row[R_STATUS] == LIVE and row[R_READY]:
        if not still_matches(t, s, run, at):
            end(t, s, run, at, UNMATCHED, NOTHING)
        elif row[R_RESTING]:
            perform(t, s, run, at)
        elif t.steps[row[R_STEP], OP] == END:
            finish(t, s, run, at, DONE, NOTHING)
        elif row[R_STEPS] >= MOST_STEPS or (row[R_BURST_AT] == at and row[R_BURST] >= MOST_AT_ONCE):
            end(t, s, run, at, LOOP_GUARD, row[R_STEPS])
        else:
            begin(t, s, run, at)
            perform(t, s, run, at)
    row[R_LATE] = 0
