"""Turns on a real SQLite store: what is decided right after two contacts turned out to be one person."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from parcours.app.archive import archive
from parcours.app.collect import parcel
from parcours.app.operations import run
from parcours.app.services import Services
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.core.terms.intake import Envelope
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from parcours.workers.drain import drain
from tests.app.sending import HOUR, NOW, Hands

REGULARS = {
    "journey": "regulars",
    "title": {"fr": "Habitués", "en": "Regulars"},
    "owner": "marie@example.org",
    "entry": [
        {"on": {"event": "Page Viewed"}, "where": {"event": "Order Completed", "sum": "value", "op": ">=", "value": 1000, "within": "365d"}}
    ],
    "holdout": "0%",
    "steps": [{"id": "pause", "wait": "1h"}],
}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with closing(open_store(tmp_path / "turn.sqlite")) as store:
        channels = {"email": MailboxChannel(store, 1)}
        lake, clock = open_history(tmp_path / "lake"), Hands(NOW, NOW)
        made = Services(store, lake, LocalFiles(), clock, 1, EmailRenderer(), channels, b"s" * 32, "http://localhost", tmp_path)
        run(made, "journeys.publish", {"document": REGULARS}, lambda _done, _total: None)
        yield made


def happens(services: Services, *messages: dict[str, Any]) -> None:
    """These, an hour later, all in one turn."""
    assert isinstance(services.clock, Hands)
    services.clock.pass_time(HOUR)
    made = parcel(messages, Envelope(received=services.clock.now(), trusted=True), 1)
    services.store.write(1, lambda tx: tx.inbox.append(made.arrivals))
    drain(services)


def inside(services: Services) -> int:
    return sum(summary.live for summary in services.store.read(1, lambda tx: tx.runs.summary("regulars")) if summary.step == "pause")


@pytest.mark.parametrize("archived", [False, True])
def test_what_both_did_counts_already_in_the_turn_in_which_they_become_one(services: Services, archived: bool) -> None:
    order = {"type": "track", "event": "Order Completed", "properties": {"value": 600}}
    happens(services, {**order, "userId": "U", "messageId": "1"}, {**order, "anonymousId": "a", "messageId": "2"})
    if archived:
        assert archive(services, enough=1) > 0
    happens(services, {"type": "page", "userId": "U", "messageId": "3"})
    assert inside(services) == 0
    known = {"type": "identify", "userId": "U", "anonymousId": "a", "messageId": "4"}
    happens(services, known, {"type": "page", "userId": "U", "messageId": "5"})
    assert inside(services) == 1
