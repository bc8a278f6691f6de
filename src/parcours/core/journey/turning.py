"""A turn of some contacts: records and events in, records, wishes and trace out. This is the door to the kernel (needs numba)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from parcours.core.journey import layout as at
from parcours.core.journey.kernel import advance_contacts
from parcours.core.journey.link import Linked
from parcours.core.journey.matching import EventWriter
from parcours.core.journey.naming import Names
from parcours.core.journey.packing import Packer, write_registers
from parcours.core.journey.reasons import Reason
from parcours.core.journey.references import reference
from parcours.core.journey.rooms import kept_for, larger, no_tally, room_for
from parcours.core.journey.state import Action, ContactRecord, TraceEntry, Turned
from parcours.core.journey.tables import Events, Ints, State
from parcours.core.terms.events import NEVER, Event
from parcours.core.terms.ids import action_id

WISHES: Final = frozenset(int(reason) for reason in (Reason.SENT, Reason.WITHHELD, Reason.TAGGED, Reason.UNTAGGED, Reason.ATTRIBUTE_SET))


def advance(linked: Linked, records: Sequence[ContactRecord], events: Sequence[Sequence[Event]], until: int) -> Turned:
    """Turn contacts: apply their events and fire their deadlines strictly before `until`, and those at an event's instant.

    `events[i]` belong to `records[i]`; their `turned` is the instant that counts, at most `until` and after the contact's `last_turned`;
    those whose `seq` was seen are dropped. Records that nothing happened to come back equal. Raises ValueError when events are not so.
    """
    names = Names(linked)
    packer = Packer(linked, names)
    state = packer.pack(records)
    writer = EventWriter(linked, names)
    last_seqs = []
    for row, (record, given) in enumerate(zip(records, events, strict=True)):
        fresh = unseen(record, given, until)
        last_seqs.append(max((event.seq for event in fresh), default=-1))
        writer.contact(row, fresh)
    arrays = writer.write([record.public_id for record in records])
    kept, out = run_kernel(linked, arrays, state, until)
    turned = [packer.unpack(record, row, kept, last_seqs[row]) for row, record in enumerate(records)]
    actions, trace = tell(linked, records, packer, out)
    return Turned(tuple(turned), tuple(actions), tuple(trace))


def unseen(record: ContactRecord, events: Sequence[Event], until: int) -> list[Event]:
    """The events not seen before, each once, by instant then seq. Raises ValueError for one outside (last_turned, until]."""
    fresh: dict[int, Event] = {}
    for event in events:
        if event.seq > record.last_seq and event.seq not in fresh:
            fresh[event.seq] = event
            if not record.last_turned < event.turned <= until:
                raise ValueError(f"event {event.seq} of contact {record.contact} is turned outside of this turn")
    return sorted(fresh.values(), key=lambda event: (event.turned, event.seq))


def run_kernel(linked: Linked, events: Events, state: State, until: int, silent_before: int = -NEVER) -> tuple[State, Ints]:
    """Run the kernel over all contacts, with more room whenever there is too little; the new state, and what came out."""
    room = room_for(linked, state)
    kept = kept_for(state)
    done = 0
    given = reference(linked.tables), reference(events), reference(state)
    while done < len(state.contacts):
        scratch = reference(kept), reference(room), reference(no_tally(linked))
        done = int(advance_contacts(*given, *scratch, done, until, silent_before))
        if done < len(state.contacts):
            room, kept = larger(room, kept)
    return kept, room.out[: room.n[at.N_OUT]]


def tell(linked: Linked, records: Sequence[ContactRecord], packer: Packer, out: Ints) -> tuple[list[Action], list[TraceEntry]]:
    """Rows as wishes and trace, in names."""
    actions, trace = [], []
    for row in out:
        record = records[int(row[at.O_CONTACT])]
        placed = linked.placed[int(row[at.O_PROGRAM])]
        journey = int(linked.tables.programs[int(row[at.O_PROGRAM]), at.P_JOURNEY])
        run_id = step = None
        if row[at.O_ENTRY] > 0:
            ref, instance, entry = int(row[at.O_REF]), int(row[at.O_INSTANCE]), int(row[at.O_ENTRY])
            identity = np.array([ref, journey, instance, entry])
            run_id = packer.run_identity(record.public_id, identity, (0, 1, 2, 3))
            program, place = linked.row_steps[int(row[at.O_STEP])]
            step = linked.placed[program].program.step_ids[place]
        reason, cause = int(row[at.O_REASON]), int(row[at.O_CAUSE])
        happened = int(row[at.O_AT])
        trace.append(
            TraceEntry(
                record.contact,
                run_id,
                placed.program.key,
                placed.version,
                happened,
                step,
                reason,
                int(row[at.O_V1]),
                int(row[at.O_V2]),
                cause,
            )
        )
        if reason in WISHES and run_id is not None and step is not None:
            actions.append(_wish(linked, record, row, run_id, step, happened))
    return actions, trace


def _wish(linked: Linked, record: ContactRecord, row: Ints, run_id: bytes, step: str, happened: int) -> Action:
    program, place = linked.row_steps[int(row[at.O_STEP])]
    placed = linked.placed[program]
    wish = placed.program.payloads[place]
    assert wish is not None
    kind, payload = wish
    visit = int(row[at.O_VISIT])
    columns = linked.tables.steps[int(row[at.O_STEP])]
    lasts = int(columns[at.E]) if columns[at.OP] == at.EMIT else -1
    return Action(
        id=action_id(run_id, step, visit, str(payload.get("channel", ""))),
        kind=kind,
        contact=record.contact,
        run_id=run_id,
        journey=placed.program.key,
        version=placed.version,
        step=step,
        visit=visit,
        at=happened,
        reason=int(row[at.O_REASON]),
        arm=int(row[at.O_ARM]),
        payload=dict(payload),
        expires=happened + lasts if lasts >= 0 else NEVER,
    )


def fill_registers(linked: Linked, records: Sequence[ContactRecord], events: Sequence[Sequence[Event]]) -> tuple[ContactRecord, ...]:
    """The records with registers folded anew over the whole history of each contact (by `turned`, then `seq`). Nothing else changes.

    Registers that no linked program reads are kept as they are.
    """
    names = Names(linked)
    packer = Packer(linked, names)
    blank = [ContactRecord(record.contact, record.public_id, record.zone) for record in records]
    state = packer.pack(blank)
    writer = EventWriter(linked, names)
    for row, given in enumerate(events):
        writer.contact(row, sorted(given, key=lambda event: (event.turned, event.seq)))
    kept, _ = run_kernel(linked, writer.write([record.public_id for record in records]), state, -NEVER, NEVER)
    return tuple(
        replace(record, registers=packer.unpack_registers(record.registers or write_registers({}), kept.registers[row]))
        for row, record in enumerate(records)
    )
