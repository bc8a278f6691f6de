"""Contacts and identities in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from parcours.app.ports import Contact, Identity
from parcours.testing.memory.state import Clash, State, plain


def _kept(contact: Contact) -> Contact:
    return replace(contact, attributes=plain(contact.attributes), consents=plain(contact.consents), tags=tuple(contact.tags))


def survivor_of(state: State, contact: int) -> int:
    """Whom a contact lives on in: itself, or the last one it was merged into."""
    for _ in state.contacts:
        merged = state.contacts[contact].merged_into
        if merged is None:
            break
        contact = merged
    return contact


class MemoryPeople:
    """Contacts and identities."""

    def __init__(self, state: State) -> None:
        self._state = state

    def find(self, identities: Sequence[Identity], /) -> dict[Identity, int]:
        """The contact of each known identity (survivors of merges)."""
        known = {each: survivor_of(self._state, self._state.identities[each]) for each in identities if each in self._state.identities}
        return {each: contact for each, contact in known.items() if not self._state.contacts[contact].erased}

    def create(self, contacts: Sequence[Contact], /) -> list[int]:
        """Store new contacts; answers their ids, in order."""
        numbers = []
        for contact in contacts:
            if self.by_public_id(contact.public_id) is not None:
                raise Clash("this public id is taken")
            numbers.append(self._state.next("contact"))
            self._state.contacts[numbers[-1]] = replace(_kept(contact), id=numbers[-1])
        return numbers

    def load(self, contacts: Sequence[int], /) -> dict[int, Contact]:
        """The contacts by id; unknown ids are left out."""
        return {number: self._state.contacts[number] for number in contacts if number in self._state.contacts}

    def save(self, contacts: Sequence[Contact], /) -> None:
        """Replace the rows of these contacts. Raises Clash when one is not stored."""
        self._state.writing()
        for contact in contacts:
            if contact.id not in self._state.contacts:
                raise Clash("a contact to save is not stored: create it first")
            self._state.contacts[contact.id] = _kept(contact)

    def link(self, links: Mapping[Identity, int], /) -> None:
        """Point each identity to a contact from now on."""
        self._state.writing()
        self._state.identities.update(links)

    def by_public_id(self, public_id: str, /) -> Contact | None:
        """The contact with this public id; None when unknown or erased."""
        for contact in self._state.contacts.values():
            if contact.public_id == public_id.lower() and not contact.erased:
                return contact
        return None

    def search(self, text: str, after: int, limit: int, /) -> list[Contact]:
        """Contacts with id > `after` whose user id, e-mail, name or public id contains `text`, by id."""
        found = [contact for number, contact in self._state.contacts.items() if number > after and self._state.visible(number)]
        return [contact for contact in sorted(found, key=lambda each: each.id) if text.casefold() in _searched(contact)][:limit]

    def count(self) -> int:
        """Contacts that are neither erased nor merged into another."""
        return sum(self._state.visible(number) for number in self._state.contacts)


def _searched(contact: Contact) -> str:
    said = (contact.attributes.get(name) for name in ("email", "name", "first_name", "last_name", "firstName", "lastName"))
    return "\n".join(word for word in (contact.user_id, contact.public_id, *said) if isinstance(word, str)).casefold()
