"""Extracts: everything that is kept, read in bulk, to be handed out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from parcours.app.ports.messages import Message


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A row of the inbox, routed or not: what arrived, with the name and properties that routing gave it when it was placed.

    `contact` is None as long as it is not routed. `message_id` is the text the client gave, else the hex form of the 16 bytes.
    """

    row: int
    contact: int | None
    message_id: str
    name: str
    occurred: int
    received: int
    user_id: str | None = None
    anonymous_id: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row of the inbox as the store knows it: by which id it is known, and how far it came (`seq` None: not routed)."""

    row: int
    source: int
    message_id: bytes
    client_message_id: str
    contact: int | None
    seq: int | None
    turned: bool
    name: str
    received: int
    properties: Mapping[str, Any] = field(default_factory=dict)


class Extracts(Protocol):
    """Bulk reads of one workspace, in pages. Erased contacts are left out."""

    def inbox(self, after: int, limit: int, /) -> list[InboxRow]:
        """Inbox rows with row > `after`, by row, at most `limit`; turned or not."""
        ...

    def kept(self, after: int, limit: int, /) -> list[KeptRow]:
        """The same rows, with their ids."""
        ...

    def messages(self, after: bytes, limit: int, /) -> list[Message]:
        """Intended sends with id > `after`, by id, at most `limit`."""
        ...

    def known_as(self, contacts: Sequence[int], /) -> dict[int, tuple[str | None, str | None]]:
        """(user id, first anonymous id) of each contact, survivors standing in for those merged into them."""
        ...
