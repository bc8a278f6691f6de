"""One instant of one contact: everything that happens at it, in the order of the law."""

from parcours.core.journey.layout import (
    ALT,
    DURATION_WAIT,
    N_DIRTY,
    N_DUE,
    N_EDGE,
    N_MOVABLE,
    N_OVERFLOW,
    N_RUNS,
    N_WAITING,
    N_WATCH,
    NEXT,
    OP,
    P_ENDS_ON_GOAL,
    P_EXITS,
    P_EXITS_COUNT,
    P_GOAL,
    P_GOAL_SAME,
    P_INSTANCE,
    P_PRIORITY,
    P_RANK,
    PENDING_KIND,
    R_BORN,
    R_DUE,
    R_EFF,
    R_ENTERED,
    R_GOAL_AT,
    R_GOAL_UNTIL,
    R_INSTANCE,
    R_JOURNEY,
    R_LATE,
    R_PROGRAM,
    R_PUB,
    R_READY,
    R_RESTING,
    R_RETEST,
    R_SENT,
    R_SINCE,
    R_STATUS,
    R_STEP,
    R_WAKE,
    W_KIND,
    WAIT,
    Z_BIT,
    Z_SAME,
    A,
)
from parcours.core.journey.machine.codes import NOBODY, NOTHING, typed
from parcours.core.journey.machine.entering import expire, fire_absences, offer, retry, waiting_due
from parcours.core.journey.machine.feeding import bit_of, feed_event
from parcours.core.journey.machine.moving import awaits, end, go, is_there, rest_waiting, set_alarm
from parcours.core.journey.machine.noting import note_run
from parcours.core.journey.machine.publishing import publish
from parcours.core.journey.machine.stepping import settle
from parcours.core.journey.machine.times import after_gaps, basis_changed, paused, turning, wait_due
from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import Status
from parcours.core.journey.tables import Events, Room, Tables
from parcours.core.terms.money import MISSING
from parcours.core.terms.parts import part

LIVE, FINISHED = typed(Status.LIVE), typed(Status.FINISHED)
GOAL, GOAL_LATER, EXIT, MATCHED = typed(Reason.GOAL), typed(Reason.GOAL_LATER), typed(Reason.EXIT), typed(Reason.MATCHED)
DATE_MISSING, DATE_PAST, RESCHEDULED = typed(Reason.DATE_MISSING), typed(Reason.DATE_PAST), typed(Reason.RESCHEDULED)


@part
def rule_matches(t: Tables, s: Room, e: Events, event: int, run: int, bit: int, same: int) -> bool:
    """Whether an event is the one a goal or an exit names, of the run's instance when it says so."""
    if e.history[event] or not bit_of(e.mask, event, bit):
        return False
    column = t.programs[s.runs[run, R_PROGRAM], P_INSTANCE]
    return not same or column < 0 or e.values[event, column] == s.runs[run, R_INSTANCE]


@part
def reach_goal(t: Tables, s: Room, run: int, at: int) -> None:
    """Record it; the run is over in the modes that say so."""
    row = s.runs[run]
    row[R_GOAL_AT] = at
    if row[R_STATUS] == LIVE and t.programs[row[R_PROGRAM], P_ENDS_ON_GOAL]:
        end(t, s, run, at, GOAL, row[R_SENT])
    else:
        note_run(t, s, run, at, GOAL_LATER, row[R_SENT], NOTHING)


@part
def see_goals(t: Tables, s: Room, e: Events, first: int, last: int, at: int) -> None:
    """Once, strictly after entry, in time; finished runs are watched too."""
    for run in range(s.n[N_RUNS]):
        row = s.runs[run]
        if row[R_STATUS] != LIVE and row[R_STATUS] != FINISHED:
            continue
        rules = t.programs[row[R_PROGRAM]]
        if rules[P_GOAL] < 0 or row[R_GOAL_AT] >= 0 or at <= row[R_ENTERED] or at > row[R_GOAL_UNTIL]:
            continue
        for event in range(first, last):
            if rule_matches(t, s, e, event, run, rules[P_GOAL], rules[P_GOAL_SAME]):
                reach_goal(t, s, run, at)
                break


@part
def exit_hit(t: Tables, s: Room, e: Events, first: int, last: int, run: int) -> int:
    """The first exit of the run's journey that an event of the instant is, -1 when none."""
    rules = t.programs[s.runs[run, R_PROGRAM]]
    for place in range(rules[P_EXITS_COUNT]):
        rule = t.exits[rules[P_EXITS] + place]
        for event in range(first, last):
            if rule_matches(t, s, e, event, run, rule[Z_BIT], rule[Z_SAME]):
                return place
    return -1


@part
def see_exits(t: Tables, s: Room, e: Events, first: int, last: int, at: int) -> None:
    """Leave at once."""
    for run in range(s.n[N_RUNS]):
        if s.runs[run, R_STATUS] == LIVE and s.runs[run, R_ENTERED] < at:
            hit = exit_hit(t, s, e, first, last, run)
            if hit >= 0:
                end(t, s, run, at, EXIT, hit)


@part
def see_waits(t: Tables, s: Room, at: int, mail: bool) -> None:
    """What came may be what a run waits for."""
    awake = turning(t, at)
    for run in range(s.n[N_RUNS]):
        row = s.runs[run]
        if not awaits(t, s, run) or not (mail or row[R_RETEST] or (awake and row[R_WAKE] <= at)):
            continue
        row[R_RETEST] = 0
        if is_there(t, s, run, at):
            note_run(t, s, run, at, MATCHED, NOTHING, NOTHING)
            go(t, s, run, t.steps[row[R_STEP], ALT], at)
        else:
            set_alarm(t, s, run, at)


@part
def reschedule(t: Tables, s: Room, run: int, at: int) -> None:
    """A wait whose zone or date has changed: another instant, or on at once when the date is past or gone."""
    row = s.runs[run]
    step = row[R_STEP]
    due = wait_due(t, s, step, row[R_SINCE], at)
    if due == MISSING:
        note_run(t, s, run, at, DATE_MISSING, NOTHING, NOTHING)
        go(t, s, run, t.steps[step, ALT], at)
    elif due < at:
        note_run(t, s, run, at, DATE_PAST, due, NOTHING)
        go(t, s, run, t.steps[step, NEXT], at)
    else:
        if due != row[R_DUE]:
            note_run(t, s, run, at, RESCHEDULED, due, NOTHING)
        rest_waiting(t, s, run, due)


@part
def recompute(t: Tables, s: Room, at: int) -> None:
    """Local times and dates that changed under waiting runs."""
    if not s.n[N_MOVABLE]:
        return
    for run in range(s.n[N_RUNS]):
        row = s.runs[run]
        waits = row[R_STATUS] == LIVE and row[R_RESTING] and t.steps[row[R_STEP], OP] == WAIT
        if waits and basis_changed(t, s, run):
            reschedule(t, s, run, at)


@part
def goes_first(t: Tables, s: Room, one: int, other: int) -> bool:
    """Whether a run goes before another at one instant: priority, then older entry, then journey key, then order of entry."""
    a, b = s.runs[one], s.runs[other]
    p, q = t.programs[a[R_PROGRAM]], t.programs[b[R_PROGRAM]]
    if p[P_PRIORITY] != q[P_PRIORITY]:
        return bool(p[P_PRIORITY] > q[P_PRIORITY])
    if a[R_ENTERED] != b[R_ENTERED]:
        return bool(a[R_ENTERED] < b[R_ENTERED])
    if p[P_RANK] != q[P_RANK]:
        return bool(p[P_RANK] < q[P_RANK])
    return bool(a[R_BORN] < b[R_BORN])


@part
def settle_all(t: Tables, s: Room, at: int) -> None:
    """Ready runs go on, one after another."""
    while s.n[N_OVERFLOW] == 0:
        chosen = NOBODY
        for run in range(s.n[N_RUNS]):
            row = s.runs[run]
            ready = row[R_STATUS] == LIVE and row[R_READY] and not paused(t, row[R_JOURNEY], at)
            if ready and (chosen < 0 or goes_first(t, s, run, chosen)):
                chosen = run
        if chosen < 0:
            return
        settle(t, s, chosen, at)
        recompute(t, s, at)


@part
def fire(t: Tables, s: Room, at: int) -> None:
    """Runs whose deadline is performed now."""
    if not turning(t, at):
        return
    for run in range(s.n[N_RUNS]):
        row = s.runs[run]
        if row[R_STATUS] == LIVE and row[R_DUE] <= at and not paused(t, row[R_JOURNEY], at):
            row[R_LATE] = at - row[R_DUE]
            row[R_READY] = 1


@part
def live_mail(e: Events, first: int, last: int) -> bool:
    """Whether an event of the instant may move runs."""
    found = False
    for event in range(first, last):
        found = found or e.history[event] == 0
    return found


@part
def look_ahead(t: Tables, s: Room, at: int) -> None:
    """The next instant at which something happens by itself, and which events matter until then."""
    soonest, edge, watch = waiting_due(t, s, at)
    words = len(s.want)
    for word in range(words):
        s.want[word] = t.base_want[word]
    unsettled, movable = False, NOTHING
    for run in range(s.n[N_RUNS]):
        row = s.runs[run]
        if row[R_STATUS] == LIVE:
            step = t.steps[row[R_STEP]]
            if row[R_RESTING] and step[OP] == WAIT and step[A] != DURATION_WAIT:
                movable = 1
            woken = after_gaps(t, row[R_WAKE])
            soonest = min(soonest, row[R_EFF], woken, row[R_PUB])
            edge = min(edge, row[R_EFF] - int(row[R_EFF] > row[R_DUE]), woken - int(woken > row[R_WAKE]), row[R_PUB])
            watch = min(watch, row[R_DUE] if row[R_DUE] > at else watch, row[R_WAKE] if row[R_WAKE] > at else watch)
            for word in range(words):
                s.want[word] |= t.program_want[row[R_PROGRAM], word] | t.step_want[row[R_STEP], word]
            unsettled = unsettled or awaits(t, s, run)
        elif row[R_STATUS] == FINISHED and row[R_GOAL_AT] < 0:
            for word in range(words):
                s.want[word] |= t.program_want[row[R_PROGRAM], word]
    for spot in range(s.n[N_WAITING]):
        unsettled = unsettled or s.waiting[spot, W_KIND] == PENDING_KIND
    if not unsettled:
        s.n[N_DIRTY] = 0
    s.n[N_DUE] = soonest
    s.n[N_EDGE] = edge
    s.n[N_WATCH] = watch
    s.n[N_MOVABLE] = movable


@part
def instant(t: Tables, s: Room, e: Events, first: int, last: int, at: int, silent_before: int) -> None:
    """Everything that happens at one instant, its events being rows [first, last); before `silent_before` only registers are filled.

    What nothing waits for is not looked for: `due` says whether any deadline, alarm or publication lies at the instant or before it.
    """
    if at < silent_before:
        for event in range(first, last):
            feed_event(t, s, e, event, True)
        return
    due = min(s.n[N_DUE], s.n[N_WATCH]) <= at
    if due:
        publish(t, s, at)
    for event in range(first, last):
        feed_event(t, s, e, event, False)
    recompute(t, s, at)
    mail = live_mail(e, first, last)
    if mail:
        s.n[N_DIRTY] = 0
        see_goals(t, s, e, first, last, at)
        see_exits(t, s, e, first, last, at)
    if mail or due:
        see_waits(t, s, at, mail)
    if s.n[N_WAITING] > 0:
        retry(t, s, e, at, mail)
    for event in range(first, last):
        offer(t, s, e, event)
    if s.n[N_WAITING] > 0:
        expire(t, s, at)
        fire_absences(t, s, e, at)
    if due or s.n[N_MOVABLE]:
        fire(t, s, at)
    settle_all(t, s, at)
    look_ahead(t, s, at)
