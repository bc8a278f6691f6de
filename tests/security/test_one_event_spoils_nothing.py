"""SEC-24: one event that is not what it should be costs its own answer, not the batch's, and not the page of the person it speaks of."""

import json
from typing import Any, Final

import pytest

from parcours.app.initialize import Made
from parcours.app.route import route
from parcours.app.services import Services
from tests.api.conftest import Visitor, enter

FINE: Final[dict[str, Any]] = {"type": "track", "userId": "u-1", "event": "A"}
WRONG: Final[Any] = ({}, [], 1, 1.5, True, None, [[]], {"a": {}}, "x" * 300, "\u0000")
FIELDS: Final = (
    "type", "event", "userId", "anonymousId", "messageId", "timestamp", "originalTimestamp", "sentAt", "properties", "traits", "context",
    "name", "category", "groupId", "previousId", "integrations", "channel",
)  # fmt: skip
ENDS: Final = (
    "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59.999999Z", "0001-01-01",
    "1969-12-31",
)  # fmt: skip


@pytest.mark.parametrize("call", ["track", "identify", "page", "screen", "group", "alias"])
def test_every_field_of_every_wrong_type_is_answered_alone(services: Services, visitor: Visitor, keys: Made, call: str) -> None:
    client = visitor(services)
    odd = [{**FINE, "type": call, "previousId": "p", "groupId": "g", field: value} for field in FIELDS for value in WRONG]
    for first in range(0, len(odd), 40):
        batch = [FINE, *odd[first : first + 40], FINE]
        answer = client.post("/v1/batch", content=json.dumps({"batch": batch}), headers={"X-Write-Key": keys.secret_key})
        assert answer.status_code == 200, answer.text
        events = answer.json()["events"]
        assert len(events) == len(batch)
        assert events[0]["status"] == events[-1]["status"] == "accepted"
    while route(services):
        pass


@pytest.mark.parametrize("sent", [None, *ENDS])
def test_no_time_at_the_end_of_time_breaks_a_page(services: Services, visitor: Visitor, keys: Made, sent: str | None) -> None:
    client = visitor(services)
    batch = [{**FINE, "event": f"E{number}", "timestamp": at} for number, at in enumerate(ENDS)]
    body = {"batch": [*batch, FINE], **({"sentAt": sent} if sent else {})}
    for path in ("/v1/batch", "/v1/import"):
        answer = client.post(path, content=json.dumps(body), headers={"X-Write-Key": keys.write_key})
        assert answer.status_code == 200, answer.text
        assert answer.json()["events"][-1]["status"] == "accepted"
    while route(services):
        pass
    enter(client)
    [person] = client.get("/api/people").json()["people"]
    for page in (f"/api/people/{person['id']}", f"/api/people/{person['id']}/timeline", "/api/overview", "/api/people"):
        assert client.get(page).status_code == 200, page
