"""Turn: feed waiting events and due deadlines of some contacts to the kernel, and keep what it decided, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from parcours.app.context import remember
from parcours.app.deeds import perform
from parcours.app.exclusive import LeaseLost
from parcours.app.pieces import Piece, needs_registers, piece_of
from parcours.app.ports import Contact, TraceRow, Tx
from parcours.app.ports.store import NotDurable
from parcours.app.refold import emptied, fold_emptied
from parcours.app.services import Services
from parcours.app.slowness import note_slowness
from parcours.app.stages import note_stages
from parcours.app.zones import zone_of
from parcours.core.journey import Linked, advance
from parcours.core.journey.state import ContactRecord
from parcours.core.terms.event_names import CONTACT_IDENTIFIED
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
    left = contacts
    while left:
        left = _together(services, left, now, shard)
    return len(contacts)


def _together(services: Services, contacts: Sequence[int], now: int, shard: Shard) -> list[int]:
    """A turn of these; answers those who have to be turned again, now that their registers are folded."""
    try:
        left = services.store.write(services.workspace, lambda tx: turn_contacts(services, tx, contacts, now, shard))
        fold_emptied(services, left)
    except (LeaseLost, NotDurable):
        raise
    except Exception:
        _one_by_one(services, contacts, now, shard)
        return []
    return left


def _one_by_one(services: Services, contacts: Sequence[int], now: int, shard: Shard) -> None:
    """A turn of each contact alone; one that fails is set aside and holds up nobody else."""
    for contact in contacts:
        try:
            left = [contact]
            while left:
                left = services.store.write(services.workspace, partial(_turn_one, services, contact, now, shard))
                fold_emptied(services, left)
            services.contacts_aside.done(contact)
        except (LeaseLost, NotDurable):
            raise
        except Exception as error:
            services.contacts_aside.put(contact, error, services.clock.real())


def _turn_one(services: Services, contact: int, now: int, shard: Shard, tx: Tx) -> list[int]:
    return turn_contacts(services, tx, [contact], now, shard)


def turn_contacts(services: Services, tx: Tx, contacts: Sequence[int], now: int, shard: Shard) -> list[int]:
    """The same, inside a unit of work, for chosen contacts; answers those whose registers must be folded before they are turned further."""
    if shard.lease is not None and not tx.leases.check(*shard.lease):
        raise LeaseLost(f"Shard {shard.lease[0]} has another owner.")
    people = tx.people.load(contacts)  # before their events: from here on nobody else moves them
    waiting = tx.inbox.events(contacts)
    stored = [
        replace(record, zone=_zone(record, people[record.contact], waiting.get(record.contact, ()))) for record in tx.runs.records(contacts)
    ]
    cut = [(record, piece_of(record, waiting.get(record.contact, []), now)) for record in stored]
    ready = [(record, piece) for record, piece in cut if not (emptied(record) and needs_registers(record, piece))]
    note_slowness(tx, [*stored, *_longest_due(tx, shard, now - services.slow, contacts)], now, services.slow)
    linked = services.link(tx, [record.zone for record in stored])
    usual = max((now, *(event.turned for _, piece in ready for event in piece.events)))
    for until in dict.fromkeys(piece.until(usual) for _, piece in ready):
        _advance(tx, linked, [one for one in ready if one[1].until(usual) == until], people, until, now)
    done = {record.contact for record, piece in ready if not piece.late}
    return [record.contact for record, piece in cut if record.contact not in done and needs_registers(record, piece)]


def _zone(record: ContactRecord, contact: Contact, waiting: Sequence[Event]) -> str | None:
    """The contact's zone when the turn begins: one that an event of this turn says changes at that event's instant, and not before."""
    said = any(event.name == CONTACT_IDENTIFIED and "timezone" in event.properties for event in waiting)
    return record.zone if said and record.last_turned >= 0 else zone_of(contact.attributes)


def _longest_due(tx: Tx, shard: Shard, before: int, contacts: Sequence[int]) -> list[ContactRecord]:
    """Who of the shard waits longest, of this turn or of a later one: a slow turn is told before anybody is turned whom it holds too."""
    return tx.runs.records([contact for contact in tx.runs.due(shard.partitions, before, 1) if contact not in contacts])


def _advance(
    tx: Tx, linked: Linked, ready: Sequence[tuple[ContactRecord, Piece]], people: Mapping[int, Contact], until: int, now: int
) -> None:
    """Ask the kernel about some contacts, and keep what it decided."""
    records, events = [record for record, _ in ready], [piece.events for _, piece in ready]
    turned = advance(linked, records, events, until)
    remembered = remember(records, turned, events)
    tx.inbox.turn([(event.contact, event.seq, event.turned) for piece in events for event in piece])
    after = [
        replace(new, registers=b"") if piece.late or emptied(old) else new
        for new, (old, piece) in zip(remembered.records, ready, strict=True)
    ]
    tx.runs.save([new for new, old in zip(after, records, strict=True) if new != old])
    tx.runs.trace([TraceRow(t.contact, t.at, t.journey, t.version, t.step, t.run_id, t.reason, t.v1, t.v2) for t in turned.trace])
    perform(tx, turned.actions, remembered.quotes, now)
    happened = [new for new, (_, piece) in zip(after, ready, strict=True) if not emptied(new) and not piece.is_history()]
    note_stages(tx, linked, happened, people, until)
