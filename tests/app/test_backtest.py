"""Backtests over a real store: beside the journeys live then, under today's settings, hashed, without the erased."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from parcours.app import backtest as replaying
from parcours.app.archive import archive
from parcours.app.backtest import save_backtest, saved_backtest, stored_backtest
from parcours.app.collect import parcel
from parcours.app.forget import forget_named
from parcours.app.operations import Refusal, run
from parcours.app.refold import partition_history
from parcours.app.saved_reports import path_of, scrub
from parcours.app.services import Services
from parcours.app.zones import tzdata_version
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.core.journey.simulated import Rate, fitted
from parcours.core.terms.events import Event, Kind
from parcours.core.terms.intake import Envelope
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from parcours.workers.drain import drain
from tests.app.sending import Hands

DAY = 86_400_000_000
NOON = 1_780_308_000_000_000
"""2026-06-01 12:00 in Paris."""
TEMPLATE = {
    "template": "hello",
    "topic": "offers",
    "from": "shop@example.org",
    "subject": {"fr": "Bonjour", "en": "Hello"},
    "html": "<p>Hello</p>",
    "text": "Hello",
}


def journey(key: str, wait: str, **more: Any) -> dict[str, Any]:
    """Writes to whoever orders, after a wait."""
    steps = [{"id": "pause", "wait": wait}, {"id": "mail", "send": {"email": "hello"}}]
    entry = [{"on": {"event": "Order Completed"}}]
    return {"journey": key, "entry": entry, "holdout": "0%", "topic": "offers", "steps": steps, **more}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with closing(open_store(tmp_path / "backtest.sqlite")) as store:
        made = (Hands(NOON, NOON), 1, EmailRenderer(), {"email": MailboxChannel(store, 1)}, b"s" * 32, "http://localhost", tmp_path)
        services = Services(store, open_history(tmp_path / "lake"), LocalFiles(), *made)
        do(services, "templates.put", document=TEMPLATE)
        yield services


def do(services: Services, operation: str, **arguments: Any) -> None:
    run(services, operation, arguments, lambda _done, _total: None)


def order(services: Services, user: str, days: float = 1, value: int = 30) -> None:
    """Time passes, then somebody orders."""
    assert isinstance(services.clock, Hands)
    services.clock.pass_time(int(days * DAY))
    drain(services)
    message = {"type": "track", "userId": user, "event": "Order Completed", "properties": {"value": value}}
    made = parcel([message], Envelope(received=services.clock.now(), trusted=True), 1)
    services.store.write(1, lambda tx: tx.inbox.append(made.arrivals))
    drain(services)


def replayed(services: Services, document: dict[str, Any], **options: Any) -> dict[str, Any]:
    return stored_backtest(services, lambda _done, _total: None, document, **options)


def test_nothing_stored_is_nothing_to_replay(services: Services) -> None:
    with pytest.raises(Refusal, match="no events to replay"):
        replayed(services, journey("draft", "1h"))


def test_a_draft_beside_the_journeys_that_were_live_then(services: Services) -> None:
    do(services, "settings.set", key="caps", value=[{"channel": "email", "most": 1, "within": "2d"}])
    order(services, "before")
    assert isinstance(services.clock, Hands)
    services.clock.pass_time(DAY)
    do(services, "journeys.publish", document=journey("live", "2h", priority=70))
    order(services, "zoe", 2)
    order(services, "leo", 3)
    draft = journey("draft", "1h", priority=10)
    report = replayed(services, draft, end=services.clock.now() + DAY)
    sent = report["steps"]["mail"]["sent"]
    assert report["entered"] == 3
    assert sent == 3, "the draft writes an hour earlier: the place under the cap is its own"
    assert report["other_journeys"]["journeys"]["live"] == {"sent": 0, "sent_without": 2, "within_a_day": 0, "people": 0}
    slower = replayed(services, journey("draft", "3h"), end=services.clock.now() + DAY)
    assert (slower["steps"]["mail"]["sent"], slower["not_sent"]) == (1, {"capped": 2}), "only who came before it was live"
    assert slower["other_journeys"]["sent_alone"] == 3
    do(services, "settings.set", key="caps", value=[])
    free = replayed(services, journey("draft", "3h"), end=services.clock.now() + DAY)["other_journeys"]
    assert free["journeys"]["live"] == {"sent": 2, "sent_without": 2, "within_a_day": 2, "people": 2}, "today's settings count"
    assert free["messages_per_person_week"]["counts"] == {"1": 1, "2": 2}


def test_a_draft_stands_in_for_its_own_journey(services: Services) -> None:
    do(services, "journeys.publish", document=journey("mine", "2h"))
    order(services, "zoe")
    order(services, "leo", 2)
    report = replayed(services, journey("mine", "1h"))
    assert (report["entered"], report["other_journeys"]) == (2, None)


def test_the_archive_and_the_inbox_are_one_history(services: Services) -> None:
    for number in range(4):
        order(services, f"u{number % 2}")
    before = replayed(services, journey("draft", "1h"))
    archive(services, enough=1)
    order(services, "u3")
    after = replayed(services, journey("draft", "1h"), end=before["to"])
    same = ("entered", "events", "steps", "flow", "rest", "hashes", "samples")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert replayed(services, journey("draft", "1h"))["events"] == 5


def test_the_hashes_are_of_all_that_decides(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    order(services, "zoe", value=30)
    first = replayed(services, journey("draft", "1h"))["hashes"]
    assert replayed(services, journey("draft", "1h"))["hashes"] == first
    assert first["tzdata"] == tzdata_version()
    assert replayed(services, journey("draft", "2h"))["hashes"]["programs"] != first["programs"]
    assert replayed(services, journey("draft", "1h"), strict_consent=True)["hashes"]["programs"] != first["programs"]
    asking = {"on": {"event": "Order Completed"}, "where": {"attribute": "plan", "op": "=", "value": "pro"}}
    assert replayed(services, journey("draft", "1h", entry=[asking]))["hashes"]["registers"] != first["registers"]
    true = replaying._travellers

    def another_value(*given: Any) -> Iterator[Any]:
        for person in true(*given):
            yield replace(person, events=[replace(event, properties={**event.properties, "value": 31}) for event in person.events])

    monkeypatch.setattr(replaying, "_travellers", another_value)
    assert replayed(services, journey("draft", "1h"))["hashes"]["events"] != first["events"], "the same events with another property"


def test_who_is_erased_leaves_saved_reports(services: Services) -> None:
    for user in ("zoe", "leo"):
        order(services, user)
    save_backtest(services, lambda _done, _total: None, journey("draft", "1h"))
    zoe = services.store.read(1, lambda tx: tx.people.search("zoe", 0, 1))[0].public_id
    assert zoe in path_of(services, "draft").read_text()
    forget_named(services, lambda _done, _total: None, contact="zoe")
    text = path_of(services, "draft").read_text()
    assert zoe not in text
    after = json.loads(text)
    assert (len(after["samples"]), after["forgotten"], after["entered"]) == (1, 1, 2), "totals stay, and say so"
    assert scrub(services) == 0


def test_who_is_erased_while_a_report_is_made_is_not_in_it(services: Services) -> None:
    for user in ("zoe", "leo"):
        order(services, user)
    told: list[int] = []

    def meanwhile(done: int, total: int) -> None:
        if done == total and not told:
            told.append(done)
            forget_named(services, lambda _done, _total: None, contact="zoe")

    report = save_backtest(services, meanwhile, journey("draft", "1h"))
    assert told
    assert len(report["samples"]) == 2
    kept = json.loads(path_of(services, "draft").read_text())
    assert (len(kept["samples"]), kept["forgotten"]) == (1, 1)


LISTENS: dict[str, Any] = journey("listens", "1h")
LISTENS["steps"] += [
    {"id": "asked", "wait_for": {"clicked": "mail"}, "timeout": "3d", "then": "thanked"},
    {"id": "again", "send": {"email": "hello"}, "next": "done"},
    {"id": "thanked", "tag": "clicks"},
]


def test_reactions_are_unknown_unless_they_are_simulated(services: Services) -> None:
    for number in range(40):
        order(services, f"u{number}", 0.1)
    end = services.clock.now() + 9 * DAY
    honest = replayed(services, LISTENS, end=end)
    assert (honest["steps"]["thanked"]["arrived"], honest["unknown"], honest["reactions"]) == (0, {"asked": 40}, {})
    half = replayed(services, LISTENS, end=end, reactions={"opened": 0.6, "clicked": 0.5})
    clicked = half["steps"]["thanked"]["arrived"]
    assert 10 < clicked < 30
    assert half["steps"]["again"]["arrived"] == 40 - clicked
    assert (half["unknown"], half["reactions"]["clicked"]) == ({}, {"rate": 0.5, "after": 3 * 3600, "fitted": False})
    assert half["simulated"]["opened"] >= half["simulated"]["clicked"] >= clicked
    assert half == replayed(services, LISTENS, end=end, reactions={"opened": 0.6, "clicked": 0.5})
    everybody = replayed(services, LISTENS, end=end, reactions={"opened": 1, "clicked": 1})
    assert everybody["steps"]["thanked"]["arrived"] == 40


def test_rates_are_fitted_from_history_or_given(services: Services) -> None:
    order(services, "zoe")
    with pytest.raises(Refusal, match="nothing to fit opened and clicked from"):
        replayed(services, LISTENS, reactions={})
    with pytest.raises(Refusal, match="sneezed is no rate"):
        replayed(services, LISTENS, reactions={"sneezed": 0.5})
    with pytest.raises(Refusal, match="opened is no rate"):
        replayed(services, LISTENS, reactions={"opened": 1.5, "clicked": 0})


def test_a_fitted_rate_is_that_of_the_measured_messages() -> None:
    def receipt(message: int, name: str, at: int, **more: Any) -> Event:
        return Event(1, message * 10 + at, f"Email {name}", at, at, at, Kind.RECEIPT, {"message": str(message), "run": "00", **more})

    life = [receipt(number, "Sent", 0, tracked=number < 8) for number in range(10)]
    life += [receipt(number, "Opened", 1_000 * (number + 1)) for number in (0, 1, 2, 9)]
    life += [receipt(0, "Clicked", 9_000), receipt(0, "Clicked", 9_500), receipt(1, "Clicked", 20, human=False)]
    assert fitted([life]) == {"delivered": Rate(0, 2, True), "opened": Rate(3_750, 2_000, True), "clicked": Rate(1_250, 9_000, True)}
    assert fitted([[]]) == {}


def test_it_can_be_stopped_while_it_reads(services: Services) -> None:
    order(services, "zoe")

    class Enough(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done == 3:
            raise Enough

    with pytest.raises(Enough):
        save_backtest(services, stop, journey("draft", "1h"))
    assert saved_backtest(services, "draft") is None


def test_files_that_are_merged_meanwhile_are_read_again(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    order(services, "zoe")
    archive(services, enough=1)
    true = partition_history
    failures = [2]

    def vanishing(*given: Any) -> Any:
        if failures[0]:
            failures[0] -= 1
            raise FileNotFoundError("merged into another")
        return true(*given)

    monkeypatch.setattr(replaying, "partition_history", vanishing)
    assert replayed(services, journey("draft", "1h"))["entered"] == 1
    failures[0] = 99
    with pytest.raises(Refusal, match="rewritten all the time"):
        replayed(services, journey("draft", "1h"))
