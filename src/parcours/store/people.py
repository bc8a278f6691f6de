"""Contacts and identities in SQL."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parcours.app.ports import Contact, Identity
from parcours.store.counters import next_numbers
from parcours.store.session import Clash, Session, keys, single
from parcours.store.statements import BLOB, INT, TEXT, Batch, Row, Statement
from parcours.store.texts import from_json, keep, keep_optional, to_json, told_optional

KINDS: Final = {"user": 0, "anonymous": 1}

_COLUMNS: Final = {
    "id": INT,
    "public_id": BLOB,
    "partition": INT,
    "created": INT,
    "user_id": TEXT,
    "attributes": TEXT,
    "tags": TEXT,
    "consents": TEXT,
    "holds": TEXT,
    "next_seq": INT,
    "last_seen": INT,
    "merged_into": INT,
    "erased": INT,
}
_WRITTEN: Final = {**_COLUMNS, "stage": TEXT, "search": TEXT}
_NAMES: Final = ", ".join(_COLUMNS)
_ALL: Final = ", ".join(_WRITTEN)
_VISIBLE: Final = "workspace_id = :workspace AND erased = 0 AND merged_into IS NULL"

_INSERT: Final = Batch(f"INSERT INTO contacts (workspace_id, {_ALL}) SELECT :workspace, {_ALL} FROM given", _WRITTEN)
_UPDATE: Final = Batch(
    f"UPDATE contacts SET {', '.join(f'{name} = given.{name}' for name in _WRITTEN if name != 'id')}"
    " FROM given WHERE contacts.workspace_id = given.workspace AND contacts.id = given.id{narrow contacts.id id}",
    _WRITTEN,
)
_LOAD: Final = Batch(
    f"SELECT {', '.join(f'contacts.{name}' for name in _COLUMNS)} FROM given CROSS JOIN contacts"
    " WHERE contacts.workspace_id = :workspace AND contacts.id = given.id{narrow contacts.id id} {held}",
    {"id": INT},
)
_FIND: Final = Batch(
    "SELECT given.kind, given.value, contacts.id, contacts.merged_into, contacts.erased"
    " FROM given CROSS JOIN identities CROSS JOIN contacts"
    " WHERE identities.workspace_id = :workspace AND identities.kind = given.kind AND identities.value = given.value"
    "{narrow identities.value value}"
    " AND contacts.workspace_id = :workspace AND contacts.id = identities.contact",
    {"kind": INT, "value": TEXT},
)
_FATES: Final = Batch(
    "SELECT contacts.id, contacts.merged_into, contacts.erased FROM given CROSS JOIN contacts"
    " WHERE contacts.workspace_id = :workspace AND contacts.id = given.id{narrow contacts.id id}",
    {"id": INT},
)
_LINK: Final = Batch(
    "INSERT INTO identities (workspace_id, kind, value, contact) SELECT :workspace, kind, value, contact FROM given WHERE true"
    " ON CONFLICT (workspace_id, kind, value) DO UPDATE SET contact = excluded.contact",
    {"kind": INT, "value": TEXT, "contact": INT},
)
_BY_PUBLIC_ID: Final = Statement(f"SELECT {_NAMES} FROM contacts WHERE workspace_id = :workspace AND public_id = :public_id AND erased = 0")
_PAGE: Final = Statement(f"SELECT {_NAMES} FROM contacts WHERE {_VISIBLE} AND id > :after ORDER BY id LIMIT :limit")
_SEARCH: Final = Statement(
    f"SELECT {_NAMES} FROM contacts WHERE {_VISIBLE} AND id > :after AND {{position}}(search, :text) > 0 ORDER BY id LIMIT :limit"
)
_COUNT: Final = Statement(f"SELECT count(*) FROM contacts WHERE {_VISIBLE}")


def _search_text(contact: Contact) -> str:
    said = (contact.attributes.get(name) for name in ("email", "name", "first_name", "last_name", "firstName", "lastName"))
    words = [contact.user_id, contact.public_id, *said]
    return keep("\n".join(word for word in words if isinstance(word, str)).casefold())


def _row_of(contact: Contact, number: int) -> Row:
    stage = contact.attributes.get("stage")
    return (
        number,
        uuid.UUID(contact.public_id).bytes,
        contact.partition,
        contact.created,
        keep_optional(contact.user_id),
        to_json(contact.attributes),
        to_json(list(contact.tags)),
        to_json(contact.consents),
        to_json(list(contact.holds)),
        contact.next_seq,
        contact.last_seen,
        contact.merged_into,
        int(contact.erased),
        keep(stage) if isinstance(stage, str) else "",
        _search_text(contact),
    )


def contact_of(values: Sequence[Any]) -> Contact:
    """A contact from its columns."""
    number, public_id, partition, created, user, attributes, tags, consents, holds, next_seq, last_seen, merged_into, erased = values
    return Contact(
        id=number,
        public_id=str(uuid.UUID(bytes=public_id)),
        partition=partition,
        created=created,
        user_id=told_optional(user),
        attributes=from_json(attributes),
        tags=tuple(from_json(tags)),
        consents=from_json(consents),
        holds=tuple(from_json(holds)),
        next_seq=next_seq,
        last_seen=last_seen,
        merged_into=merged_into,
        erased=bool(erased),
    )


class SqlPeople:
    """Contacts and identities of one workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, identities: Sequence[Identity], /) -> dict[Identity, int]:
        """The contact of each known identity (survivors of merges)."""
        rows = self._session.all_of(_FIND, [(KINDS[each.kind], keep(each.value)) for each in dict.fromkeys(identities)])
        known = {(kind, value): (number, merged_into, erased) for kind, value, number, merged_into, erased in rows}
        survivors = self._survivors({number: (merged, erased) for number, merged, erased in known.values()})
        found: dict[Identity, int] = {}
        for identity in identities:
            fate = known.get((KINDS[identity.kind], keep(identity.value)))
            survivor = survivors.get(fate[0]) if fate else None
            if survivor is not None:
                found[identity] = survivor
        return found

    def _survivors(self, fates: dict[int, tuple[int | None, int]]) -> dict[int, int | None]:
        """Whom each contact lives on in; None when that one was erased."""
        asked = list(fates)
        while missing := {merged for merged, _ in fates.values() if merged is not None and merged not in fates}:
            rows = self._session.all_of(_FATES, keys(missing))
            fates |= dict.fromkeys(missing, (None, 1)) | {number: (merged, erased) for number, merged, erased in rows}
        answers: dict[int, int | None] = {}
        for number in asked:
            last = number
            for _ in fates:
                last = last if (merged := fates[last][0]) is None else merged
            answers[number] = None if fates[last][1] else last
        return answers

    def create(self, contacts: Sequence[Contact], /) -> list[int]:
        """Store new contacts (id 0); answers their dense ids, in order."""
        numbers = next_numbers(self._session, "contact", len(contacts))
        self._session.each(_INSERT, [_row_of(contact, number) for contact, number in zip(contacts, numbers, strict=True)])
        return list(numbers)

    def load(self, contacts: Sequence[int], /) -> dict[int, Contact]:
        """The contacts by id; unknown ids are left out."""
        return {values[0]: contact_of(values) for values in self._session.all_of(_LOAD, keys(contacts))}

    def save(self, contacts: Sequence[Contact], /) -> None:
        """Replace the rows of these contacts (all fields). Raises Clash when one is not stored."""
        rows = {contact.id: _row_of(contact, contact.id) for contact in contacts}
        if self._session.each(_UPDATE, list(rows.values())) != len(rows):
            raise Clash("a contact to save is not stored: create it first")

    def link(self, links: Mapping[Identity, int], /) -> None:
        """Point each identity to a contact from now on."""
        self._session.each(_LINK, [(KINDS[identity.kind], keep(identity.value), contact) for identity, contact in links.items()])

    def by_public_id(self, public_id: str, /) -> Contact | None:
        """The contact with this public id; None when unknown, erased or no UUID."""
        try:
            wanted = uuid.UUID(public_id).bytes
        except ValueError:
            return None
        rows = self._session.all(_BY_PUBLIC_ID, public_id=wanted)
        return contact_of(rows[0]) if rows else None

    def search(self, text: str, after: int, limit: int, /) -> list[Contact]:
        """Contacts with id > `after` whose user id, e-mail, name or public id contains `text`, by id."""
        if not text:
            rows = self._session.all(_PAGE, after=after, limit=limit)
        else:
            rows = self._session.all(_SEARCH, text=keep(text.casefold()), after=after, limit=limit)
        return [contact_of(values) for values in rows]

    def count(self) -> int:
        """Contacts that are neither erased nor merged into another."""
        return int(single(self._session.all(_COUNT)))
