"""Bulk reads for exports, in SQL."""

from collections.abc import Sequence
from typing import Final

from parcours.app.ports import InboxRow, KeptRow, Message
from parcours.store.messages import COLUMNS, message_of
from parcours.store.session import Session, keys
from parcours.store.statements import INT, Batch, Statement
from parcours.store.texts import from_json, told, told_optional

# The plus keeps the planner from an index on the workspace, which would sort the whole inbox for each page.
_INBOX: Final = Statement(
    "SELECT row, contact, seq, client_message_id, message_id, name, occurred, received, user_id, anonymous_id, properties FROM inbox"
    " WHERE +workspace_id = :workspace AND row > :after ORDER BY row LIMIT :limit"
)
_KEPT: Final = Statement(
    "SELECT row, source, message_id, client_message_id, contact, seq, turned, name, received, properties FROM inbox"
    " WHERE +workspace_id = :workspace AND row > :after ORDER BY row LIMIT :limit"
)
_MESSAGES: Final = Statement(
    f"SELECT {', '.join(COLUMNS)} FROM messages WHERE workspace_id = :workspace AND id > :after ORDER BY id LIMIT :limit"
)
_MERGES: Final = Batch(
    "SELECT contacts.id, contacts.merged_into, contacts.user_id, contacts.erased FROM given CROSS JOIN contacts"
    " WHERE contacts.workspace_id = :workspace AND contacts.id = given.id{narrow contacts.id id}",
    {"id": INT},
)
_ANONYMOUS: Final = Batch(
    "SELECT identities.contact, identities.value FROM given CROSS JOIN identities"
    " WHERE identities.workspace_id = :workspace AND identities.contact = given.id{narrow identities.contact id}"
    " AND identities.kind = 1 ORDER BY identities.row",
    {"id": INT},
)


class SqlExtracts:
    """Everything that is kept of one workspace, in pages."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def inbox(self, after: int, limit: int, /) -> list[InboxRow]:
        """Inbox rows with row > `after`, by row; turned or not."""
        return [
            InboxRow(
                row,
                None if seq is None else contact,
                told(client) or message_id.hex(),
                told(name),
                occurred,
                received,
                told_optional(user),
                told_optional(anonymous),
                from_json(properties),
            )
            for row, contact, seq, client, message_id, name, occurred, received, user, anonymous, properties in self._session.all(
                _INBOX, after=after, limit=limit
            )
        ]

    def kept(self, after: int, limit: int, /) -> list[KeptRow]:
        """The same rows, with their ids."""
        rows = self._session.all(_KEPT, after=after, limit=limit)
        return [
            KeptRow(row, source, message_id, told(client), contact, seq, turned is not None, told(name), received, from_json(properties))
            for row, source, message_id, client, contact, seq, turned, name, received, properties in rows
        ]

    def messages(self, after: bytes, limit: int, /) -> list[Message]:
        """Intended sends with id > `after`, by id."""
        return [message_of(values) for values in self._session.all(_MESSAGES, after=after, limit=limit)]

    def known_as(self, contacts: Sequence[int], /) -> dict[int, tuple[str | None, str | None]]:
        """(user id, first anonymous id) of each contact, survivors standing in for those merged into them; erased ones are left out."""
        survivors = {contact: contact for contact in contacts}
        users: dict[int, str | None] = {}
        fates: dict[int, int | None] = {}
        while asked := [number for number in dict.fromkeys(survivors.values()) if number not in fates]:
            fates |= dict.fromkeys(asked)
            for number, merged_into, user, erased in self._session.all_of(_MERGES, keys(asked)):
                fates[number] = merged_into
                if not erased:
                    users[number] = told_optional(user)
            survivors = {contact: number if (last := fates[number]) is None else last for contact, number in survivors.items()}
        first: dict[int, str] = {}
        for number, value in self._session.all_of(_ANONYMOUS, keys(survivors.values())):
            first.setdefault(number, told(value))
        return {contact: (users[number], first.get(number)) for contact, number in survivors.items() if number in users}
