"""Channels: rendering and delivering one message; and the clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from parcours.app.ports.definitions import Template
from parcours.app.ports.messages import Message

Outcome = Literal["sent", "uncertain", "refused", "deferred", "failed", "withdrawn"]
"""sent: accepted. uncertain: the final dot was sent, no reply seen. refused: this recipient, for good (5xx).

deferred: try later (4xx, no connection). failed: ours to mend. withdrawn: `may_start` said no, so nothing was begun.
"""


class RenderError(ValueError):
    """A message that cannot be rendered; its text is one sentence that says what to mend."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The message's own addresses: who gets it, its unsubscribe page, and how its links are tracked (None: left as they are).

    `click(number)` answers the signed address that stands for link `number`.
    """

    recipient: str
    recipient_name: str
    unsubscribe: str
    click: Callable[[int], str] | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One rendered message, ready for its channel. `raw` is the whole MIME message, CRLF line ends.

    `links` maps the number of each tracked link to its destination. `blanks` names what the template asked for and nobody has.
    """

    message_id: bytes
    contact: int
    sender: str
    recipient: str
    subject: str
    raw: bytes
    links: Mapping[int, str] = field(default_factory=dict)
    blanks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What happened to one outgoing message; `detail` is one line for people (SMTP code and text)."""

    message_id: bytes
    outcome: Outcome
    code: int
    detail: str


class Renderer(Protocol):
    """Turns a template, a contact's data and the message's own addresses into an outgoing message."""

    def check(self, document: Mapping[str, Any], /) -> list[str]:
        """Sentences for everything wrong with a template document (syntax, missing language, limits); empty when fine."""
        ...

    def render(self, message: Message, template: Template, context: Mapping[str, Any], /) -> Outgoing:
        """Raises RenderError with one sentence.

        `context` holds contact, event and workspace (plain mappings), languages (in order of choice, at least one), zone (text),
        now (an instant) and addresses (Addresses).
        """
        ...


class Sending(Protocol):
    """The sender's side of a batch that a channel delivers: asked before each message, told what became of it. From any thread."""

    def may_start(self, outgoing: Outgoing, after: Delivery | None = None, /) -> bool:
        """Asked right before the first byte about a message leaves (MAIL FROM); records that it begins.

        `after` is what became of the message that the same connection carried before: it is recorded in the same unit of work, so that
        a connection never holds more than one message of which a crash would leave the outcome unknown.
        """
        ...

    def ended(self, delivery: Delivery, /) -> None:
        """What became of a message; recorded soon."""
        ...


class Channel(Protocol):
    """A way out. Each message of a batch ends once: told to `sending.ended`, or handed to `sending.may_start` with the next message.

    `deliver` never raises for one recipient's fault. `idempotent` channels may be given a message again after a crash; with others, a
    message that was begun and not settled is uncertain.
    """

    @property
    def idempotent(self) -> bool: ...

    def deliver(self, batch: Sequence[Outgoing], at: int, sending: Sending, /) -> None:
        """Deliver the batch; answers when each of its messages has ended."""
        ...

    def close(self) -> None: ...


class Clock(Protocol):
    """Time in UTC microseconds. `now` is the workspace's clock (the demo's runs faster); `real` the wall clock, for leases, sessions."""

    def now(self) -> int: ...
    def real(self) -> int: ...
    def wait_hint(self, due: int, /) -> float:
        """Real seconds until the workspace clock reaches `due`."""
        ...
