"""A contact's state into the room, and out again."""

from parcours.core.journey.layout import (
    N_BORN,
    N_CHANGED,
    N_CONTACT,
    N_DIRTY,
    N_DUE,
    N_LAST,
    N_LEDGER,
    N_OVERFLOW,
    N_RUNS,
    N_WAITING,
    N_ZONE,
    N_ZONE_SAID,
    R_BORN,
    R_DUE,
    R_EFF,
    R_JOURNEY,
    R_STATUS,
    R_WAKE,
    ROOM_LEDGER,
    ROOM_RUNS,
    ROOM_WAITING,
    STATE_DIRTY,
    STATE_DUE,
    STATE_LAST,
    STATE_ZONE,
    STATE_ZONE_SAID,
)
from parcours.core.journey.machine.codes import typed
from parcours.core.journey.machine.copying import copy_row, copy_run, copy_waiting
from parcours.core.journey.machine.moving import awaits, set_alarm
from parcours.core.journey.machine.publishing import expect_publication
from parcours.core.journey.machine.times import performed
from parcours.core.journey.state import Status
from parcours.core.journey.tables import Room, State, Tables
from parcours.core.terms.events import NEVER
from parcours.core.terms.parts import part

LIVE = typed(Status.LIVE)


@part
def load_scalars(t: Tables, s: Room, state: State, contact: int) -> None:
    """Who it is, and a room without runs."""
    s.n[N_CONTACT] = contact
    s.n[N_RUNS] = 0
    s.n[N_WAITING] = 0
    s.n[N_LEDGER] = 0
    s.n[N_BORN] = 0
    s.n[N_OVERFLOW] = 0
    s.n[N_CHANGED] = 0
    s.n[N_DUE] = NEVER
    s.n[N_ZONE] = state.scalars[contact, STATE_ZONE]
    s.n[N_ZONE_SAID] = 0
    s.n[N_LAST] = state.scalars[contact, STATE_LAST]
    s.n[N_DIRTY] = state.scalars[contact, STATE_DIRTY]
    s.seed[0] = state.seeds[contact]
    for word in range(len(t.initial)):
        s.row[word] = t.initial[word]


@part
def load_runs(t: Tables, s: Room, state: State, contact: int) -> None:
    """Its runs, their deadlines counted again from the pauses and publications that are known now."""
    start, stop = state.runs_of[contact], state.runs_of[contact + 1]
    if stop - start > len(s.runs):
        s.n[N_OVERFLOW] = ROOM_RUNS
        return
    for run in range(stop - start):
        copy_run(s, run, state, start + run)
        s.runs[run, R_BORN] = run
    s.n[N_RUNS] = stop - start
    s.n[N_BORN] = stop - start
    for run in range(stop - start):
        if s.runs[run, R_STATUS] == LIVE:
            s.runs[run, R_EFF] = performed(t, s.runs[run, R_JOURNEY], s.runs[run, R_DUE])
            s.runs[run, R_WAKE] = NEVER
            expect_publication(t, s, run)


@part
def load_waiting(s: Room, state: State, contact: int) -> None:
    """Its entries that wait, and its counted messages."""
    start, stop = state.waiting_of[contact], state.waiting_of[contact + 1]
    if stop - start > len(s.waiting):
        s.n[N_OVERFLOW] = ROOM_WAITING
        return
    for spot in range(stop - start):
        copy_waiting(s, spot, state, start + spot)
    s.n[N_WAITING] = stop - start
    start, stop = state.ledger_of[contact], state.ledger_of[contact + 1]
    if stop - start > len(s.ledger):
        s.n[N_OVERFLOW] = ROOM_LEDGER
        return
    for entry in range(stop - start):
        copy_row(s.ledger, entry, state.ledger, start + entry)
    s.n[N_LEDGER] = stop - start


@part
def load(t: Tables, s: Room, state: State, contact: int) -> None:
    """Everything known of a contact; nothing but who it is where the state has no registers (a fresh start)."""
    load_scalars(t, s, state, contact)
    if len(state.registers) == 0:
        return
    for word in range(len(t.initial)):
        s.row[word] = state.registers[contact, word]
    load_runs(t, s, state, contact)
    load_waiting(s, state, contact)
    if s.n[N_OVERFLOW] == 0:
        for run in range(s.n[N_RUNS]):
            if awaits(t, s, run):
                set_alarm(t, s, run, s.n[N_LAST])


@part
def save_runs(s: Room, kept: State, contact: int) -> bool:
    """Its runs, in order of entry. Answers whether there was room."""
    start = kept.runs_of[contact]
    count = s.n[N_RUNS]
    stop = start + count
    if stop > len(kept.runs):
        return False
    for run in range(count):
        copy_run(kept, start + run, s, run)
    kept.runs_of[contact + 1] = stop
    return True


@part
def save(s: Room, kept: State, contact: int) -> bool:
    """Everything known of the contact now. Answers whether there was room."""
    kept.scalars[contact, STATE_ZONE] = s.n[N_ZONE]
    kept.scalars[contact, STATE_ZONE_SAID] = s.n[N_ZONE_SAID]
    kept.scalars[contact, STATE_LAST] = s.n[N_LAST]
    kept.scalars[contact, STATE_DIRTY] = s.n[N_DIRTY]
    kept.scalars[contact, STATE_DUE] = s.n[N_DUE]
    for word in range(len(s.row)):
        kept.registers[contact, word] = s.row[word]
    start = kept.waiting_of[contact]
    stop = start + s.n[N_WAITING]
    if stop > len(kept.waiting):
        return False
    for spot in range(s.n[N_WAITING]):
        copy_waiting(kept, start + spot, s, spot)
    kept.waiting_of[contact + 1] = stop
    start = kept.ledger_of[contact]
    stop = start + s.n[N_LEDGER]
    if stop > len(kept.ledger):
        return False
    for entry in range(s.n[N_LEDGER]):
        copy_row(kept.ledger, start + entry, s.ledger, entry)
    kept.ledger_of[contact + 1] = stop
    return save_runs(s, kept, contact)
