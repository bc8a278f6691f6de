"""F-13: ticks, sends and a sweep that overlap do what one after the other would: twenty of each at once, on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from parcours.app.collect import parcel
from parcours.app.deliver import deliver
from parcours.app.operations import run
from parcours.app.ports.messages import END
from parcours.app.route import route
from parcours.app.services import Services
from parcours.app.stages import sweep
from parcours.app.turn import turn
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.core.terms.events import NEVER
from parcours.core.terms.intake import Envelope
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from parcours.workers.shards import EVERYTHING
from tests.app.sending import DOCUMENT, HOUR, MINUTE, NOW, Hands
from tests.app.test_turn import happens
from tests.faults.definitions import RECEIPT

AT_ONCE = 20
ORDERS = 60
STEPS = [{"id": "short", "wait": "1h"}, {"id": "receipt", "send": {"email": "win-back"}}]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    target: Path | str = tmp_path / "overlap.sqlite" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    with closing(open_store(target)) as store:
        lake, clock, channels = open_history(tmp_path / "lake"), Hands(NOW, NOW), {"email": MailboxChannel(store, 1)}
        made = Services(store, lake, LocalFiles(), clock, 1, EmailRenderer(), channels, b"s" * 32, "http://localhost", tmp_path)
        run(made, "templates.put", {"document": DOCUMENT}, lambda _done, _total: None)
        run(made, "journeys.publish", {"document": {**RECEIPT, "steps": STEPS}}, lambda _done, _total: None)
        yield made


def at_once(*works: Callable[[], object]) -> None:
    """All in threads of their own; raises what one of them raised."""
    with ThreadPoolExecutor(len(works)) as threads:
        for future in [threads.submit(work) for work in works]:
            future.result(120)


def test_overlapping_ticks_do_what_one_does(services: Services) -> None:
    for number in range(ORDERS):
        who = {"userId": f"u{number % 25}"}
        known: dict[str, Any] = {**who, "type": "identify", "messageId": f"i{number}", "traits": {"email": f"{who['userId']}@example.org"}}
        order: dict[str, Any] = {
            **who,
            "type": "track",
            "event": "Order Completed",
            "messageId": f"o{number}",
            "properties": {"order_id": f"o{number}"},
        }
        happens(services, known, order) if number == 0 else _collect(services, known, order)
    while route(services):
        pass
    at_once(*[lambda: turn(services, EVERYTHING) for _ in range(AT_ONCE)], lambda: sweep(services, 0))
    assert isinstance(services.clock, Hands)
    services.clock.pass_time(HOUR + MINUTE)
    at_once(*[lambda: turn(services, EVERYTHING) for _ in range(AT_ONCE)], lambda: sweep(services, 0))
    while turn(services, EVERYTHING):
        pass
    messages = services.store.read(1, lambda tx: tx.messages.find(None, (), END, 10_000))
    assert sorted(message.payload["event"]["order_id"] for message in messages) == sorted(f"o{number}" for number in range(ORDERS))
    at_once(*[lambda: deliver(services, 10) for _ in range(AT_ONCE)])
    while deliver(services):
        pass
    assert services.store.read(1, lambda tx: tx.messages.counts()) == {"sent": ORDERS}
    assert services.store.read(1, lambda tx: len(tx.mailbox.page("", None, NEVER, 10_000))) == ORDERS
    sent = [row.passed for row in services.store.read(1, lambda tx: tx.runs.summary("receipt")) if row.step == "receipt"]
    assert sent == [ORDERS], "a step was walked twice, or not at all"
    assert services.contacts_aside.waiting == {}


def _collect(services: Services, *messages: dict[str, Any]) -> None:
    made = parcel(messages, Envelope(received=services.clock.now(), trusted=True), 1)
    services.store.write(1, lambda tx: tx.inbox.append(made.arrivals))
