"""A workspace on a real SQLite store that can send, and what tests ask of it."""

import functools
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, cast

from parcours.app.deliver import deliver
from parcours.app.ports import Arrival, Channel, Contact, Delivery, Mail, Message, Outgoing, Sending, Store, Template
from parcours.app.services import Services
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.store import migrate, open_store

NOW = 1_700_000_000_000_000
MINUTE = 60_000_000
HOUR = 60 * MINUTE
URL = "https://shop.example.org"

DOCUMENT: dict[str, Any] = {
    "template": "win-back",
    "topic": "offers",
    "from": "La Boutique <boutique@example.org>",
    "subject": {"fr": "Bonjour {{ contact.first_name }}", "en": "Hello {{ contact.first_name }}"},
    "html": {
        "fr": '<p>Bonjour {{ contact.first_name }}, <a href="https://shop.example.org/nouveautes?a=1&amp;b=2">voir</a></p>',
        "en": '<p>Hello {{ contact.first_name }}, <a href="https://shop.example.org/new">see</a></p>',
    },
}


@dataclass
class Hands:
    """A clock moved by hand: the workspace's and the real one."""

    at: int = NOW
    wall: int = NOW

    def now(self) -> int:
        return self.at

    def real(self) -> int:
        return self.wall

    def wait_hint(self, due: int, /) -> float:
        return max(0.0, (due - self.at) / 1e6)

    def pass_time(self, micros: int) -> None:
        self.at += micros
        self.wall += micros


@functools.cache
def _empty() -> bytes:
    """A database file at the newest schema: migrating takes longer than a test."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "empty.sqlite"
        migrate(path)
        return path.read_bytes()


@contextmanager
def fresh_workspace(path: Path) -> Iterator["Workspace"]:
    """A workspace on a new SQLite database at this path."""
    path.write_bytes(_empty())
    with closing(open_store(path)) as store:
        yield Workspace(store)


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Deaf:
    """Passes questions on, and ends the process when it is told what became of a message."""

    sending: Sending

    def may_start(self, outgoing: Outgoing, after: Delivery | None = None, /) -> bool:
        return self.sending.may_start(outgoing, after)

    def ended(self, delivery: Delivery, /) -> None:
        raise Crash


@dataclass
class Crashing:
    """A channel that hands the first message to another one and ends the process before anybody hears what became of it."""

    inner: Channel

    @property
    def idempotent(self) -> bool:
        return self.inner.idempotent

    def deliver(self, batch: Sequence[Outgoing], at: int, sending: Sending, /) -> None:
        self.inner.deliver(batch[:1], at, Deaf(sending))

    def close(self) -> None:
        self.inner.close()


@dataclass
class Workspace:
    """Everything a test needs to plan messages, deliver them, and see what became of them."""

    store: Store
    clock: Hands = field(default_factory=Hands)
    channels: dict[str, Channel] = field(default_factory=dict)
    woken: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.channels = self.channels or {"email": MailboxChannel(self.store, 1)}
        self.put(DOCUMENT)
        self.store.write(1, lambda tx: tx.definitions.set_setting("name", "La Boutique"))

    @property
    def services(self) -> Services:
        return Services(
            store=self.store,
            history=cast("Any", None),
            files=cast("Any", None),
            clock=self.clock,
            workspace=1,
            renderer=EmailRenderer(),
            channels=self.channels,
            secret=b"a secret of thirty-two bytes....",
            public_url=URL,
            directory=Path("/nowhere"),
            wake=lambda: self.woken.append(self.clock.at),
        )

    def put(self, document: Mapping[str, Any], digest: str = "") -> None:
        template = Template(str(document["template"]), document, digest or str(document["template"]), NOW)
        self.store.write(1, lambda tx: tx.definitions.save_template(template))

    def contact(self, name: str = "Zoé", email: str | None = "zoe@example.org", **given: Any) -> Contact:
        attributes = {"first_name": name, "language": "fr"} | ({"email": email} if email is not None else {}) | given.pop("attributes", {})

        def unit(tx: Any) -> Contact:
            contact = Contact(0, str(uuid.uuid4()), 0, NOW, attributes=attributes, **given)
            [number] = tx.people.create([contact])
            return cast("Contact", tx.people.load([number])[number])

        return self.store.write(1, unit)

    def change(self, contact: Contact) -> None:
        self.store.write(1, lambda tx: tx.people.save([contact]))

    def load(self, contact: Contact) -> Contact:
        return self.store.read(1, lambda tx: tx.people.load([contact.id]))[contact.id]

    def plan(self, contact: Contact, number: int = 1, **given: Any) -> bytes:
        identity = number.to_bytes(16, "big")
        values: dict[str, Any] = {
            "topic": "offers",
            "template": "win-back",
            "planned_at": self.clock.at,
            "payload": {"event": {"order_id": "536365"}},
        } | given
        message = Message(identity, contact.id, identity, "win-back", 1, "miss_you", 0, "email", **values)
        self.store.write(1, lambda tx: tx.messages.plan([message]))
        return identity

    def deliver(self, limit: int = 100) -> int:
        return deliver(self.services, limit)

    def message(self, identity: bytes) -> Message:
        return self.store.read(1, lambda tx: tx.messages.load([identity]))[identity]

    def state(self, identity: bytes) -> tuple[str, str]:
        message = self.message(identity)
        return message.state.value, message.reason

    def arrivals(self, name: str | None = None) -> list[Arrival]:
        rows = self.store.read(1, lambda tx: tx.inbox.unrouted(10_000))
        return [row.arrival for row in rows if name is None or row.arrival.name == name]

    def mails(self) -> list[Mail]:
        def unit(tx: Any) -> list[Mail]:
            found = [tx.mailbox.read(mail.id) for mail in tx.mailbox.page("", None, 2**62, 1000)]
            return list(reversed(found))

        return self.store.read(1, unit)


def part_of(raw: bytes, kind: str) -> str:
    """The text of one part of a mail: html or plain."""
    part = message_from_bytes(raw, policy=default).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(raw: bytes) -> str:
    return part_of(raw, "html")
