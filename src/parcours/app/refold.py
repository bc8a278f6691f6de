"""Refold: registers of some contacts, folded again over their whole history (archived segments and turned inbox rows)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from parcours.app.archived import Places, places_of, read_archived
from parcours.app.ports import Tx
from parcours.app.services import Services
from parcours.core.journey import Linked, fill_registers
from parcours.core.journey.state import ContactRecord
from parcours.core.terms.events import NEVER, Event

EVERY_ROW = 10_000_000
TOGETHER: Final = 50
"""Contacts whose history is in memory at once."""


def emptied(record: ContactRecord) -> bool:
    """A merge or late history emptied the registers: they are folded again before anything is decided by them."""
    return record.last_turned >= 0 and not record.registers


def fold_emptied(services: Services, contacts: Sequence[int]) -> None:
    """Fold the registers of those of these contacts whose registers are empty, over what each did and who was merged into it did.

    The history is read and folded outside of any unit of work: that would hold up everybody else for as long as it takes. The unit that
    keeps the registers checks that nothing has happened to the contact meanwhile; else it is done again.
    """
    for start in range(0, len(contacts), TOGETHER):
        left = list(contacts[start : start + TOGETHER])
        while left:
            left = _fold_some(services, left)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Contacts to fold, as one snapshot shows them."""

    linked: Linked
    records: Mapping[int, ContactRecord]
    absorbed: Mapping[int, list[tuple[int, int]]]

    def of(self, contact: int) -> tuple[object, ...]:
        """What must still be so when its registers are kept."""
        return self.records.get(contact), self.absorbed.get(contact), self.linked.key


def _look(services: Services, tx: Tx, contacts: Sequence[int]) -> _Seen:
    known = [number for number, contact in tx.people.load(contacts).items() if contact.merged_into is None and not contact.erased]
    records = {record.contact: record for record in tx.runs.records(known) if emptied(record)}
    linked = services.link(tx, [record.zone for record in records.values()])
    return _Seen(linked, records, tx.merging.absorbed(list(records)))


def _fold_some(services: Services, contacts: Sequence[int]) -> list[int]:
    """Fold what can be folded; answers those to whom something happened meanwhile."""

    def look(tx: Tx) -> tuple[_Seen, Places, list[list[Event]]]:
        seen = _look(services, tx, contacts)
        return seen, places_of(tx, list(seen.records)), _turned(tx, list(seen.records.values()))

    seen, places, fresh = services.store.read(services.workspace, look)
    try:
        archived = read_archived(services, places)
    except FileNotFoundError:
        if services.store.read(services.workspace, lambda tx: places_of(tx, list(seen.records))) == places:
            raise
        return list(seen.records)  # a file was replaced between the look and the reading
    folded = _fold(seen.linked, list(seen.records.values()), archived, fresh)

    def keep(tx: Tx) -> list[int]:
        now = _look(services, tx, list(seen.records))
        tx.runs.save([record for record in folded if now.of(record.contact) == seen.of(record.contact)])
        return [contact for contact in now.records if now.of(contact) != seen.of(contact)]

    return services.store.write(services.workspace, keep) if folded else []


def refold_records(
    tx: Tx, linked: Linked, records: Sequence[ContactRecord], archived: Mapping[int, Sequence[Event]]
) -> list[ContactRecord]:
    """The records with registers folded again, archived events given; what is still in the inbox is read in the caller's transaction."""
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
            strays = services.history.events(tx.manifest.segments(homes[loser]), names, [loser])
            found[survivor].extend(replace(event, contact=survivor) for event in strays)
    return dict(found)
