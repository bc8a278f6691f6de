"""Channels: rendering and delivering one message; and the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from parcours.app.ports.definitions import Template
from parcours.app.ports.messages import Message

Outcome = Literal["sent", "uncertain", "refused", "deferred", "failed"]
"""sent: accepted. uncertain: the final dot was sent, no reply seen. refused: this recipient, for good (5xx). deferred: try later (4xx, no connection). failed: ours to mend."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One rendered message, ready for its channel. `raw` is the whole MIME message, CRLF line ends."""

    message_id: bytes
    contact: int
    sender: str
    recipient: str
    subject: str
    raw: bytes
    links: Sequence[str] = ()


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
        """Raises RenderError (ValueError) with one sentence. `context` holds contact, event, workspace, language, addresses."""
        ...


class Channel(Protocol):
    """A way out. `deliver` answers for each message; it never raises for one recipient's fault."""

    def deliver(self, batch: Sequence[Outgoing], at: int, /) -> list[Delivery]: ...

    def close(self) -> None: ...


class Clock(Protocol):
    """Time. `now` is the workspace's clock (the demo's runs faster); `real` is the wall clock, for leases and sessions. UTC microseconds."""

    def now(self) -> int: ...
    def real(self) -> int: ...
    def wait_hint(self, due: int, /) -> float:
        """Real seconds until the workspace clock reaches `due`."""
        ...
