"""Whether a message may leave now: permission, quiet hours, caps."""

from parcours.core.journey.layout import (
    CAP_CHANNEL,
    CAP_MOST,
    CAP_TOPIC,
    CAP_WITHIN,
    L_AT,
    L_CHANNEL,
    L_ENTRY,
    L_INSTANCE,
    L_JOURNEY,
    L_REF,
    L_STEP_KEY,
    L_TOPIC,
    L_VISIT,
    M_CHANNEL,
    M_COMPLAINT,
    M_CONSENT,
    M_FROZEN,
    M_SUPPRESSED,
    M_TOPIC,
    N_LEDGER,
    N_OVERFLOW,
    N_ZONE,
    R_ENTRY,
    R_INSTANCE,
    R_JOURNEY,
    R_REF,
    R_STEP,
    ROOM_LEDGER,
    S_AT,
    S_CAPS,
    S_CAPS_COUNT,
    S_QUIET_END,
    S_QUIET_START,
    S_STRICT,
    STEP_KEY,
)
from parcours.core.journey.machine.codes import NOTHING, typed
from parcours.core.journey.machine.copying import copy_row
from parcours.core.journey.machine.times import next_clock, wall_clock
from parcours.core.journey.pressure import LONGEST_WINDOW
from parcours.core.journey.reasons import Reason
from parcours.core.journey.tables import Room, Tables
from parcours.core.terms.calendar import midnight
from parcours.core.terms.conditions.opcodes import FALSE, TRUE
from parcours.core.terms.durations import DAY, MINUTE
from parcours.core.terms.events import NEVER
from parcours.core.terms.parts import part

NO_CONSENT, SUPPRESSED = typed(Reason.NO_CONSENT), typed(Reason.SUPPRESSED)
COMPLAINT, FROZEN = typed(Reason.COMPLAINT), typed(Reason.FROZEN)


@part
def settings_at(t: Tables, at: int) -> int:
    """The row of the settings in force."""
    row = NOTHING
    while row + 1 < len(t.settings) and t.settings[row + 1, S_AT] <= at:
        row += 1
    return row


@part
def refused(t: Tables, s: Room, message: int, at: int) -> int:
    """The reason why the contact may not be written to, 0 when it may."""
    rule = t.messages[message]
    if rule[M_CONSENT] >= 0:
        said = s.row[rule[M_CONSENT]]
        strict = t.settings[settings_at(t, at), S_STRICT]
        if said == FALSE or (strict and said != TRUE):
            return NO_CONSENT
    if s.row[rule[M_SUPPRESSED]] == TRUE:
        return SUPPRESSED
    if rule[M_COMPLAINT] >= 0 and s.row[rule[M_COMPLAINT]] == TRUE:
        return COMPLAINT
    if s.row[rule[M_FROZEN]] == TRUE:
        return FROZEN
    return 0


@part
def quiet_until(t: Tables, s: Room, at: int) -> int:
    """When the quiet hours end, -1 outside them."""
    settings = t.settings[settings_at(t, at)]
    start, end = settings[S_QUIET_START], settings[S_QUIET_END]
    if start < 0:
        return -1
    minute = wall_clock(t, s, at) % DAY // MINUTE
    inside = start <= minute < end if start <= end else minute >= start or minute < end
    return next_clock(t, s, at, end, 0, 0) if inside else -1


@part
def day_begins(t: Tables, s: Room, at: int, days: int) -> int:
    """The instant at which the contact's day, or the one so many days later, begins."""
    zone = s.n[N_ZONE]
    return midnight(t.transitions, t.offsets, t.zones[zone], t.zones[zone + 1], at, days)


@part
def counts_under(t: Tables, s: Room, cap: int, entry: int) -> bool:
    """Whether a counted message is of the cap's channel and topic."""
    channel, topic = t.caps[cap, CAP_CHANNEL], t.caps[cap, CAP_TOPIC]
    return bool((channel < 0 or channel == s.ledger[entry, L_CHANNEL]) and (topic < 0 or topic == s.ledger[entry, L_TOPIC]))


@part
def counted(t: Tables, s: Room, cap: int, at: int) -> int:
    """How many messages the cap counts now."""
    within = t.caps[cap, CAP_WITHIN]
    start = day_begins(t, s, at, 0) if within < 0 else at - within + 1
    count = NOTHING
    for entry in range(s.n[N_LEDGER]):
        if s.ledger[entry, L_AT] >= start and counts_under(t, s, cap, entry):
            count += 1
    return count


@part
def frees_at(t: Tables, s: Room, cap: int, at: int) -> int:
    """The first instant with room under a reached cap, if nothing else is sent."""
    most, within = t.caps[cap, CAP_MOST], t.caps[cap, CAP_WITHIN]
    if most == 0:
        return NEVER
    if within < 0:
        return day_begins(t, s, at, 1)
    newer = NOTHING
    for entry in range(s.n[N_LEDGER] - 1, -1, -1):  # the newest last: the ledger is in order
        if counts_under(t, s, cap, entry):
            newer += 1
            if newer == most:
                return int(s.ledger[entry, L_AT] + within)
    return at


@part
def reached_cap(t: Tables, s: Room, message: int, at: int) -> tuple[int, int, int]:
    """The reached cap that frees a place last: (its place in the settings or -1, messages counted, when it frees one)."""
    settings = t.settings[settings_at(t, at)]
    found, count, frees = -1, 0, -1
    channel, topic = t.messages[message, M_CHANNEL], t.messages[message, M_TOPIC]
    for place in range(settings[S_CAPS_COUNT]):
        cap = settings[S_CAPS] + place
        if t.caps[cap, CAP_CHANNEL] >= 0 and t.caps[cap, CAP_CHANNEL] != channel:
            continue
        if t.caps[cap, CAP_TOPIC] >= 0 and t.caps[cap, CAP_TOPIC] != topic:
            continue
        here = counted(t, s, cap, at)
        if here >= t.caps[cap, CAP_MOST]:
            free = frees_at(t, s, cap, at)
            if free > frees:
                found, count, frees = place, here, free
    return found, count, frees


@part
def count_message(t: Tables, s: Room, run: int, message: int, at: int) -> None:
    """Enter an intent in the ledger; what no cap can count any more leaves it."""
    kept = NOTHING
    for entry in range(s.n[N_LEDGER]):
        if s.ledger[entry, L_AT] > at - LONGEST_WINDOW:
            if kept != entry:
                copy_row(s.ledger, kept, s.ledger, entry)
            kept += 1
    s.n[N_LEDGER] = kept
    if kept >= len(s.ledger):
        s.n[N_OVERFLOW] = ROOM_LEDGER
        return
    row, of = s.ledger[kept], s.runs[run]
    key = t.steps[of[R_STEP], STEP_KEY]
    row[L_AT] = at
    row[L_CHANNEL] = t.messages[message, M_CHANNEL]
    row[L_TOPIC] = t.messages[message, M_TOPIC]
    row[L_REF] = of[R_REF]
    row[L_JOURNEY] = of[R_JOURNEY]
    row[L_INSTANCE] = of[R_INSTANCE]
    row[L_ENTRY] = of[R_ENTRY]
    row[L_STEP_KEY] = key
    row[L_VISIT] = s.visits[run, key]
    s.n[N_LEDGER] = kept + 1


@part
def give_back(s: Room, ref: int, key: int, visit: int) -> None:
    """A message that was never sent no longer counts; `visit` -1 is every visit."""
    kept = NOTHING
    for entry in range(s.n[N_LEDGER]):
        row = s.ledger[entry]
        if row[L_REF] == ref and row[L_STEP_KEY] == key and (visit < 0 or row[L_VISIT] == visit):
            continue
        if kept != entry:
            copy_row(s.ledger, kept, s.ledger, entry)
        kept += 1
    s.n[N_LEDGER] = kept
