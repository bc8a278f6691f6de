"""What messages quote of the event by which a run began, on a real SQLite store."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from parcours.app.collect import parcel
from parcours.app.context import quoted, remember
from parcours.app.operations import run
from parcours.app.ports import END
from parcours.app.services import Services
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.core.journey import Placed, advance, compile_journey, link, parse_journey
from parcours.core.journey.state import ContactRecord
from parcours.core.terms.durations import MINUTE
from parcours.core.terms.events import Event
from parcours.core.terms.intake import Envelope
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from parcours.workers.drain import drain
from tests.app.sending import DOCUMENT, HOUR, NOW, Hands

CARTS: dict[str, Any] = {
    "journey": "carts",
    "title": {"fr": "Paniers", "en": "Carts"},
    "owner": "marie@example.org",
    "entry": [{"on": {"event": "Cart Left"}, "where": {"tag": "known"}}],
    "instance": "properties.cart",
    "reentry": "after_exit",
    "holdout": "0%",
    "steps": [{"id": "pause", "wait": "1h"}],
}
MISSED: dict[str, Any] = {**CARTS, "entry": [{"on": {"event": "Cart Left", "without": "Order Completed", "within": "2h"}}]}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with closing(open_store(tmp_path / "turn.sqlite")) as store:
        channels = {"email": MailboxChannel(store, 1)}
        lake, clock = open_history(tmp_path / "lake"), Hands(NOW, NOW)
        yield Services(store, lake, LocalFiles(), clock, 1, EmailRenderer(), channels, b"s" * 32, "http://localhost", tmp_path)


def publish(services: Services, document: dict[str, Any]) -> None:
    run(services, "journeys.publish", {"document": document}, lambda _done, _total: None)


def happens(services: Services, *messages: dict[str, Any], after: int = MINUTE) -> None:
    """These, in one turn, some time later."""
    assert isinstance(services.clock, Hands)
    services.clock.pass_time(after)
    made = parcel(messages, Envelope(received=services.clock.now(), trusted=True), 1)
    services.store.write(1, lambda tx: tx.inbox.append(made.arrivals))
    drain(services)


def left(cart: int, number: str, **who: str) -> dict[str, Any]:
    return {"type": "track", "event": "Cart Left", "messageId": number, "properties": {"cart": cart, "total": cart * 10}, **who}


def records(services: Services) -> list[ContactRecord]:
    return services.store.read(1, lambda tx: tx.runs.records([contact.id for contact in tx.people.search("", 0, 99)]))


def quotes(services: Services) -> dict[str, dict[str, Any]]:
    """By instance."""
    return {each.instance: quoted(each.context) for record in records(services) for each in record.runs}


def test_each_of_two_pending_carts_is_quoted_by_its_own_run(services: Services) -> None:
    publish(services, CARTS)
    happens(services, left(1, "1", userId="U"))
    happens(services, left(2, "2", userId="U"))
    happens(services, {"type": "track", "event": "Tag Added", "properties": {"tag": "known"}, "userId": "U", "messageId": "3"})
    assert quotes(services) == {"=1": {"cart": 1, "total": 10}, "=2": {"cart": 2, "total": 20}}
    assert [record.context for record in records(services)] == [b""]


def test_an_absence_quotes_the_event_that_armed_it(services: Services) -> None:
    publish(services, MISSED)
    happens(services, left(1, "1", userId="U"), left(2, "2", userId="U"))
    happens(services, after=3 * HOUR)
    assert quotes(services) == {"=1": {"cart": 1, "total": 10}, "=2": {"cart": 2, "total": 20}}


def test_what_no_longer_waits_is_no_longer_kept(services: Services) -> None:
    publish(services, CARTS)
    happens(services, left(1, "1", userId="U"))
    assert [record.context != b"" for record in records(services)] == [True]
    happens(services, {"type": "page", "userId": "U", "messageId": "2"}, after=HOUR)
    assert [record.context for record in records(services)] == [b""]
    assert quotes(services) == {}


def test_what_waited_of_both_is_quoted_after_a_merge(services: Services) -> None:
    publish(services, CARTS)
    happens(services, left(1, "1", userId="U"), left(2, "2", anonymousId="a"))
    happens(
        services,
        {"type": "identify", "userId": "U", "anonymousId": "a", "messageId": "3"},
        {"type": "track", "event": "Tag Added", "properties": {"tag": "known"}, "userId": "U", "messageId": "4"},
    )
    assert quotes(services) == {"=1": {"cart": 1, "total": 10}, "=2": {"cart": 2, "total": 20}}


def test_of_several_events_at_one_instant_the_entry_event_is_quoted() -> None:
    journey, _ = parse_journey({**CARTS, "entry": [{"on": {"event": "Cart Left"}}]})
    assert journey is not None
    linked = link([Placed(compile_journey(journey), 1, 0)])
    nobody = ContactRecord(1, "00000000-0000-4000-8000-000000000000")
    events = [Event(1, 0, "Cart Left", NOW, NOW, NOW, properties={"cart": 1}), Event(1, 1, "Page Viewed", NOW, NOW, NOW)]
    turned = advance(linked, [nobody], [events], NOW)
    [record] = remember([nobody], turned, [events]).records
    assert [quoted(each.context) for each in record.runs] == [{"cart": 1}]


def test_a_run_that_is_over_when_the_next_begins_is_quoted_too(services: Services) -> None:
    at_once = {"steps": [{"id": "tell", "send": {"email": "receipt"}}], "entry": [{"on": {"event": "Cart Left"}}], "topic": "service"}
    run(services, "templates.put", {"document": {**DOCUMENT, "template": "receipt", "topic": "service"}}, lambda _done, _total: None)
    publish(services, {key: value for key, value in {**CARTS, **at_once, "transactional": True}.items() if key != "instance"})
    happens(services, left(1, "1", userId="U"), left(2, "2", userId="U"))
    planned = services.store.read(1, lambda tx: tx.messages.find(None, (), END, 9))
    assert sorted(message.payload["event"]["cart"] for message in planned) == [1, 2]
