"""Turns of people whose past changes: a merge, history that comes late. On a real SQLite store, with a real lake."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from parcours.app.archive import archive
from parcours.app.collect import parcel
from parcours.app.operations import run
from parcours.app.pages.timeline import timeline
from parcours.app.ports import END, Contact, Message, Tx
from parcours.app.refold import emptied
from parcours.app.services import Services
from parcours.app.turn import turn
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.core.journey.reasons import Reason
from parcours.core.people.permission import consent
from parcours.core.terms.events import Event
from parcours.core.terms.intake import Envelope
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from parcours.workers.drain import drain
from parcours.workers.shards import EVERYTHING
from tests.app.sending import DOCUMENT, HOUR, NOW, Hands

DAY = 24 * HOUR
MANY = 40_000
NEWS: dict[str, Any] = {
    "journey": "news",
    "title": {"fr": "Nouvelles", "en": "News"},
    "owner": "marie@example.org",
    "entry": [{"on": {"event": "Order Completed"}}],
    "holdout": "0%",
    "reentry": "after_exit",
    "topic": "offers",
    "steps": [{"id": "pause", "wait": "1h"}, {"id": "tell", "send": {"email": "win-back"}}],
}
REGULARS: dict[str, Any] = {
    "journey": "regulars",
    "title": {"fr": "Habitués", "en": "Regulars"},
    "owner": "marie@example.org",
    "entry": [{"on": {"event": "Page Viewed"}, "where": {"event": "Order Completed", "at_least": 2}}],
    "holdout": "0%",
    "steps": [{"id": "pause", "wait": "1h"}],
}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with closing(open_store(tmp_path / "turn.sqlite")) as store:
        channels = {"email": MailboxChannel(store, 1)}
        lake, clock = open_history(tmp_path / "lake"), Hands(NOW, NOW)
        made = Services(store, lake, LocalFiles(), clock, 1, EmailRenderer(), channels, b"s" * 32, "http://localhost", tmp_path)
        run(made, "templates.put", {"document": DOCUMENT}, lambda _done, _total: None)
        yield made


def publish(services: Services, document: dict[str, Any]) -> None:
    run(services, "journeys.publish", {"document": document}, lambda _done, _total: None)


def arrive(services: Services, *messages: dict[str, Any], after: int = HOUR) -> None:
    """These come in, some time later; nothing is turned yet."""
    assert isinstance(services.clock, Hands)
    services.clock.pass_time(after)
    made = parcel(messages, Envelope(received=services.clock.now(), trusted=True), 1)
    services.store.write(1, lambda tx: tx.inbox.append(made.arrivals))


def happens(services: Services, *messages: dict[str, Any], after: int = HOUR) -> None:
    """These come in and are turned."""
    arrive(services, *messages, after=after)
    drain(services)


def said(number: int, name: str, topic: str = "offers", **who: str) -> dict[str, Any]:
    return {"type": "track", "event": name, "messageId": f"m{number}", "properties": {"channel": "email", "topic": topic}, **who}


def did(number: int, name: str = "Order Completed", **who: Any) -> dict[str, Any]:
    return {"type": "track", "event": name, "messageId": f"m{number}", **who}


def known(number: int) -> dict[str, Any]:
    """The visitor `a` turns out to be U."""
    return {"type": "identify", "userId": "U", "anonymousId": "a", "messageId": f"m{number}"}


def person(services: Services) -> Contact:
    [found] = services.store.read(1, lambda tx: tx.people.search("", 0, 99))
    return found


def reasons(services: Services) -> list[Reason]:
    """Of everything decided, oldest first."""
    rows = services.store.read(1, lambda tx: tx.runs.trace_of(person(services).id, 99))
    return [Reason(row.reason) for row in reversed(rows)]


def messages(services: Services) -> list[Message]:
    return services.store.read(1, lambda tx: tx.messages.find(None, (), END, 99))


def merged_with_both_histories(services: Services) -> None:
    happens(services, said(1, "Consent Withdrawn", anonymousId="a"))
    happens(services, said(2, "Consent Granted", userId="U"))
    happens(services, known(3))


def merged_before_anything_was_turned(services: Services) -> None:
    happens(services, said(1, "Consent Withdrawn", userId="U"), said(2, "Consent Granted", anonymousId="a"), known(3))


def merged_while_a_message_was_due(services: Services) -> None:
    happens(services, said(1, "Consent Withdrawn", anonymousId="a"))
    happens(services, said(2, "Consent Granted", userId="U"), did(4, userId="U"))
    happens(services, known(3), after=2 * HOUR)


def merged_while_the_others_message_was_due(services: Services) -> None:
    happens(services, said(1, "Consent Withdrawn", anonymousId="a"), did(4, anonymousId="a"))
    happens(services, said(2, "Consent Granted", userId="U"), after=HOUR // 2)
    happens(services, known(3), after=2 * HOUR)


def merged_after_every_topic_was_withdrawn(services: Services) -> None:
    happens(services, said(1, "Consent Withdrawn", "*", anonymousId="a"))
    happens(services, said(2, "Consent Granted", "*", userId="U"), said(5, "Consent Granted", userId="U"))
    happens(services, known(3))


MERGES = [
    merged_with_both_histories,
    merged_before_anything_was_turned,
    merged_while_a_message_was_due,
    merged_while_the_others_message_was_due,
    merged_after_every_topic_was_withdrawn,
]


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize("merge", MERGES)
def test_an_opt_out_of_either_stops_what_is_decided_after_the_merge(
    services: Services, merge: Callable[[Services], None], archived: bool
) -> None:
    publish(services, NEWS)
    merge(services)
    if archived:
        archive(services, enough=1)
    happens(services, did(9, userId="U"))
    happens(services, after=2 * DAY)
    assert consent(person(services).consents, "email", "offers") is False
    assert Reason.NO_CONSENT in reasons(services)
    assert Reason.SENT not in reasons(services), "the trace says what became of it"
    assert messages(services) == []


def test_who_agrees_after_the_merge_is_written_to(services: Services) -> None:
    publish(services, NEWS)
    happens(services, said(1, "Consent Withdrawn", anonymousId="a"), said(2, "Consent Granted", userId="U"))
    happens(services, known(3), said(4, "Consent Granted", userId="U"), did(5, userId="U"))
    for _ in range(8):
        happens(services, after=6 * HOUR)
    assert reasons(services)[-2:] == [Reason.SENT, Reason.DONE]


def test_what_holds_one_holds_both(services: Services) -> None:
    publish(services, NEWS)
    happens(services, did(1, "Complaint Opened", userId="U"), said(2, "Consent Granted", userId="U"))
    happens(services, did(3, "Complaint Opened", anonymousId="a"))
    happens(services, did(4, "Complaint Closed", anonymousId="a"))
    happens(services, known(5), did(6, userId="U"))
    happens(services, after=2 * DAY)
    assert "complaint" in person(services).holds
    assert reasons(services)[-2:] == [Reason.COMPLAINT, Reason.DONE]


def test_of_two_answers_the_survivors_counts_for_journeys_too(services: Services) -> None:
    publish(services, {**REGULARS, "entry": [{"on": {"event": "Page Viewed"}, "where": {"attribute": "plan", "op": "=", "value": "pro"}}]})
    happens(services, {"type": "identify", "userId": "U", "messageId": "1", "traits": {"plan": "pro"}})
    happens(services, {"type": "identify", "anonymousId": "a", "messageId": "2", "traits": {"plan": "free"}})
    happens(services, known(3), {"type": "page", "userId": "U", "messageId": "4"})
    assert person(services).attributes["plan"] == "pro"
    assert reasons(services) == [Reason.ENTERED]


def past(number: int, days: int, name: str = "Order Completed") -> dict[str, Any]:
    """An event of U so many days ago: history."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime((NOW - days * DAY) / 1e6))
    return {"type": "track", "event": name, "userId": "U", "messageId": f"m{number}", "timestamp": at}


def test_late_history_counts_before_what_comes_with_it_is_decided(services: Services) -> None:
    publish(services, REGULARS)
    happens(services, did(1, userId="U"))
    happens(services, past(2, days=30), {"type": "page", "userId": "U", "messageId": "3"})
    assert reasons(services) == [Reason.ENTERED]


def test_history_of_somebody_who_is_nowhere_inside_is_folded_when_it_is_asked_for(services: Services) -> None:
    publish(services, REGULARS)
    happens(services, past(1, days=10))
    happens(services, past(2, days=30))
    [record] = services.store.read(1, lambda tx: tx.runs.records([person(services).id]))
    assert emptied(record)
    happens(services, {"type": "page", "userId": "U", "messageId": "3"})
    assert reasons(services) == [Reason.ENTERED]


def crowded(services: Services, partition: int) -> float:
    """A long history of somebody else in the same partition; answers the seconds that reading it takes."""
    events = [Event(999, n, "Page Viewed", NOW - n, NOW, NOW, message_id=n.to_bytes(16, "big")) for n in range(MANY)]
    codes = services.store.write(1, lambda tx: tx.manifest.codes(["Page Viewed"]))
    file = services.history.append(partition, [(event, 1, "") for event in events], codes)
    services.store.write(1, lambda tx: tx.manifest.swap([file], []))
    begun = time.perf_counter()
    assert len(list(services.history.events([file], {codes["Page Viewed"]: "Page Viewed"}))) == MANY
    return time.perf_counter() - begun


@pytest.mark.parametrize("late", [False, True], ids=["merge", "late history"])
def test_a_long_history_does_not_hold_the_writer(services: Services, late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(services, REGULARS)
    happens(services, did(1, userId="U"), did(2, anonymousId="a"))
    assert archive(services, enough=1) > 0
    for partition in {contact.partition for contact in services.store.read(1, lambda tx: tx.people.search("", 0, 99))}:
        seconds = crowded(services, partition)
    if late:
        happens(services, {"type": "page", "userId": "U", "messageId": "9"})
    arrive(services, past(3, days=30) if late else known(3), {"type": "page", "userId": "U", "messageId": "4"})
    longest, write = [0.0], services.store.write

    def timed(workspace: int, unit: Callable[[Tx], Any]) -> Any:
        def measured(tx: Tx) -> Any:
            begun = time.perf_counter()
            try:
                return unit(tx)
            finally:
                longest.append(time.perf_counter() - begun)

        return write(workspace, measured)

    monkeypatch.setattr(services.store, "write", timed)
    drain(services)
    assert turn(services, EVERYTHING) == 0
    assert max(longest) < seconds / 4

    def entered(tx: Tx) -> list[int]:
        return [row.reason for contact in (1, 2) for row in tx.runs.trace_of(contact, 9)]

    assert Reason.ENTERED in services.store.read(1, entered)


def test_what_the_visitor_did_is_in_the_persons_timeline(services: Services) -> None:
    happens(services, did(1, "Page Viewed", anonymousId="a"), did(2, userId="U"))
    assert archive(services, enough=1) > 0
    happens(services, known(3))
    told = timeline(services, person(services).public_id, None, 99)
    assert told is not None
    assert sorted(moment.name for moment in told.moments if moment.source == "event") == [
        "Contact Identified",
        "Order Completed",
        "Page Viewed",
    ]
