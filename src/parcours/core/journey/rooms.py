"""The kernel's room and where states are kept: allocated, and made larger when too small."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcours.core.journey import layout as at
from parcours.core.journey.link import Linked
from parcours.core.journey.tables import Room, State, Tally


def _slots(linked: Linked) -> int:
    return int(linked.tables.steps[:, at.STEP_KEY].max(initial=0)) + 1


def room_for(linked: Linked, state: State, out: int = 1_024) -> Room:
    """Room for one contact of this state and some more."""
    runs = 64 + int(np.diff(state.runs_of).max(initial=0))
    waiting = 32 + int(np.diff(state.waiting_of).max(initial=0))
    ledger = 64 + int(np.diff(state.ledger_of).max(initial=0))
    return new_room(linked, runs, waiting, ledger, out)


def new_room(linked: Linked, runs: int, waiting: int, ledger: int, out: int) -> Room:
    """A room of these sizes."""
    slots, words = _slots(linked), linked.matchers.words
    return Room(
        n=np.zeros(at.SCALARS, dtype=np.int64),
        seed=np.zeros(1, dtype=np.uint64),
        row=np.zeros(len(linked.tables.initial), dtype=np.int64),
        runs=np.zeros((runs, at.RUN_COLUMNS), dtype=np.int64),
        reactions=np.zeros((runs, slots), dtype=np.int64),
        visits=np.zeros((runs, slots), dtype=np.int64),
        draws=np.zeros((runs, slots), dtype=np.int64),
        facts=np.zeros((runs, words), dtype=np.uint64),
        waiting=np.zeros((waiting, at.WAITING_COLUMNS), dtype=np.int64),
        waiting_facts=np.zeros((waiting, words), dtype=np.uint64),
        ledger=np.zeros((ledger, at.LEDGER_COLUMNS), dtype=np.int64),
        want=np.zeros(words, dtype=np.uint64),
        none=np.zeros(slots, dtype=np.int64),
        out=np.zeros((out, at.OUT_COLUMNS), dtype=np.int64),
    )


def fresh_state(linked: Linked, zones: NDArray[np.int64], seeds: NDArray[np.uint64]) -> State:
    """The state of contacts of whom nothing is known but the place of their zone among the linked ones, and their seeds.

    Without registers the kernel begins each anew.
    """
    count, slots, words = len(seeds), _slots(linked), linked.matchers.words
    scalars = np.zeros((count, at.STATE_SCALARS), dtype=np.int64)
    scalars[:, at.STATE_ZONE] = zones
    scalars[:, at.STATE_LAST] = -1
    nobody = np.zeros(count + 1, dtype=np.int64)
    return State(
        contacts=np.arange(count, dtype=np.int64),
        scalars=scalars,
        seeds=seeds,
        registers=np.zeros((0, len(linked.tables.initial)), dtype=np.int64),
        runs_of=nobody,
        runs=np.zeros((0, at.RUN_COLUMNS), dtype=np.int64),
        reactions=np.zeros((0, slots), dtype=np.int64),
        visits=np.zeros((0, slots), dtype=np.int64),
        draws=np.zeros((0, slots), dtype=np.int64),
        facts=np.zeros((0, words), dtype=np.uint64),
        waiting_of=nobody,
        waiting=np.zeros((0, at.WAITING_COLUMNS), dtype=np.int64),
        waiting_facts=np.zeros((0, words), dtype=np.uint64),
        ledger_of=nobody,
        ledger=np.zeros((0, at.LEDGER_COLUMNS), dtype=np.int64),
    )


def kept_for(state: State) -> State:
    """Where the new state of the same contacts goes."""
    contacts = len(state.contacts)
    runs, waiting, ledger = len(state.runs) + contacts + 16, len(state.waiting) + contacts + 16, len(state.ledger) + contacts + 16
    slots, words = state.reactions.shape[1], state.facts.shape[1]
    return State(
        contacts=state.contacts,
        scalars=np.zeros_like(state.scalars),
        seeds=state.seeds,
        registers=np.zeros_like(state.registers),
        runs_of=np.zeros(contacts + 1, dtype=np.int64),
        runs=np.zeros((runs, at.RUN_COLUMNS), dtype=np.int64),
        reactions=np.zeros((runs, slots), dtype=np.int64),
        visits=np.zeros((runs, slots), dtype=np.int64),
        draws=np.zeros((runs, slots), dtype=np.int64),
        facts=np.zeros((runs, words), dtype=np.uint64),
        waiting_of=np.zeros(contacts + 1, dtype=np.int64),
        waiting=np.zeros((waiting, at.WAITING_COLUMNS), dtype=np.int64),
        waiting_facts=np.zeros((waiting, words), dtype=np.uint64),
        ledger_of=np.zeros(contacts + 1, dtype=np.int64),
        ledger=np.zeros((ledger, at.LEDGER_COLUMNS), dtype=np.int64),
    )


def _doubled(array: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate((array, np.zeros_like(array)))


def larger(room: Room, kept: State) -> tuple[Room, State]:
    """The same with twice the room where there was too little; what was done stands."""
    rooms = {
        at.ROOM_RUNS: ("runs", "reactions", "visits", "draws", "facts"),
        at.ROOM_WAITING: ("waiting", "waiting_facts"),
        at.ROOM_LEDGER: ("ledger",),
        at.ROOM_OUT: ("out",),
    }
    short = int(room.n[at.N_OVERFLOW])
    if short in rooms:
        return room._replace(**{name: _doubled(getattr(room, name)) for name in rooms[short]}), kept
    every = (*rooms[at.ROOM_RUNS], *rooms[at.ROOM_WAITING], *rooms[at.ROOM_LEDGER])
    return room, kept._replace(**{name: _doubled(getattr(kept, name)) for name in every})


def no_tally(linked: Linked) -> Tally:
    """No counting: every row is kept."""
    programs, rows = len(linked.tables.programs), len(linked.tables.steps)
    counts = np.zeros((programs, at.TALLY_REASONS), dtype=np.int64)
    people = np.zeros((programs, at.TALLY_PEOPLE), dtype=np.int64)
    nobody = np.zeros(0, dtype=np.uint8)
    return Tally(counts, np.zeros((rows, at.TALLY_STEPS), dtype=np.int64), people, people.copy(), nobody, nobody)
