"""Messages: one row per intended send, before any byte leaves; and the built-in mailbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal, Protocol

from parcours.core.terms.events import NEVER


class MessageState(StrEnum):
    """Where an intended send stands."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    SKIPPED = "skipped"
    FAILED = "failed"
    WITHHELD = "withheld"


Place = tuple[int, bytes]
"""Where a message stands among all: when it was planned, and its id."""
END: Final[Place] = (2**62, b"")
"""After the newest message."""
Claim = Literal["due", "suspect", "lapsed"]
"""Which messages are taken: see Messages.claim."""


@dataclass(frozen=True, slots=True)
class Message:
    """One intended send. `id` is the action id (16 bytes); Message-ID and idempotency key derive from it and never change.

    A claimed message with an address has been begun: after a crash nobody knows whether it left.
    Unique on (run_id, step, visit, channel, contact). `journey` "" and a synthetic run id for messages outside journeys.
    `attempts` is raised and committed before an attempt is made; `lost` counts those in a row that ended without an outcome.
    `claimed_until` is real time; `expires`, `planned_at`, `next_at` are on the workspace clock.
    """

    id: bytes
    contact: int
    run_id: bytes
    journey: str
    version: int
    step: str
    visit: int
    channel: str
    topic: str
    template: str
    planned_at: int
    transactional: bool = False
    state: MessageState = MessageState.PLANNED
    reason: str = ""
    expires: int = NEVER
    next_at: int = 0
    attempts: int = 0
    lost: int = 0
    claimed_by: str = ""
    claimed_until: int = 0
    address: str = ""
    sent_at: int = 0
    updated_at: int = 0
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A link of a sent message: the destination is stored, the URL outside holds only a signature (SEC-08)."""

    message_id: bytes
    number: int
    url: str


class Messages(Protocol):
    """The outbox and what became of each message."""

    def plan(self, messages: Sequence[Message], /) -> None:
        """Keep intents; one whose id or unique key is known already is left as it is."""
        ...

    def claim(self, which: Claim, owner: str, at: int, lease_until: int, limit: int, /) -> list[Message]:
        """Take messages, oldest first (suspects: fewest `lost` first).

        due: planned, next_at <= `at`, none lost; attempts + 1. suspect: the same with some lost. lapsed: claimed, whose lease ran out
        before `at` (real time); lost + 1.
        """
        ...

    def settle(self, messages: Sequence[Message], /) -> None:
        """Write state, reason, next_at, lost, address, sent_at, updated_at of messages; releases the claim.

        A message settled as claimed keeps its claim, until the `claimed_until` it brings: a worker so records, before the first
        byte leaves, to which address it writes, and so renews a claim.
        """
        ...

    def load(self, ids: Sequence[bytes], /) -> dict[bytes, Message]: ...

    def find(self, contact: int | None, states: Sequence[MessageState], before: Place, limit: int, /) -> list[Message]:
        """Newest planned first, those whose (planned_at, id) is less than `before`; contact None = all; no states = all."""
        ...

    def counts(self) -> dict[str, int]:
        """Messages by state."""
        ...

    def keep_links(self, links: Sequence[StoredLink], /) -> None:
        """Keep destinations; a (message, number) already kept is left as it is."""
        ...

    def link(self, message_id: bytes, number: int, /) -> StoredLink | None: ...


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail in the built-in mailbox: the raw bytes as they would have left, and what lists show."""

    id: int
    message_id: bytes
    contact: int
    at: int
    sender: str
    recipient: str
    subject: str
    raw: bytes


class Mailbox(Protocol):
    """The mailbox that `mailbox://` delivers to; it keeps every mail."""

    def keep(self, mail: Mail, /) -> None:
        """Keep a mail (id 0); a message_id already kept is left as it is."""
        ...

    def page(self, text: str, contact: int | None, before: int, limit: int, /) -> list[Mail]:
        """Newest first with id < before; `text` in recipient or subject. `raw` is left empty."""
        ...

    def read(self, mail: int, /) -> Mail | None: ...

    def count(self) -> int: ...
