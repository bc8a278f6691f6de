"""Mail: from a planned message to bytes, to the built-in mailbox, and over SMTP to a sink in a process of its own."""

import datetime as dt
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, Final, cast

from liquid import Environment

from bench.measuring import ROOT, Scale, median
from bench.rows import Figure, Row
from parcours.app.deliver import deliver
from parcours.app.ports import Addresses, Channel, Contact, Message, Store, Template
from parcours.app.services import Services
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.channels.email.smtp import SmtpChannel
from parcours.channels.email.smtp_settings import smtp_settings
from parcours.clock import SystemClock, real_now
from parcours.store import migrate, open_store

TITLE: Final = "Mail"
MAILS: Final = 2_000
CONNECTIONS: Final = 4
HTML: Final = (
    "<html><body><h1>Bonjour {{ contact.first_name }}</h1><p>Votre commande {{ event.order_id }} de "
    '{{ event.value | money: "EUR" }} est en route.</p><ul>{% for item in event.items %}<li>{{ item.name }} × {{ item.quantity }}</li>'
    '{% endfor %}</ul><p><a href="https://shop.example.org/avis?commande={{ event.order_id }}">Donner mon avis</a></p></body></html>'
)
SUBJECT: Final = "Votre commande {{ event.order_id }}"
DOCUMENT: Final = {"template": "order", "topic": "offers", "from": "Boutique <shop@example.org>", "subject": SUBJECT, "html": HTML}
EVENT: Final = {
    "order_id": "C536365",
    "value": 139.12,
    "items": [{"name": f"Article {number}", "quantity": number} for number in range(1, 6)],
}


def message(number: int) -> Message:
    """One intended send."""
    identity = number.to_bytes(16, "big")
    return Message(
        identity, 1 + number % 500, identity, "order", 1, "mail", 1, "email", "offers", "order", real_now(), payload={"event": EVENT}
    )


def rendering(renderer: EmailRenderer, mails: int) -> None:
    """Only the bytes, as delivering makes them."""
    template = Template("order", DOCUMENT, "order", 0)
    for number in range(mails):
        addresses = Addresses(f"client-{number}@example.org", f"Client {number}", f"https://t.example.org/u/{number:048d}")
        context = {
            "contact": {"first_name": f"Client {number}"}, "event": EVENT, "workspace": {"name": "Boutique"}, "languages": ("fr", "en"),
            "zone": "Europe/Paris", "now": 1_700_000_000_000_000, "addresses": addresses,
        }  # fmt: skip
        renderer.render(message(number), template, context)


def peer_mails(mails: int) -> Iterator[EmailMessage]:
    """The same letter by the book: a cached Liquid template, an EmailMessage of its own for each."""
    environment = Environment(autoescape=True)
    environment.filters["money"] = lambda value, currency: f"{value:.2f} {currency}"
    html, subject = environment.from_string(HTML), environment.from_string(SUBJECT)
    for number in range(mails):
        context = {"contact": {"first_name": f"Client {number}"}, "event": EVENT}
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = (
            DOCUMENT["from"],
            f"Client {number} <client-{number}@example.org>",
            subject.render(**context),
        )
        mail["Date"], mail["Message-ID"] = format_datetime(dt.datetime.now(dt.UTC)), make_msgid(domain="example.org")
        mail["List-Unsubscribe"] = f"<https://t.example.org/u/{number:048d}>"
        mail.set_content(f"Votre commande {EVENT['order_id']} est en route.")
        mail.add_alternative(html.render(**context), subtype="html")
        yield mail


def peer_rendering(mails: int) -> None:
    """Bytes by the book."""
    for mail in peer_mails(mails):
        mail.as_bytes()


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds on the wall, and of processor time in this process."""

    wall: float
    processor: float


def taking(run: Callable[[], object]) -> Taken:
    """What it took."""
    wall, processor = time.perf_counter(), time.process_time()
    run()
    return Taken(time.perf_counter() - wall, time.process_time() - processor)


def rows(scale: Scale) -> Iterator[Row]:
    """Processor time where the goal is per core: other work on the machine does not count."""
    mails, renderer = min(MAILS, scale.events), EmailRenderer()
    rendering(renderer, 10)
    peer, here = (
        _rate([taking(partial(run, mails)) for _ in range(scale.times)], mails) for run in (peer_rendering, partial(rendering, renderer))
    )
    yield Row("render + MIME, a core", here, [("Liquid and an EmailMessage each", peer)])
    kept = _rate([_delivered(mails, lambda store: MailboxChannel(store, 1)) for _ in range(scale.times)], mails)
    yield Row("planned to kept in mailbox://, a core", kept, (), "1,500 mails/s", kept.value >= 1_500)
    with sink() as port:
        url = f"smtp://localhost:{port}?connections={CONNECTIONS}"
        ways = [(_delivered(mails, lambda _: SmtpChannel(smtp_settings(url))), _peer_sent(port, mails)) for _ in range(scale.times)]
    ours, peers = [here for here, _ in ways], [peer for _, peer in ways]
    sent = _rate(ours, mails, on_the_wall=True)
    beside = [
        ("a core", _rate(ours, mails)),
        (f"smtplib on as many connections ({CONNECTIONS}), nothing recorded", _rate(peers, mails, on_the_wall=True)),
        ("the same, a core", _rate(peers, mails)),
    ]
    yield Row("planned to sent over SMTP, each start and outcome on the disk", sent, beside, "400 mails/s", sent.value >= 400)


def _rate(taken: Sequence[Taken], mails: int, *, on_the_wall: bool = False) -> Figure:
    return median([mails / (each.wall if on_the_wall else each.processor) for each in taken], "mails/s")


def _delivered(mails: int, channel: Callable[[Store], Channel]) -> Taken:
    """Deliver so many planned messages of a new SQLite store."""
    with tempfile.TemporaryDirectory() as folder, prepared(Path(folder) / "mail.sqlite", mails) as store:
        way = channel(store)
        services = Services(
            store, cast("Any", None), cast("Any", None), SystemClock(), 1, EmailRenderer(), {"email": way}, b"s" * 32, "https://t.example.org",
            Path(folder),
        )  # fmt: skip
        taken = taking(partial(_until_done, services))
        way.close()
        counts = store.read(1, lambda tx: tx.messages.counts())
        if counts != {"sent": mails}:
            raise RuntimeError(f"not every mail was sent: {counts}")
        return taken


def _until_done(services: Services) -> None:
    while deliver(services, 50):
        pass


@contextmanager
def prepared(path: Path, mails: int) -> Iterator[Store]:
    """A store with people, a template and planned messages."""
    migrate(path)
    people = [
        Contact(0, f"{number:032d}", number % 64, 0, attributes={"first_name": f"Client {number}", "email": f"client-{number}@example.org"})
        for number in range(500)
    ]
    with closing(open_store(path)) as store:
        store.write(1, lambda tx: tx.people.create(people))
        store.write(1, lambda tx: tx.definitions.save_template(Template("order", DOCUMENT, "order", 0)))
        for first in range(0, mails, 500):
            batch = [message(number) for number in range(first, min(mails, first + 500))]
            store.write(1, lambda tx, batch=batch: tx.messages.plan(batch))  # type: ignore[misc]
        yield store


@contextmanager
def sink() -> Iterator[int]:
    """A mail server in a process of its own that takes everything and keeps nothing; answers its port."""
    child = subprocess.Popen([sys.executable, "-m", "bench.mail_sink"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        yield int(child.stdout.readline())
    finally:
        child.terminate()
        child.wait()
        child.stdout.close()


def _peer_sent(port: int, mails: int) -> Taken:
    """smtplib sends the same letters over as many connections."""

    def send(share: int) -> None:
        with smtplib.SMTP("localhost", port) as server:
            for mail in peer_mails(share):
                server.send_message(mail)

    def all_of_them() -> None:
        threads = [Thread(target=send, args=(mails // CONNECTIONS,)) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return taking(all_of_them)
