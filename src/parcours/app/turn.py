"""Turn: feed waiting events and due deadlines of some contacts to the kernel, and keep what it decided, in one transaction."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import partial

from parcours.app.context import remember
from parcours.app.deeds import perform
from parcours.app.exclusive import LeaseLost
from parcours.app.ports import TraceRow, Tx
from parcours.app.ports.store import NotDurable
from parcours.app.refold import refold
from parcours.app.services import Services
from parcours.app.slowness import note_slowness
from parcours.app.stages import note_stages
from parcours.app.zones import zone_of
from parcours.core.journey import Linked, advance
from parcours.core.journey.state import ContactRecord
from parcours.core.terms.events import Event


@dataclass(frozen=True, slots=True)
class Shard:
    """The partitions a worker answers for, and its lease: (shard number, fencing token), None when it owns the whole directory."""

    partitions: range
    lease: tuple[int, int] | None = None


def turn(services: Services, shard: Shard, limit: int = 200) -> int:
    """One turn of at most `limit` contacts of the shard; answers how many were turned. Raises LeaseLost."""
    now = services.clock.now()
    held = services.contacts_aside.held(services.clock.real())
    room = limit + len(held)

    def choose(tx: Tx) -> list[int]:
        waiting = tx.inbox.waiting(shard.partitions, room)
        due = tx.runs.due(shard.partitions, now, room - len(waiting)) if len(waiting) < room else []
        return [contact for contact in dict.fromkeys((*waiting, *due)) if contact not in held][:limit]

    contacts = services.store.read(services.workspace, choose)
    if contacts:
        try:
            services.store.write(services.workspace, lambda tx: turn_contacts(services, tx, contacts, now, shard))
        except (LeaseLost, NotDurable):
            raise
        except Exception:
            _one_by_one(services, contacts, now, shard)
    return len(contacts)


def _one_by_one(services: Services, contacts: Sequence[int], now: int, shard: Shard) -> None:
    """A turn of each contact alone; one that fails is set aside and holds up nobody else."""
    for contact in contacts:
        try:
            services.store.write(services.workspace, partial(_turn_one, services, contact, now, shard))
            services.contacts_aside.done(contact)
        except (LeaseLost, NotDurable):
            raise
        except Exception as error:
            services.contacts_aside.put(contact, error, services.clock.real())


def _turn_one(services: Services, contact: int, now: int, shard: Shard, tx: Tx) -> None:
    turn_contacts(services, tx, [contact], now, shard)


def turn_contacts(services: Services, tx: Tx, contacts: Sequence[int], now: int, shard: Shard) -> None:
    """The same, inside a unit of work, for chosen contacts."""
    if shard.lease is not None and not tx.leases.check(*shard.lease):
        raise LeaseLost(f"Shard {shard.lease[0]} has another owner.")
    people = tx.people.load(contacts)  # before their events: from here on nobody else moves them
    waiting = tx.inbox.events(contacts)
    stored = [replace(record, zone=zone_of(people[record.contact].attributes)) for record in tx.runs.records(contacts)]
    note_slowness(tx, stored, now, services.slow)
    linked = services.link(tx, [record.zone for record in stored])
    records = _folded(services, tx, linked, stored, {record.contact for record in stored if _emptied(record)})
    stamped = [_stamp(record, waiting.get(record.contact, []), now) for record in records]
    out_of_place = {record.contact for record, events in zip(records, stamped, strict=True) if _out_of_place(events)}
    until = max((now, *(event.turned for events in stamped for event in events)))
    turned = advance(linked, records, stamped, until)
    after = remember(records, turned, stamped)
    tx.inbox.turn([(event.contact, event.seq, event.turned) for events in stamped for event in events])
    after = _folded(services, tx, linked, after, out_of_place)
    changed = [new for new, old in zip(after, stored, strict=True) if new != old]
    tx.runs.save(changed)
    tx.runs.trace([TraceRow(t.contact, t.at, t.journey, t.version, t.step, t.run_id, t.reason, t.v1, t.v2) for t in turned.trace])
    perform(tx, turned.actions, after, now)
    happened = [record for record, events in zip(after, stamped, strict=True) if not (events and all(event.history for event in events))]
    note_stages(tx, linked, happened, people, until)


def _stamp(record: ContactRecord, events: Sequence[Event], now: int) -> list[Event]:
    """Give each event its instant: the clock's, never before the contact's last. History keeps its own instant where that still fits."""
    last, stamped = record.last_turned, []
    for event in events:
        last = max(event.occurred if event.history else now, last + 1)
        stamped.append(replace(event, turned=last))
    return stamped


def _folded(services: Services, tx: Tx, linked: Linked, records: Sequence[ContactRecord], which: Container[int]) -> list[ContactRecord]:
    """The records, those of some contacts with their registers folded again."""
    if not any(record.contact in which for record in records):
        return list(records)
    fresh = {record.contact: record for record in refold(services, tx, linked, [each for each in records if each.contact in which])}
    return [fresh.get(record.contact, record) for record in records]


def _emptied(record: ContactRecord) -> bool:
    """A merge empties the survivor's registers: they are folded over the history of both before anything is decided by them."""
    return record.last_turned >= 0 and not record.registers


def _out_of_place(events: Sequence[Event]) -> bool:
    """History that came after later events was counted at the wrong instant."""
    return any(event.history and event.turned != event.occurred for event in events)
