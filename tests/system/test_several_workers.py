"""Two processes' worth of workers on one PostgreSQL: what happens once is done once, whoever does it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from parcours.app.collect import parcel
from parcours.app.exclusive import Exclusive, Leasing
from parcours.app.operations import run
from parcours.app.ports import END, Store
from parcours.app.services import Services
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.clock import SystemClock
from parcours.core.terms.events import NEVER
from parcours.core.terms.intake import Envelope
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from parcours.workers.crew import shared_crew
from parcours.workers.loop import Loop, Pulse, start, stop
from parcours.workers.shards import Leader
from tests.app.sending import DOCUMENT
from tests.fixtures.network import wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

PEOPLE, ORDERS = 20, 100
RECEIPT = {
    "journey": "receipt",
    "title": {"fr": "Reçu", "en": "Receipt"},
    "owner": "marie@example.org",
    "entry": [{"on": {"event": "Order Completed"}}],
    "instance": "properties.order_id",
    "holdout": "0%",
    "transactional": True,
    "topic": "service",
    "steps": [{"id": "short", "wait": "200ms"}, {"id": "mail", "send": {"email": "win-back"}}],
}


@pytest.fixture
def stores(postgres_url: str) -> Iterator[list[Store]]:
    with closing(open_store(postgres_url)) as one, closing(open_store(postgres_url)) as other:
        yield [one, other]


def services_on(store: Store, folder: Path, owner: str) -> Services:
    channels = {"email": MailboxChannel(store, 1)}
    lake = open_history(folder / "lake")
    exclusive, url = Exclusive(Leasing(store, 1, SystemClock(), owner)), "http://localhost"
    return Services(store, lake, LocalFiles(), SystemClock(), 1, EmailRenderer(), channels, b"s" * 32, url, folder, exclusive=exclusive)


def crews(both: list[Services]) -> list[Loop]:
    loops = []
    for number, services in enumerate(both):
        pulse = Pulse()
        loops += shared_crew(services, pulse, Leader(services, f"process {number}"))
    return loops


def collect(services: Services, *messages: dict[str, Any]) -> None:
    made = parcel(messages, Envelope(received=services.clock.now(), trusted=True), 1)
    services.store.write(1, lambda tx: tx.inbox.append(made.arrivals))


def test_every_order_is_thanked_for_once(stores: list[Store], tmp_path: Path) -> None:
    both = [services_on(store, tmp_path, f"process {number}") for number, store in enumerate(stores)]
    first = both[0]
    run(first, "templates.put", {"document": DOCUMENT}, lambda _done, _total: None)
    run(first, "journeys.publish", {"document": RECEIPT}, lambda _done, _total: None)
    loops = crews(both)
    threads = start(loops)
    try:
        for number in range(ORDERS):
            who = {"userId": f"u{number % PEOPLE}"}
            known = {
                **who,
                "anonymousId": f"a{number % 35}",
                "messageId": f"i{number}",
                "traits": {"email": f"{who['userId']}@example.org"},
            }
            order = {**who, "messageId": f"o{number}", "event": "Order Completed", "properties": {"order_id": f"o{number}"}}
            collect(both[number % 2], {**known, "type": "identify"}, {**order, "type": "track"})
        wait_until(lambda: first.store.read(1, lambda tx: tx.messages.counts()).get("sent", 0) >= ORDERS, 60, "sending every receipt")
    finally:
        stop(loops, threads)
    messages = first.store.read(1, lambda tx: tx.messages.find(None, (), END, 10_000))
    assert len({message.payload["event"]["order_id"] for message in messages}) == len(messages) == ORDERS
    assert first.store.read(1, lambda tx: len(tx.mailbox.page("", None, NEVER, 10_000))) == ORDERS
    assert [loop.last_error for loop in loops if loop.last_error] == []
