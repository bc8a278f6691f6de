"""Libraries that speak Segment's dialect are understood exactly; the others are told what to use. Golden files are in `golden/`."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from parcours.api.app import create_app
from parcours.app.initialize import Made
from parcours.app.ports import Arrival
from parcours.app.route import route
from parcours.app.services import Services
from parcours.clock import SystemClock
from parcours.core.terms.instants import format_instant, parse_instant
from tests.clients.replay import CAPTURES, captured

GOLDEN = Path(__file__).parent / "golden"
UNDERSTOOD = (
    "python-segment-analytics-python",
    "node-segment-analytics-node",
    "browser-segment-analytics-next",
    "browser-segment-analytics-next-batching",
    "python-rudder-sdk-python",
    "node-rudderstack-rudder-sdk-node",
    "browser-rudderstack-analytics-js",
    "python-customerio-cdp-analytics",
    "node-customerio-cdp-analytics-node",
    "browser-customerio-cdp-analytics",
)
OTHERS = sorted({path.stem for path in CAPTURES.glob("*-*.json")} - set(UNDERSTOOD))
NOON = parse_instant("2026-11-22T12:00:00Z") or 0


class LaterClock(SystemClock):
    """Stands at noon of the day of the captures, and at what tests set."""

    at = NOON

    def now(self) -> int:
        return self.at


@pytest.fixture
def services(workspace_services: Services) -> Services:
    return replace(workspace_services, clock=LaterClock())


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services), base_url="http://localhost:8000") as opened:
        yield opened


def arrived(services: Services) -> list[Arrival]:
    return [row.arrival for row in services.store.read(services.workspace, lambda tx: tx.inbox.unrouted(1000))]


def plain(arrival: Arrival) -> dict[str, Any]:
    """An arrival as golden files keep it."""
    return {
        "message_id": arrival.client_message_id,
        "call": arrival.call,
        "name": arrival.name,
        "user_id": arrival.user_id,
        "anonymous_id": arrival.anonymous_id,
        "previous_id": arrival.previous_id,
        "occurred": format_instant(arrival.occurred),
        "history": arrival.history,
        "properties": arrival.properties,
    }


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_what_a_library_sends_is_kept_exactly(services, client, keys: Made, name):
    for request in captured(name):
        services.clock.at = request.sent or services.clock.at
        answer = request.send(client, keys.write_key)
        assert answer.status_code == 200, answer.text
        if request.method == "POST":
            assert answer.json()["success"] is True
            assert {event["status"] for event in answer.json()["events"]} == {"accepted"}
    golden = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert [plain(arrival) for arrival in arrived(services)] == golden


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_a_library_that_tries_again_adds_nothing(services, client, keys: Made, name):
    requests = [request for request in captured(name) if request.method == "POST"]
    for _ in range(2):
        answers = [request.send(client, keys.write_key).json()["events"] for request in requests]
    assert {event["status"] for answer in answers for event in answer} == {"duplicate"}
    assert len(arrived(services)) == sum(len(answer) for answer in answers)


def test_every_capture_is_either_understood_or_refused():
    assert len(OTHERS) == 14


@pytest.mark.parametrize("name", OTHERS)
def test_other_libraries_are_told_what_to_use(services, client, keys: Made, name):
    for request in captured(name):
        answer = request.send(client, keys.write_key)
        assert (answer.status_code, answer.json()["code"]) == (404, "other_dialect"), request.path
    assert arrived(services) == []


@pytest.mark.parametrize("name", ["segment_batch", "rudder_batch"])
def test_known_answers_of_the_two_batches(services, client, keys: Made, name):
    body = (CAPTURES / f"{name}.json").read_bytes()
    answer = client.post("/v1/batch", content=body, headers={"x-write-key": keys.write_key})
    assert [event["status"] for event in answer.json()["events"]] == ["accepted"] * 7
    kept = arrived(services)
    assert [arrival.call for arrival in kept] == ["identify", "track", "track", "page", "screen", "group", "alias"]
    order = kept[2].properties
    assert order["revenue"] == 52.97
    assert sum(product["quantity"] for product in order["products"]) == 3
    route(services)
    [contact] = services.store.read(services.workspace, lambda tx: tx.people.search("", 0, 10))
    assert contact.user_id == "user-1"
    known = services.store.read(services.workspace, lambda tx: tx.extracts.known_as([contact.id]))
    assert known == {contact.id: ("user-1", "anon-1")}
    assert contact.attributes["email"] == "jean.dupont@example.fr"
    assert contact.attributes["company"] == {"name": "Initech", "employees": 329, "industry": "Logiciel", "id": "company-42"}
