"""Bulk reads in memory."""

from collections.abc import Sequence

from parcours.app.ports import InboxRow, KeptRow, Message
from parcours.testing.memory.people import survivor_of
from parcours.testing.memory.state import State


class MemoryExtracts:
    """Everything that is kept, in pages."""

    def __init__(self, state: State) -> None:
        self._state = state

    def inbox(self, after: int, limit: int, /) -> list[InboxRow]:
        """Inbox rows with row > `after`, by row; turned or not."""
        found = [
            InboxRow(
                number,
                None if row.seq is None else row.contact,
                row.arrival.client_message_id or row.arrival.message_id.hex(),
                row.name,
                row.arrival.occurred,
                row.arrival.received,
                row.arrival.user_id,
                row.arrival.anonymous_id,
                row.properties,
            )
            for number, row in self._state.inbox.items()
            if number > after
        ]
        return found[:limit]

    def kept(self, after: int, limit: int, /) -> list[KeptRow]:
        """The same rows, with their ids."""
        found = [
            KeptRow(
                number,
                row.arrival.source,
                row.arrival.message_id,
                row.arrival.client_message_id,
                row.contact,
                row.seq,
                row.turned is not None,
                row.name,
                row.arrival.received,
                row.properties,
            )
            for number, row in self._state.inbox.items()
            if number > after
        ]
        return found[:limit]

    def messages(self, after: bytes, limit: int, /) -> list[Message]:
        """Intended sends with id > `after`, by id."""
        return [message for each, message in sorted(self._state.messages.items()) if each > after][:limit]

    def known_as(self, contacts: Sequence[int], /) -> dict[int, tuple[str | None, str | None]]:
        """(user id, first anonymous id) of each contact, survivors standing in for those merged into them."""
        known = {}
        for contact in contacts:
            if contact not in self._state.contacts:
                continue
            survivor = survivor_of(self._state, contact)
            held = self._state.contacts[survivor]
            if not held.erased:
                anonymous = [each.value for each, owner in self._state.identities.items() if owner == survivor and each.kind == "anonymous"]
                known[contact] = (held.user_id, anonymous[0] if anonymous else None)
        return known
