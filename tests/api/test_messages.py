"""Messages by state, decisions about uncertain ones, and the switch that holds all sending."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from parcours.app.ports import Message, MessageState
from parcours.app.services import Services
from tests.e2e.seeding import NOON


def planned(services: Services, count: int, first: int = 1000, **given: Any) -> list[bytes]:
    """Messages of person 1, all planned at one instant."""
    identities = [number.to_bytes(16, "big") for number in range(first, first + count)]
    values: dict[str, Any] = {"template": "thank-you", "planned_at": NOON, "updated_at": NOON} | given
    messages = [Message(each, 1, each, "thank-you", 1, "thanks", 1, "email", "service", **values) for each in identities]
    services.store.write(1, lambda tx: tx.messages.plan(messages))
    return identities


def test_messages_are_listed_by_state_with_their_reasons(member: TestClient, services: Services) -> None:
    planned(services, 1, 1, state=MessageState.UNCERTAIN, reason="No reply after the final dot: timed out")
    planned(services, 1, 2, state=MessageState.FAILED, reason="There is no template called gone.")
    planned(services, 1, 3, reason="deferred: 451 Greylisted", attempts=2, next_at=NOON + 60_000_000)
    planned(services, 1, 4, state=MessageState.SKIPPED, reason="opted_out")
    shown = member.get("/api/messages", params={"state": ["uncertain", "failed", "planned"]}).json()
    assert [(row["state"], row["why"]["en"]) for row in reversed(shown["messages"])] == [
        ("uncertain", "Nobody knows whether it arrived: No reply after the final dot: timed out"),
        ("failed", "Could not be sent: There is no template called gone."),
        ("planned", "Tried again later: 451 Greylisted"),
    ]
    assert shown["messages"][0]["next_at"] == "2011-11-16T12:01:00Z"
    assert shown["messages"][0]["person"] == "Camille Durand"
    assert shown["messages"][0]["journey_title"]["fr"] == "Merci et demande d’avis"
    assert (shown["counts"]["uncertain"], shown["counts"]["skipped"]) == (1, 4)
    skipped = member.get("/api/messages", params={"state": "skipped", "limit": 1}).json()["messages"]
    assert skipped[0]["why"]["fr"] == "La personne ne veut pas de ce sujet."


def test_ten_thousand_messages_of_one_instant_are_paged_without_loss(member: TestClient, services: Services) -> None:
    identities = planned(services, 10_000, state=MessageState.SENT)
    seen: list[str] = []
    before: dict[str, str] = {}
    while True:
        page = member.get("/api/messages", params={"state": "sent", "limit": 200, **before}).json()
        seen += [row["id"] for row in page["messages"] if int(row["id"], 16) >= 1000 and int(row["id"], 16) < 11_000]
        if page["next"] is None:
            break
        before = {"before": page["next"]}
    assert sorted(seen) == [each.hex() for each in identities]


@pytest.mark.parametrize("wrong", [{"before": "1"}, {"before": "1.zz"}, {"state": "lost"}, {"limit": 0}, {"limit": 201}])
def test_what_is_no_page_is_refused(member: TestClient, wrong: dict[str, Any]) -> None:
    assert member.get("/api/messages", params=wrong).status_code == 422


def test_an_uncertain_message_is_decided_about_once(member: TestClient, services: Services) -> None:
    arrived, again = planned(services, 2, state=MessageState.UNCERTAIN, reason="No reply")
    decided = member.post(f"/api/messages/{arrived.hex()}/verdict", json={"verdict": "arrived"}).json()
    assert (decided["state"], decided["why"]["en"]) == ("sent", "")
    assert member.post(f"/api/messages/{again.hex()}/verdict", json={"verdict": "again"}).json()["state"] == "planned"
    twice = member.post(f"/api/messages/{arrived.hex()}/verdict", json={"verdict": "again"})
    assert (twice.status_code, twice.json()["code"]) == (409, "not_possible_now")
    told = services.store.read(1, lambda tx: [row.arrival for row in tx.inbox.unrouted(100)])
    assert [(event.name, event.properties.get("by")) for event in told] == [
        ("Email Decided", "owner@example.org"), ("Email Sent", None), ("Email Decided", "owner@example.org"),
    ]  # fmt: skip


def test_deciding_asks_for_a_message_a_verdict_and_the_token(member: TestClient, services: Services) -> None:
    (message,) = planned(services, 1, state=MessageState.UNCERTAIN)
    path = f"/api/messages/{message.hex()}/verdict"
    assert member.post(f"/api/messages/{'0' * 32}/verdict", json={"verdict": "again"}).status_code == 404
    assert member.post("/api/messages/1/verdict", json={"verdict": "again"}).status_code == 422
    assert member.post(path, json={"verdict": "maybe"}).status_code == 422
    assert member.post(path, json={"verdict": "again", "state": "sent"}).status_code == 422
    assert member.post(path, json={"verdict": "again"}, headers={"X-CSRF-Token": "x"}).status_code == 403
    assert services.store.read(1, lambda tx: tx.messages.load([message]))[message].state == "uncertain"


def test_sending_is_held_and_goes_on(member: TestClient, services: Services) -> None:
    planned(services, 2)
    assert member.get("/api/sending").json() == {"hold": False, "planned": 2, "failed": 0, "uncertain": 0}
    assert member.put("/api/sending", json={"hold": True}).json()["hold"] is True
    row = member.get("/api/messages", params={"state": "planned"}).json()["messages"][0]
    assert row["why"] == {"fr": "Attend : les envois sont suspendus.", "en": "Waits: sending is on hold."}
    assert member.put("/api/sending", json={"hold": False}).json()["hold"] is False
    assert services.store.read(1, lambda tx: tx.definitions.settings()["sending"]) == "on"
