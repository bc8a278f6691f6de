"""SEC-12, SEC-13, SEC-14: every route for every visitor and every object, as written in access.txt; and no field is set in passing."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from parcours.api.app import interface_schema
from parcours.app.initialize import Made, initialize_workspace
from parcours.app.ports import END, Contact, Store, Tx
from parcours.app.route import route
from parcours.app.services import Services
from tests.api.conftest import QUICK, Visitor, enter
from tests.e2e.seeding import public_id
from tests.security.database import database

ACCESS: Final = Path(__file__).with_name("access.txt")
STRANGER: Final = "stranger@example.org"
ELSEWHERE: Final = 2
"""Another workspace in the same database."""
FOREIGN: Final = "11111111-1111-4111-8111-111111111111"
UNKNOWN: Final = "22222222-2222-4222-8222-222222222222"
ERASED: Final = 7
BODIES: Final[Mapping[tuple[str, str], Any]] = {
    ("POST", "/api/session"): {"email": "nobody@example.org", "password": "no"},
    ("POST", "/api/clock"): {"paused": True},
    ("POST", "/api/journeys/{key}/backtest"): {},
    ("PUT", "/api/sending"): {"hold": False},
    ("POST", "/api/messages/{message_id}/verdict"): {"verdict": "arrived"},
}
OBJECTS: Final[Mapping[str, Mapping[str, str]]] = {
    "public_id": {"own": public_id(1), "foreign": FOREIGN, "erased": public_id(ERASED), "unknown": UNKNOWN},
    "key": {"own": "thank-you", "foreign": "elsewhere", "unknown": "nowhere"},
    "mail_id": {"own": "1", "foreign": "{foreign mail}", "unknown": "999999"},
    "message_id": {"own": "{own message}", "foreign": b"f".hex() * 16, "unknown": "0" * 32},
}


@pytest.fixture
def everybody(seeded: Services) -> Services:
    """The seeded workspace with one person erased, and another workspace beside it with one of each thing."""
    initialize_workspace(seeded.store, ELSEWHERE, STRANGER, QUICK.hash("another long password"), {}, 0)
    _furnish(seeded.store)
    seeded.store.write(1, lambda tx: tx.erasure.erase(tx.people.by_public_id(public_id(ERASED)).id, 0))  # type: ignore[union-attr]
    return seeded


def _furnish(store: Store) -> None:
    def unit(tx: Tx) -> None:
        [number] = tx.people.create([Contact(0, FOREIGN, 0, 0, user_id="foreign", attributes={"email": "f@example.org"})])
        own = store.read(1, lambda one: (one.definitions.journeys()[0], one.mailbox.page("", None, 2**62, 1)[0]))
        tx.definitions.save_journey(replace(own[0], journey="elsewhere", document={**own[0].document, "journey": "elsewhere"}))
        raw = b"Subject: foreign secret\r\n\r\nx"
        message = store.read(1, lambda one: one.messages.find(None, [], END, 1)[0])
        tx.messages.plan([replace(message, id=b"f" * 16, contact=number)])
        tx.mailbox.keep(replace(own[1], contact=number, message_id=b"f" * 16, subject="foreign secret", raw=raw))

    store.write(ELSEWHERE, unit)


def _named(value: str, services: Services) -> str:
    """The id that stands for a name in braces."""
    if value == "{foreign mail}":
        return str(services.store.read(ELSEWHERE, lambda tx: tx.mailbox.page("", None, 2**62, 1))[0].id)
    if value == "{own message}":
        return services.store.read(1, lambda tx: tx.messages.find(None, [], END, 1))[0].id.hex()
    return value


@pytest.fixture
def visitors(everybody: Services, visitor: Visitor, keys: Made) -> dict[str, TestClient]:
    """Everybody who may come: nobody, a member, a member of the other workspace, a holder of each key."""
    member, stranger = visitor(everybody), visitor(everybody)
    member.headers["X-CSRF-Token"] = enter(member).json()["csrf"]
    abroad = visitor(replace(everybody, workspace=ELSEWHERE))
    token = enter(abroad, "another long password", STRANGER).json()["csrf"]
    stranger.headers.update({"Cookie": f"parcours={abroad.cookies['parcours']}", "X-CSRF-Token": token})
    found = {"nobody": visitor(everybody), "member": member, "stranger": stranger}
    for name, key in (("write key", keys.write_key), ("secret key", keys.secret_key)):
        found[name] = visitor(everybody)
        found[name].headers.update({"Authorization": f"Bearer {key}", "X-Write-Key": key, "X-CSRF-Token": key})
    return found


def _routes() -> Iterator[tuple[str, str]]:
    for path, methods in interface_schema()["paths"].items():
        for method in methods:
            yield method.upper(), path


def _places(path: str, services: Services) -> Iterator[tuple[str, str]]:
    """(which object, path) for each kind of object a path can name."""
    parameter = next((name for name in OBJECTS if f"{{{name}}}" in path), None)
    if parameter is None:
        yield "-", path
        return
    for which, value in OBJECTS[parameter].items():
        yield which, path.replace(f"{{{parameter}}}", _named(value, services))


def _asked(client: TestClient, method: str, path: str, template: str) -> Any:
    return client.request(method, path, json=BODIES.get((method, template)))


def _lines(services: Services, visitors: Mapping[str, TestClient]) -> list[str]:
    lines = []
    for method, template in sorted(_routes(), key=lambda pair: (pair == ("DELETE", "/api/session"), pair)):
        for which, path in _places(template, services):
            statuses = {name: _asked(client, method, path, template).status_code for name, client in visitors.items()}
            lines.append(f"{method:6} {template:36} {which:8}" + "".join(f" {name}:{status}" for name, status in statuses.items()))
    return lines


def test_every_visitor_at_every_route_is_answered_as_written(everybody: Services, visitors: dict[str, TestClient]) -> None:
    written = [line for line in ACCESS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    found = _lines(everybody, visitors)
    assert "\n".join(found) == "\n".join(written), "a changed line is a decision: change access.txt by hand"


def test_what_is_elsewhere_is_answered_like_what_is_nowhere(everybody: Services, visitors: dict[str, TestClient]) -> None:
    for method, template in _routes():
        found = dict(_places(template, everybody))
        if "foreign" in found:
            answers = [_asked(visitors["member"], method, found[which], template) for which in ("foreign", "unknown")]
            assert answers[0].content == answers[1].content, (method, template)
            assert "foreign" not in answers[0].text


def test_lists_and_searches_hold_nothing_from_elsewhere(everybody: Services, visitors: dict[str, TestClient]) -> None:
    for path in ("/api/people?limit=200", "/api/people?search=foreign", "/api/mailbox?search=foreign", "/api/journeys", "/api/overview"):
        text = visitors["member"].get(path).text
        assert FOREIGN not in text, path
        assert "foreign secret" not in text, path
        assert "elsewhere" not in text, path
    assert visitors["member"].get(f"/api/mailbox?contact={FOREIGN}").json()["mails"] == []


def test_no_other_method_does_anything(member: TestClient) -> None:
    known = set(_routes())
    for method in ("PUT", "PATCH", "TRACE", "CONNECT", "PROPFIND", "__class__", "OPTIONS"):
        for path in {path for _, path in known if (method, path) not in known}:
            assert member.request(method, path.replace("{key}", "thank-you")).status_code == 405, (method, path)


def test_there_is_no_socket_to_talk_through(member: TestClient) -> None:
    for path in ("/", "/api/session", "/api/overview", "/ws"):
        with pytest.raises(WebSocketDisconnect), member.websocket_connect(path):
            pass


PRIVILEGED: Final = (
    "id", "role", "roles", "is_admin", "admin", "owner", "user", "user_id", "workspace", "workspace_id", "tenant", "public_id", "contact",
    "consents", "consent", "tags", "holds", "erased", "merged_into", "merged", "partition", "next_seq", "last_seen", "created", "search",
    "stage", "password", "digest", "csrf", "secret", "session", "expires", "permissions", "scopes", "kind", "source", "revoked", "state",
    "version", "status", "published_at", "trusted", "history", "transactional", "address", "attempts", "demo_clock", "now", "zone", "first",
    "__proto__", "constructor", "email.*", "email.offers", "email.tracking_email",
)  # fmt: skip


def test_no_write_takes_a_field_it_does_not_name(everybody: Services, visitors: dict[str, TestClient]) -> None:
    before = database(everybody)
    member = visitors["member"]
    for (method, template), body in BODIES.items():
        path = dict(_places(template, everybody)).get("own", template)
        for name in PRIVILEGED:
            if name not in body:
                answer = member.request(method, path, json={**body, name: "owner"})
                assert (answer.status_code, answer.json()["problems"][0]["path"]) == (422, f"body.{name}"), (path, name)
    assert database(everybody) == before


def test_a_body_where_none_is_wanted_changes_nothing(everybody: Services, visitors: dict[str, TestClient]) -> None:
    """Pausing with everything in the body pauses, and that is all."""
    member, hostile = visitors["member"], dict.fromkeys(PRIVILEGED, "owner")
    assert member.post("/api/journeys/thank-you/pause").status_code == 200
    before = database(everybody)
    assert member.post("/api/journeys/thank-you/resume", json=hostile).status_code == 200
    assert member.post("/api/journeys/thank-you/pause", json=hostile).status_code == 200
    after = database(everybody)
    changed = {line.split(" ")[0] for line in set(before) ^ set(after)}
    assert changed <= {"contact_states", "journeys", "settings", "sqlite_sequence", "workspace_events"}, changed


def _collected(client: TestClient, key: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = client.post(path, content=json.dumps(body), headers={"X-Write-Key": key})
    assert answer.status_code == 200, answer.text
    event: dict[str, Any] = answer.json()["events"][0]
    return event


Say = Callable[[dict[str, str]], dict[str, Any]]
WAYS: Final[Mapping[str, tuple[str, Say]]] = {
    "traits": ("/v1/identify", lambda hostile: {"userId": "u-1", "traits": hostile}),
    "context traits": ("/v1/identify", lambda hostile: {"userId": "u-1", "context": {"traits": hostile}}),
    "the message itself": ("/v1/identify", lambda hostile: {**hostile, "userId": "u-1", "traits": {}}),
    "properties": ("/v1/track", lambda hostile: {"userId": "u-1", "event": "A", "properties": hostile}),
    "page": ("/v1/page", lambda hostile: {"userId": "u-1", "properties": hostile, "context": {"page": hostile}}),
    "a group": ("/v1/group", lambda hostile: {"userId": "u-1", "groupId": "g", "traits": hostile}),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_event_of_a_write_key_sets_what_is_ours(services: Services, visitor: Visitor, keys: Made, way: str) -> None:
    client, (path, say) = visitor(services), WAYS[way]
    _collected(client, keys.write_key, "/v1/identify", {"userId": "u-1", "traits": {"email": "u@example.org"}})
    route(services)
    [before] = services.store.read(1, lambda tx: tx.people.search("", 0, 10))
    _collected(client, keys.write_key, path, say(dict.fromkeys(PRIVILEGED, "owner") | {"email": "evil@example.org"}))
    route(services)
    [after] = services.store.read(1, lambda tx: tx.people.search("", 0, 10))
    assert after.attributes.get("email") == "u@example.org"
    assert "stage" not in after.attributes
    kept: dict[str, Any] = {"attributes": before.attributes, "next_seq": before.next_seq, "last_seen": before.last_seen}
    assert replace(after, **kept) == before
    assert services.store.read(ELSEWHERE, lambda tx: tx.people.count()) == 0


def test_the_secret_key_may_bring_a_stage(services: Services, visitor: Visitor, keys: Made) -> None:
    client, body = visitor(services), {"userId": "u-1", "traits": {"stage": "loyal"}}
    assert _collected(client, keys.write_key, "/v1/identify", body)["reason"] == "stage_left_out"
    assert _collected(client, keys.secret_key, "/v1/identify", body)["reason"] == ""
    route(services)
    [person] = services.store.read(1, lambda tx: tx.people.search("", 0, 10))
    assert person.attributes == {"stage": "loyal"}
