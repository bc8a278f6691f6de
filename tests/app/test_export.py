"""Export: each event once, wherever it lies, and what erased and merged contacts leave."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from parcours.app import export as exporting
from parcours.app.archive import archive
from parcours.app.ask import ask
from parcours.app.export import export
from parcours.app.ports.sql import SqlFault
from parcours.app.route import route
from parcours.app.services import Services
from parcours.lake import open_sql
from parcours.testing.builders import NOW, arrival, message


@pytest.fixture
def services(workspace_services: Services) -> Services:
    return workspace_services


def lines(services: Services, subject: str) -> list[dict[str, Any]]:
    written: list[bytes] = []
    count = export(services, subject, written.append)
    found = [json.loads(line) for line in b"".join(written).splitlines()]
    assert count == len(found)
    return found


def append(services: Services, arrivals: Sequence[Any]) -> None:
    services.store.write(services.workspace, lambda tx: tx.inbox.append(arrivals))


def turn_all(services: Services) -> None:
    """Everything routed is turned, as the kernel's host records it."""

    def unit(tx: Any) -> None:
        for contact in tx.inbox.waiting(range(64), 1000):
            [*events] = tx.inbox.events([contact])[contact]
            tx.inbox.turn([(contact, event.seq, event.received + event.seq) for event in events])

    services.store.write(services.workspace, unit)


def events_of(number: int) -> list[Any]:
    return [arrival(client_message_id=f"m-{n}", user_id=f"u-{n % 3}", properties={"n": n}, occurred=NOW + n) for n in range(number)]


def test_each_event_once_whether_unrouted_waiting_turned_or_archived(services):
    append(services, events_of(40))
    before = lines(services, "events")
    assert [line["message_id"] for line in before] == [f"m-{n}" for n in range(40)]
    assert before[1] == {
        "message_id": "m-1",
        "user_id": "u-1",
        "anonymous_id": None,
        "event": "Order Completed",
        "occurred": "2025-11-24T16:00:00.000001Z",
        "received": "2025-11-24T16:00:00Z",
        "properties": {"n": 1},
    }
    route(services, 25)
    assert lines(services, "events") == before
    turn_all(services)
    archive(services, enough=1)
    append(services, [arrival(client_message_id="late", user_id="u-9")])
    after = lines(services, "events")
    assert sorted(after[:-1], key=lambda line: line["properties"]["n"]) == before
    assert after[-1]["message_id"] == "late"


def test_pages_meet_without_a_gap(services, monkeypatch):
    append(services, events_of(20))
    route(services)
    turn_all(services)
    archive(services, enough=1)
    append(services, [arrival(client_message_id=f"l-{n}") for n in range(20)])
    whole = lines(services, "events"), lines(services, "contacts")
    for page in (1, 2, 7):
        monkeypatch.setattr(exporting, "PAGE", page)
        assert (lines(services, "events"), lines(services, "contacts")) == whole
    assert len(whole[0]) == 40


def test_an_anonymous_visitor_is_exported_under_the_name_it_got_later(services):
    append(services, [arrival(client_message_id="first", user_id=None, anonymous_id="a-1")])
    append(services, [arrival(client_message_id="then", call="identify", name="Contact Identified", user_id="u", anonymous_id="a-1")])
    route(services)
    turn_all(services)
    archive(services, enough=1)
    assert [(line["message_id"], line["user_id"], line["anonymous_id"]) for line in lines(services, "events")] == [
        ("first", "u", "a-1"),
        ("then", "u", "a-1"),
    ]
    [contact] = lines(services, "contacts")
    assert (contact["user_id"], contact["anonymous_id"], contact["attributes"]) == ("u", "a-1", {"total": 12.5})


def test_messages_are_all_there_however_many_were_planned_at_one_instant(services, monkeypatch):
    append(services, [arrival(user_id="u")])
    route(services)
    [contact] = services.store.read(services.workspace, lambda tx: tx.people.search("", 0, 10))
    planned = [message(contact=contact.id, step=f"s-{n}") for n in range(9)]
    services.store.write(services.workspace, lambda tx: tx.messages.plan(planned))
    monkeypatch.setattr(exporting, "PAGE", 2)
    found = lines(services, "messages")
    assert sorted(line["step"] for line in found) == [f"s-{n}" for n in range(9)]
    assert {(line["contact"], line["user_id"], line["state"], line["sent"]) for line in found} == {
        (contact.public_id, "u", "planned", None)
    }


def test_sql_answers_from_the_history_and_says_what_is_not_in_it(services):
    append(services, events_of(6))
    route(services)
    turn_all(services)
    archive(services, enough=1)
    append(services, [arrival(user_id="late")])
    asked = ask(services, open_sql(services.directory / "lake"), "SELECT event, count(*) AS n FROM events GROUP BY event")
    assert (list(asked.answer.columns), list(asked.answer.rows), asked.waiting) == (["event", "n"], [("Order Completed", 6)], 1)
    with pytest.raises(SqlFault):
        ask(services, open_sql(services.directory / "lake"), "DROP TABLE event_names")
