"""How a contact comes into a journey: offers, refusals, entries that wait, absences."""

from parcours.core.journey.layout import (
    ARMED_KIND,
    E_BIT,
    E_CODE,
    E_EVENT,
    E_LINE,
    E_PROGRAM,
    E_WITHIN,
    E_WITHOUT,
    MOST_PENDING,
    N_BORN,
    N_CONTACT,
    N_OVERFLOW,
    N_RUNS,
    N_WAITING,
    O_CAUSE,
    P_FIRST,
    P_GOAL,
    P_GOAL_WITHIN,
    P_HOLDOUT,
    P_INSTANCE,
    P_JOURNEY,
    PENDING_KIND,
    R_ARM,
    R_BORN,
    R_BURST,
    R_BURST_AT,
    R_ENTERED,
    R_ENTRY,
    R_GOAL_AT,
    R_GOAL_UNTIL,
    R_INSTANCE,
    R_JOURNEY,
    R_LINE,
    R_PROGRAM,
    R_REF,
    R_SINCE,
    ROOM_RUNS,
    ROOM_WAITING,
    W_AT,
    W_EVENT,
    W_INSTANCE,
    W_JOURNEY,
    W_KIND,
    W_LINE,
    W_SEQ,
    W_UNTIL,
    W_WAKE,
)
from parcours.core.journey.machine.codes import NOBODY, NOTHING, typed
from parcours.core.journey.machine.copying import copy_waiting, fill_row
from parcours.core.journey.machine.feeding import bit_of
from parcours.core.journey.machine.moving import go
from parcours.core.journey.machine.noting import note, note_run
from parcours.core.journey.machine.publishing import current_program, entry_row, expect_publication
from parcours.core.journey.machine.refusing import forget_before, last_run, refusal
from parcours.core.journey.machine.times import after_gaps, turning
from parcours.core.journey.machine.truths import truth, wakes_at
from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import Status
from parcours.core.journey.tables import Bits, Events, Room, Tables
from parcours.core.terms.chance_fold import draw_seeds
from parcours.core.terms.conditions.opcodes import TRUE
from parcours.core.terms.durations import MINUTE
from parcours.core.terms.events import NEVER
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
def new_row(s: Room) -> int:
    """A row for a new run, after all others; -1 when there is no room."""
    run = s.n[N_RUNS]
    if run >= len(s.runs):
        s.n[N_OVERFLOW] = ROOM_RUNS
        return -1
    s.n[N_RUNS] = run + 1
    return int(run)


@part
def expected_ref(s: Room, e: Events, journey: int, instance: int, entry: int) -> int:
    """The reference by which receipts will name a run that begins now, -1 when none does."""
    for place in range(len(e.expected)):
        row = e.expected[place]
        if row[0] == s.n[N_CONTACT] and row[1] == journey and row[2] == instance and row[3] == entry:
            return int(row[4])
    return -1


@part
def enter(t: Tables, s: Room, e: Events, place: int, instance: int, bits: Bits, at: int, reason: int, seq: int) -> None:
    """A new run, by the entry row `place`; the holdout is drawn, not refused."""
    program = t.entries[place, E_PROGRAM]
    rules = t.programs[program]
    journey = rules[P_JOURNEY]
    before = last_run(s, journey, instance)
    entry = s.runs[before, R_ENTRY] + 1 if before >= 0 else 1
    forget_before(t, s, journey, instance, at)
    run = new_row(s)
    if run < 0:
        return
    fill_row(s.runs, run, 0)
    row = s.runs[run]
    row[R_JOURNEY], row[R_PROGRAM], row[R_LINE] = journey, program, place
    row[R_INSTANCE], row[R_ENTRY] = instance, entry
    row[R_ENTERED], row[R_SINCE] = at, at
    row[R_GOAL_UNTIL] = at + rules[P_GOAL_WITHIN] if rules[P_GOAL] >= 0 else -1
    row[R_GOAL_AT], row[R_BURST_AT], row[R_BURST] = -1, -1, 0
    row[R_ARM] = 1 if draw_seeds(s.seed[0], t.holdout_seeds[journey]) < rules[P_HOLDOUT] else 0
    row[R_REF] = expected_ref(s, e, journey, instance, entry)
    row[R_BORN] = s.n[N_BORN]
    s.n[N_BORN] += 1
    fill_row(s.reactions, run, 0)
    fill_row(s.visits, run, 0)
    fill_row(s.draws, run, -1)
    for word in range(len(bits)):
        s.facts[run, word] = bits[word] & t.entry_facts[place, word]
    go(t, s, run, rules[P_FIRST], at)
    expect_publication(t, s, run)
    out = note_run(t, s, run, at, reason, entry, row[R_ARM])
    if out >= 0:
        s.out[out, O_CAUSE] = seq


@part
def set_retry(t: Tables, s: Room, spot: int, place: int, at: int) -> None:
    """When time alone may make a pending entry's person clauses hold, within its 30 minutes."""
    row = s.waiting[spot]
    wake = wakes_at(t, s, t.entries[place, E_CODE], at)
    row[W_WAKE] = wake if wake <= row[W_UNTIL] else NEVER


@part
def wait_entry(t: Tables, s: Room, place: int, kind: int, instance: int, bits: Bits, at: int, until: int, seq: int) -> bool:
    """Keep an entry that is not decided yet: pending or armed. Answers whether there was room."""
    spot = s.n[N_WAITING]
    if spot >= len(s.waiting):
        s.n[N_OVERFLOW] = ROOM_WAITING
        return False
    row, entry = s.waiting[spot], t.entries[place]
    row[W_KIND], row[W_JOURNEY], row[W_LINE] = kind, t.programs[entry[E_PROGRAM], P_JOURNEY], entry[E_LINE]
    row[W_INSTANCE], row[W_AT], row[W_UNTIL], row[W_SEQ], row[W_EVENT] = instance, at, until, seq, entry[E_EVENT]
    for word in range(len(bits)):
        s.waiting_facts[spot, word] = bits[word] & t.entry_facts[place, word]
    row[W_WAKE] = NEVER
    if kind == PENDING_KIND:
        set_retry(t, s, spot, place, at)
    s.n[N_WAITING] = spot + 1
    return True


@part
def drop_waiting(s: Room, spot: int) -> None:
    """Forget an entry that waits; the others keep their order."""
    for place in range(spot, s.n[N_WAITING] - 1):
        copy_waiting(s, place, s, place + 1)
    s.n[N_WAITING] -= 1


@part
def fits_person(t: Tables, s: Room, place: int, bits: Bits, at: int) -> bool:
    """Whether the person clauses of an entry row hold."""
    code = t.entries[place, E_CODE]
    return code < 0 or truth(t, s, code, bits, s.none, at) == TRUE


@part
def count_pending(s: Room) -> int:
    """How many entries are pending."""
    count = NOTHING
    for spot in range(s.n[N_WAITING]):
        count += s.waiting[spot, W_KIND] == PENDING_KIND
    return count


@part
def try_entry(t: Tables, s: Room, e: Events, place: int, event: int, instance: int) -> None:
    """An event that a way in takes: refused, entered, or pending until the person fits."""
    at, seq = e.turned[event], e.seq[event]
    program = t.entries[place, E_PROGRAM]
    reason, value = refusal(t, s, program, instance, e.history[event] != 0, at)
    if reason:
        note(s, at, reason, program, value, NOTHING, seq)
    elif fits_person(t, s, place, e.mask[event], at):
        enter(t, s, e, place, instance, e.mask[event], at, ENTERED, seq)
    elif count_pending(s) >= MOST_PENDING:
        note(s, at, CLAUSE, program, at, NOTHING, seq)
    elif wait_entry(t, s, place, PENDING_KIND, instance, e.mask[event], at, at + RETRY, seq):
        note(s, at, PENDING, program, at + RETRY, NOTHING, seq)


@part
def armed_spot(s: Room, journey: int, line: int, instance: int) -> int:
    """The standing timer of an absence, -1 when none runs."""
    for spot in range(s.n[N_WAITING]):
        row = s.waiting[spot]
        same = row[W_KIND] == ARMED_KIND and row[W_JOURNEY] == journey
        if same and row[W_LINE] == line and row[W_INSTANCE] == instance:
            return spot
    return -1


@part
def offer_absence(t: Tables, s: Room, e: Events, place: int, event: int, instance: int) -> None:
    """B disarms, A arms anew; history does neither."""
    entry = t.entries[place]
    at, seq, program = e.turned[event], e.seq[event], entry[E_PROGRAM]
    journey = t.programs[program, P_JOURNEY]
    arms, disarms = bit_of(e.mask, event, entry[E_BIT]), bit_of(e.mask, event, entry[E_WITHOUT])
    if e.history[event] or instance == MISSING:
        if arms:
            note(s, at, HISTORY if e.history[event] else NO_INSTANCE, program, NOTHING, NOTHING, seq)
        return
    standing = armed_spot(s, journey, entry[E_LINE], instance)
    if standing >= 0 and (arms or disarms):
        drop_waiting(s, standing)
        if disarms and not arms:
            note(s, at, DISARMED, program, NOTHING, NOTHING, seq)
    if arms and wait_entry(t, s, place, ARMED_KIND, instance, e.mask[event], at, at + entry[E_WITHIN], seq):
        note(s, at, ARMED, program, at + entry[E_WITHIN], NOTHING, seq)


@part
def offer(t: Tables, s: Room, e: Events, event: int) -> None:
    """Offer an event to every journey; of one journey's lines the first that takes it decides, absences apart."""
    at = e.turned[event]
    taken = NOBODY
    for place in range(len(t.entries)):
        entry = t.entries[place]
        program = entry[E_PROGRAM]
        absent = entry[E_WITHOUT] >= 0
        if not bit_of(e.mask, event, entry[E_BIT]) and not (absent and bit_of(e.mask, event, entry[E_WITHOUT])):
            continue
        if taken == program or current_program(t, t.programs[program, P_JOURNEY], at) != program:
            continue
        column = t.programs[program, P_INSTANCE]
        instance = e.values[event, column] if column >= 0 else 0
        if absent:
            offer_absence(t, s, e, place, event, instance)
        else:
            taken = program
            try_entry(t, s, e, place, event, instance)


@part
def retry(t: Tables, s: Room, e: Events, at: int, mail: bool) -> None:
    """Pending entries are tried again, the oldest first, at each event and when time alone may have changed the answer."""
    spot = NOTHING
    awake = turning(t, at)
    while spot < s.n[N_WAITING]:
        row = s.waiting[spot]
        if row[W_KIND] != PENDING_KIND or at > row[W_UNTIL] or not (mail or (awake and row[W_WAKE] <= at)):
            spot += 1
            continue
        program = current_program(t, row[W_JOURNEY], at)
        place = entry_row(t, program, row[W_LINE], row[W_EVENT], False)
        if place < 0:  # the version in force no longer has this way in
            row[W_WAKE] = NEVER
            spot += 1
            continue
        if not fits_person(t, s, place, s.waiting_facts[spot], at):
            set_retry(t, s, spot, place, at)
            spot += 1
            continue
        instance, seq = row[W_INSTANCE], row[W_SEQ]
        reason, value = refusal(t, s, program, instance, False, at)
        if reason:
            note(s, at, reason, program, value, NOTHING, seq)
        else:
            enter(t, s, e, place, instance, s.waiting_facts[spot], at, ENTERED_LATER, seq)
        drop_waiting(s, spot)


@part
def expire(t: Tables, s: Room, at: int) -> None:
    """Pending entries whose last try has been are refused."""
    if not turning(t, at):
        return
    spot = NOTHING
    while spot < s.n[N_WAITING]:
        row = s.waiting[spot]
        if row[W_KIND] == PENDING_KIND and row[W_UNTIL] <= at:
            note(s, at, CLAUSE, current_program(t, row[W_JOURNEY], at), row[W_AT], NOTHING, row[W_SEQ])
            drop_waiting(s, spot)
        else:
            spot += 1


@part
def fire_absences(t: Tables, s: Room, e: Events, at: int) -> None:
    """A came and B did not, for long enough: the entry is decided now, with A's properties."""
    if not turning(t, at):
        return
    spot = NOTHING
    while spot < s.n[N_WAITING]:
        row = s.waiting[spot]
        if row[W_KIND] != ARMED_KIND or row[W_UNTIL] > at:
            spot += 1
            continue
        instance, seq = row[W_INSTANCE], row[W_SEQ]
        program = current_program(t, row[W_JOURNEY], at)
        place = entry_row(t, program, row[W_LINE], row[W_EVENT], True)
        reason, value = refusal(t, s, program, instance, False, at) if place >= 0 else (0, 0)
        if reason:
            note(s, at, reason, program, value, NOTHING, seq)
        elif place >= 0 and fits_person(t, s, place, s.waiting_facts[spot], at):
            enter(t, s, e, place, instance, s.waiting_facts[spot], at, ENTERED, seq)
        else:
            note(s, at, CLAUSE, program, row[W_AT], NOTHING, seq)
        drop_waiting(s, spot)


@part
def waiting_due(t: Tables, s: Room, at: int) -> tuple[int, int, int]:
    """When the entries that wait move by themselves: the earliest instant (N_DUE), the first turn (N_EDGE), the next due (N_WATCH)."""
    soonest, edge, watch = NEVER, NEVER, NEVER
    for spot in range(s.n[N_WAITING]):
        due = min(s.waiting[spot, W_UNTIL], s.waiting[spot, W_WAKE])
        done = after_gaps(t, due)
        soonest, edge = min(soonest, done), min(edge, done - int(done > due))
        watch = min(watch, due) if due > at else watch
    return soonest, edge, watch
