"""The inbox: every arrived event, durable before we answer, until the archive holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from parcours.core.terms.events import Event, Kind

Call = Literal["track", "page", "screen", "identify", "group", "alias", "internal"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message at the door, after the intake steps, before it has a contact.

    `call` says how identity is to be resolved; `internal` ones (receipts, run and workspace events) bring their `contact`.
    `message_id` is 16 bytes, unique per (workspace, source); `client_message_id` is the text the client gave.
    `kept_forever` marks imported rows: their ids are checked for ever, others for 30 days.
    """

    message_id: bytes
    client_message_id: str
    source: int
    call: Call
    name: str
    occurred: int
    received: int
    kind: Kind = Kind.CUSTOMER
    user_id: str | None = None
    anonymous_id: str | None = None
    previous_id: str | None = None
    contact: int | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    history: bool = False
    kept_forever: bool = False


@dataclass(frozen=True, slots=True)
class Arrived:
    """An inbox row: an arrival and its row number (order of arrival)."""

    row: int
    arrival: Arrival


@dataclass(frozen=True, slots=True)
class Placement:
    """What routing decided for one row: whose event it is, its place in that contact's order, and its final content.

    `contact` None: the row moves nothing (an alias that merged nothing, an identify that changed nothing is still placed).
    `name`/`properties` replace those of the arrival (identify keeps changed traits only).
    """

    row: int
    contact: int | None
    seq: int
    partition: int
    name: str
    properties: Mapping[str, Any]


class Inbox(Protocol):
    """Arrived events. An event is unrouted, then waiting for its turn, then turned, then archived (removed here)."""

    def append(self, arrivals: Sequence[Arrival], /) -> list[bool]:
        """Keep the arrivals whose id is new; answers one bool each, False for a duplicate (also within the call)."""
        ...

    def unrouted(self, limit: int, /) -> list[Arrived]:
        """Rows not placed yet (no seq; internal ones do have a contact), oldest first."""
        ...

    def place(self, placements: Sequence[Placement], /) -> None:
        """Record what routing decided. Rows without contact are removed."""
        ...

    def waiting(self, partitions: range, limit: int, /) -> list[int]:
        """Contacts of these partitions that have unturned events, longest waiting first, at most `limit`."""
        ...

    def events(self, contacts: Sequence[int], /) -> dict[int, list[Event]]:
        """Unturned events of the contacts, by seq. `turned` of each is NEVER. Contacts without any are left out."""
        ...

    def turn(self, turned: Sequence[tuple[int, int, int]], /) -> None:
        """Record (contact, seq, turned instant) for events fed to the kernel."""
        ...

    def turned(self, partition: int, limit: int, /) -> list[tuple[int, Event, int, str]]:
        """Turned rows of a partition for the archive, oldest first: (row, event, source, client_message_id)."""
        ...

    def remove(self, rows: Sequence[int], /) -> None:
        """Drop rows that the archive now holds."""
        ...
