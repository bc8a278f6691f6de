"""Refold: registers of some contacts, folded again over their whole history (archived segments and turned inbox rows)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from parcours.app.ports import Tx
from parcours.app.services import Services
from parcours.core.journey import Linked, fill_registers
from parcours.core.journey.state import ContactRecord
from parcours.core.terms.events import NEVER, Event

EVERY_ROW = 10_000_000


def refold(services: Services, tx: Tx, linked: Linked, records: Sequence[ContactRecord]) -> list[ContactRecord]:
    """The records with registers folded again. Reads the partitions of the contacts; meant for few of them."""
    wanted = {record.contact for record in records}
    fresh = _turned(tx, records)  # before the segments: what is archived meanwhile is then found in both, not in neither
    archived: dict[int, list[Event]] = {}
    for partition in sorted({contact.partition for contact in tx.people.load(sorted(wanted)).values()}):
        archived.update({contact: events for contact, events in _archived(services, tx, partition).items() if contact in wanted})
    return _fold(linked, records, archived, fresh)


def refold_records(
    tx: Tx, linked: Linked, records: Sequence[ContactRecord], archived: Mapping[int, Sequence[Event]]
) -> list[ContactRecord]:
    """The same, with archived events given; what is still in the inbox is read here, in the caller's transaction."""
    return _fold(linked, records, archived, _turned(tx, records))


def _turned(tx: Tx, records: Sequence[ContactRecord]) -> list[list[Event]]:
    """What was turned and is still in the inbox, of each contact."""
    return [[event for event in tx.views.inbox_of(record.contact) if event.turned < NEVER] for record in records]


def _fold(
    linked: Linked, records: Sequence[ContactRecord], archived: Mapping[int, Sequence[Event]], fresh: Sequence[Sequence[Event]]
) -> list[ContactRecord]:
    events = [in_order((*archived.get(record.contact, ()), *more)) for record, more in zip(records, fresh, strict=True)]
    return list(fill_registers(linked, records, events))


def in_order(events: Sequence[Event]) -> list[Event]:
    """By the instant at which each counts: history at its own, the rest when it was turned; each message once."""
    placed = {(event.message_id, event.seq): replace(event, turned=event.occurred) if event.history else event for event in events}
    return sorted(placed.values(), key=lambda event: (event.turned, event.seq))


def partition_history(services: Services, partition: int) -> dict[int, list[Event]]:
    """Archived events of everybody in a partition, and an empty list for people whose events are all in the inbox."""

    def unit(tx: Tx) -> dict[int, list[Event]]:
        found = _archived(services, tx, partition)
        for _, event, _, _ in tx.inbox.turned(partition, EVERY_ROW):
            found.setdefault(event.contact, [])
        return found

    return services.store.read(services.workspace, unit)


def _archived(services: Services, tx: Tx, partition: int) -> dict[int, list[Event]]:
    """Events by survivor, for the survivors of this partition: those archived here, and those of people merged into them from elsewhere."""
    names = {code: name for name, code in tx.manifest.codes().items()}
    survivors = tx.merging.merged_into()
    homes = {number: contact.partition for number, contact in tx.people.load(sorted({*survivors, *survivors.values()})).items()}
    found: dict[int, list[Event]] = defaultdict(list)
    for event in services.history.events(tx.manifest.segments(partition), names):
        survivor = survivors.get(event.contact, event.contact)
        if homes.get(survivor, partition) == partition:
            found[survivor].append(replace(event, contact=survivor))
    for loser, survivor in sorted(survivors.items()):
        if homes[survivor] == partition != homes[loser]:
            strays = services.history.events(tx.manifest.segments(homes[loser]), names, loser)
            found[survivor].extend(replace(event, contact=survivor) for event in strays)
    return dict(found)
