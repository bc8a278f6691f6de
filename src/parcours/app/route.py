"""Route: find out whose event each arrival is, give it a place in that contact's order, and learn what it says of the contact."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from parcours.app.addresses import AddressRules, Digest
from parcours.app.merge import absorb
from parcours.app.ports import Arrival, Arrived, Contact, Identity, Placement, Tx
from parcours.app.ports.store import NotDurable
from parcours.app.profile import changed_traits, learn
from parcours.app.services import Services
from parcours.app.suppression import address_digest
from parcours.core.people.identity import Key, Known, Resolution, alias, resolve
from parcours.core.terms.event_names import CONTACT_IDENTIFIED
from parcours.core.terms.events import Kind
from parcours.core.terms.ids import partition_of

FRESH: Final = 1 << 62
"""Contacts of a batch that are not stored yet have numbers from here on: above all others, in their order."""
UNSALTED: Digest = partial(address_digest, b"")
"""For a store that no installation's secret belongs to."""


def route(services: Services, limit: int = 500, lease: tuple[int, int] | None = None) -> int:
    """Route up to `limit` arrivals in one unit of work; answers how many there were, none when the `lease` has another owner now."""
    digest = partial(address_digest, services.secret)
    aside = services.rows_aside

    def unit(tx: Tx, most: int = limit) -> int:
        held = aside.held(services.clock.real())
        return route_arrivals(tx, most, digest, held) if lease is None or tx.leases.check(*lease) else 0

    try:
        return services.store.write(services.workspace, unit)
    except NotDurable:
        raise
    except Exception:
        return _one_by_one(services, limit, partial(unit, most=1))


def _one_by_one(services: Services, limit: int, unit: Callable[[Tx], int]) -> int:
    """Route the oldest rows each alone; one that fails is set aside and holds up nobody else."""
    for routed in range(limit):
        held = services.rows_aside.held(services.clock.real())
        waiting = services.store.read(services.workspace, lambda tx, held=held: tx.inbox.unrouted(1 + len(held)))  # type: ignore[misc]
        oldest = next((row.row for row in waiting if row.row not in held), None)
        if oldest is None:
            return routed
        try:
            services.store.write(services.workspace, unit)
            services.rows_aside.done(oldest)
        except NotDurable:
            raise
        except Exception as error:
            services.rows_aside.put(oldest, error, services.clock.real())
    return limit


def route_arrivals(tx: Tx, limit: int, digest: Digest = UNSALTED, held: Collection[int] = ()) -> int:
    """The same, inside a unit of work; `digest` is that of addresses (suppression.py), `held` are rows to leave where they are."""
    arrived = [row for row in tx.inbox.unrouted(limit + len(held)) if row.row not in held][:limit]
    if arrived:
        batch = _Batch(tx, AddressRules(tx, arrived, digest))
        batch.load(arrived)
        for row in arrived:
            batch.place(row)
        batch.save()
    return len(arrived)


@dataclass(slots=True)
class _Batch:
    """Contacts and identities of one batch, kept in memory between its rows and saved once, and before each merge.

    New contacts have numbers from `FRESH` on until they are saved: then `given` says which were given to them.
    """

    tx: Tx
    addresses: AddressRules
    owners: dict[Key, int] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    placed: list[Placement] = field(default_factory=list)
    links: dict[Key, int] = field(default_factory=dict)
    given: dict[int, int] = field(default_factory=dict)
    fresh: int = FRESH

    def load(self, arrived: Sequence[Arrived]) -> None:
        keys = {key for row in arrived for key in _keys(row)}
        found = self.tx.people.find([Identity(kind, value) for kind, value in sorted(keys)])
        self.owners = {(identity.kind, identity.value): contact for identity, contact in found.items()}
        named = {row.arrival.contact for row in arrived if row.arrival.contact is not None}
        self.contacts = self.tx.people.load(sorted(named | set(self.owners.values())))

    def place(self, row: Arrived) -> None:
        """Decide one row, and where it goes."""
        decided = self._decided(row)  # first: a merge writes what was placed before it
        self.placed.append(decided)

    def _decided(self, row: Arrived) -> Placement:
        """An internal row of a contact merged away goes to the survivor; what comes late for an erased one goes nowhere."""
        arrival = row.arrival
        contact = self._survivor(arrival.contact) if arrival.contact is not None else self._resolve(row)
        if contact.erased:
            return Placement(row.row, None, 0, 0, arrival.name, {})
        properties: Mapping[str, Any] = arrival.properties
        if arrival.name == CONTACT_IDENTIFIED:
            properties = self.addresses.allowed(contact, arrival.source, changed_traits(contact, properties))
            contact = self.addresses.held(contact, properties)
        seq = contact.next_seq
        after = replace(learn(contact, arrival.name, properties), next_seq=seq + 1)
        if arrival.kind == Kind.CUSTOMER:
            after = replace(after, last_seen=max(after.last_seen, arrival.occurred))
        self._keep(after)
        return Placement(row.row, contact.id, seq, contact.partition, arrival.name, properties)

    def save(self) -> None:
        """Write what was decided so far."""
        self._create()
        self.tx.people.link({Identity(kind, value): self._number(contact) for (kind, value), contact in self.links.items()})
        self.links = {}
        self.tx.inbox.place(self.placed)
        self.tx.people.save([self.contacts[contact] for contact in sorted(self.changed)])
        self.placed = []
        self.changed.clear()

    def _create(self) -> None:
        """Give the new contacts their numbers."""
        new = [number for number in sorted(self.changed) if number >= FRESH]
        if not new:
            return
        self.given |= zip(new, self.tx.people.create([replace(self.contacts[number], id=0) for number in new]), strict=True)
        for number in new:
            self.contacts[self.given[number]] = replace(self.contacts.pop(number), id=self.given[number])
        self.changed.difference_update(new)
        self.owners = {key: self._number(contact) for key, contact in self.owners.items()}
        self.placed = [replace(each, contact=self.given[each.contact]) if each.contact in self.given else each for each in self.placed]

    def _number(self, contact: int) -> int:
        return self.given.get(contact, contact)

    def _resolve(self, row: Arrived) -> Contact:
        arrival = row.arrival
        known = {key: self._known(self.owners[key]) for key in _keys(row) if key in self.owners}
        if arrival.call == "alias" and arrival.user_id is not None and arrival.previous_id is not None:
            decided = alias(arrival.user_id, arrival.previous_id, known)
        else:
            decided = resolve(arrival.user_id, arrival.anonymous_id, known)
        return self._apply(decided, arrival)

    def _apply(self, decided: Resolution, arrival: Arrival) -> Contact:
        if decided.merge is not None:
            self._merge(*decided.merge, arrival.received)
        contact = self._new(arrival.occurred) if decided.contact is None else self.contacts[self._number(decided.contact)]
        if decided.user_id is not None:
            contact = replace(contact, user_id=decided.user_id)
            self._keep(contact)
        if decided.links:
            self.links.update(dict.fromkeys(decided.links, contact.id))
            self.owners.update(dict.fromkeys(decided.links, contact.id))
        return contact

    def _new(self, occurred: int) -> Contact:
        public_id = str(uuid.uuid4())
        contact = Contact(self.fresh, public_id, partition_of(public_id), occurred)
        self.fresh += 1
        self._keep(contact)
        return contact

    def _merge(self, loser: int, survivor: int, at: int) -> None:
        self.save()  # so that what both did before in this batch is moved too
        loser, survivor = self._number(loser), self._number(survivor)
        merged, kept = absorb(self.tx, self.contacts[loser], self.contacts[survivor], at)
        self._keep(merged)
        self._keep(kept)
        self.owners = {key: survivor if contact == loser else contact for key, contact in self.owners.items()}

    def _survivor(self, number: int) -> Contact:
        contact = self.contacts[number]
        while contact.merged_into is not None:
            number = contact.merged_into
            if number not in self.contacts:
                self.contacts.update(self.tx.people.load([number]))
            contact = self.contacts[number]
        return contact

    def _known(self, number: int) -> Known:
        contact = self._survivor(number)
        return Known(contact.id, contact.user_id, contact.created)

    def _keep(self, contact: Contact) -> None:
        self.contacts[contact.id] = contact
        self.changed.add(contact.id)


def _keys(row: Arrived) -> list[Key]:
    """Every identity a row may speak of; a previous id may be of either kind."""
    arrival = row.arrival
    keys: list[Key] = []
    if arrival.user_id is not None:
        keys.append(("user", arrival.user_id))
    if arrival.anonymous_id is not None:
        keys.append(("anonymous", arrival.anonymous_id))
    if arrival.previous_id is not None:
        keys += [("user", arrival.previous_id), ("anonymous", arrival.previous_id)]
    return keys
