"""What the store in memory holds for one workspace. Values are frozen; a unit works on a copy of the containers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from parcours.app.ports import (
    ApiKey,
    Arrival,
    Click,
    Contact,
    Identity,
    JourneyVersion,
    Mail,
    Message,
    SegmentFile,
    Session,
    StoredLink,
    Template,
    TraceRow,
    User,
)
from parcours.core.journey.state import ContactRecord


class Clash(ValueError):
    """A unique key forbids this write."""


class ReadOnly(Exception):
    """A unit that reads tried to write."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the inbox."""

    arrival: Arrival
    name: str
    properties: Mapping[str, Any]
    contact: int | None
    seq: int | None = None
    partition: int | None = None
    turned: int | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """A shard's lease."""

    owner: str
    until: int
    token: int


@dataclass
class State:
    """The tables, by what finds their rows."""

    writable: bool = False
    counters: dict[str, int] = field(default_factory=dict)
    inbox: dict[int, Kept] = field(default_factory=dict)
    seen: dict[tuple[int, bytes], int] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    identities: dict[Identity, int] = field(default_factory=dict)
    records: dict[int, ContactRecord] = field(default_factory=dict)
    trace: list[TraceRow] = field(default_factory=list)
    messages: dict[bytes, Message] = field(default_factory=dict)
    links: dict[tuple[bytes, int], StoredLink] = field(default_factory=dict)
    clicks: dict[int, tuple[Click, bool]] = field(default_factory=dict)
    mails: dict[int, Mail] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    versions: dict[tuple[str, int], JourneyVersion] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    workspace_events: list[dict[str, Any]] = field(default_factory=list)
    users: dict[int, User] = field(default_factory=dict)
    sessions: dict[bytes, Session] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    segments: dict[str, SegmentFile] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    leases: dict[int, Lease] = field(default_factory=dict)
    owed: dict[int, int] = field(default_factory=dict)
    suppressed: set[bytes] = field(default_factory=set)

    def copy(self, writable: bool) -> "State":
        """Copies of all containers, the values shared."""
        return State(writable, **{each.name: type(held)(held) for each in fields(self)[1:] for held in (getattr(self, each.name),)})

    def writing(self) -> None:
        """Raises ReadOnly in a unit that only reads."""
        if not self.writable:
            raise ReadOnly("this unit only reads")

    def next(self, counter: str) -> int:
        """The next number of a counter, the first being 1."""
        self.writing()
        self.counters[counter] = self.counters.get(counter, 0) + 1
        return self.counters[counter]

    def visible(self, contact: int) -> bool:
        """Whether the contact is neither erased nor merged away."""
        held = self.contacts.get(contact)
        return held is not None and not held.erased and held.merged_into is None


def plain(value: Any) -> Any:
    """A JSON value as it comes back from JSON: mappings are dicts with text keys, sequences are lists."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value
