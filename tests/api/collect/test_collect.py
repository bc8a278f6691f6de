"""The collecting door over HTTP on a real SQLite store: what is answered, and what is in the inbox afterwards."""

import base64
import gzip
import json
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from parcours.api.app import create_app
from parcours.app.initialize import new_key
from parcours.app.ports import Arrival, NotDurable, Tx
from parcours.app.services import Services

EVENT = {"type": "track", "userId": "u-1", "event": "Order Completed", "messageId": "m-1", "properties": {"revenue": 12.5}}


def arrived(services: Services) -> list[Arrival]:
    return [row.arrival for row in services.store.read(services.workspace, lambda tx: tx.inbox.unrouted(10_000))]


def key_of(services: Services, kind: str) -> str:
    text, stored = new_key(kind, 7, 0)  # type: ignore[arg-type]

    def add(tx: Tx) -> None:
        tx.accounts.add_key(stored)

    services.store.write(services.workspace, add)
    return text


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services), base_url="http://events.example:8000") as opened:
        yield opened


def post(client: TestClient, key: str, path: str, body: Any, **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(
        path, content=content, headers={"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode(), **headers}
    )


def events(answer: Any) -> list[tuple[str, str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.json()["success"] is True
    return [(event["message_id"], event["status"], event["reason"]) for event in answer.json()["events"]]


@pytest.mark.parametrize("path", ["/v1/track", "/v1/t", "/v1/track/", "/v1/t/"])
def test_one_event_is_kept_and_answered(services, client, write_key, path):
    assert events(post(client, write_key, path, EVENT)) == [("m-1", "accepted", "")]
    [kept] = arrived(services)
    assert (kept.call, kept.name, kept.user_id, kept.client_message_id, kept.source) == ("track", "Order Completed", "u-1", "m-1", 1)
    assert kept.properties == {"revenue": 12.5}
    assert (kept.history, kept.kept_forever) == (False, False)


@pytest.mark.parametrize(
    ("path", "body", "call"),
    [
        ("identify", {"userId": "u", "traits": {}}, "identify"),
        ("i", {"userId": "u", "traits": {}}, "identify"),
        ("page", {"userId": "u"}, "page"),
        ("p", {"userId": "u"}, "page"),
        ("screen", {"userId": "u"}, "screen"),
        ("s", {"userId": "u"}, "screen"),
        ("group", {"userId": "u", "groupId": "g"}, "group"),
        ("g", {"userId": "u", "groupId": "g"}, "group"),
        ("alias", {"userId": "u", "previousId": "a"}, "alias"),
        ("a", {"userId": "u", "previousId": "a"}, "alias"),
    ],
)
def test_every_call_has_a_long_and_a_short_path(services, client, write_key, path, body, call):
    [(message_id, status, _)] = events(post(client, write_key, f"/v1/{path}", body))
    assert status == "accepted"
    [kept] = arrived(services)
    assert (kept.call, kept.client_message_id) == (call, message_id)
    assert len(message_id) == 36


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/batch/", "/v1/b/"])
def test_a_batch_is_answered_event_by_event(services, client, write_key, path):
    batch = [EVENT, {**EVENT, "messageId": "m-2"}, EVENT, {**EVENT, "messageId": "m-3", "userId": None}, "no event", {"messageId": "m-4"}]
    assert events(post(client, write_key, path, {"batch": batch})) == [
        ("m-1", "accepted", ""),
        ("m-2", "accepted", ""),
        ("m-1", "duplicate", "known_message_id"),
        ("m-3", "rejected", "no_identity"),
        ("", "rejected", "not_an_object"),
        ("m-4", "rejected", "unknown_type"),
    ]
    assert [kept.client_message_id for kept in arrived(services)] == ["m-1", "m-2"]
    assert [status for _, status, _ in events(post(client, write_key, path, {"batch": batch[:2]}))] == ["duplicate", "duplicate"]


def test_the_same_id_from_another_source_is_another_event(services, client, write_key, secret_key):
    assert events(post(client, write_key, "/v1/track", EVENT)) == events(post(client, secret_key, "/v1/track", EVENT))
    assert [kept.source for kept in arrived(services)] == [1, 2]


def test_nothing_to_keep_is_fine(client, write_key):
    assert events(post(client, write_key, "/v1/batch", {"batch": []})) == []


@pytest.mark.parametrize(
    ("headers", "body", "query"),
    [
        ({"authorization": "Basic KEY"}, {}, ""),
        ({"authorization": "basic KEY"}, {}, ""),
        ({"x-write-key": "KEY"}, {}, ""),
        ({"authorization": "KEY"}, {}, ""),
        ({"authorization": "Bearer KEY"}, {}, ""),
        ({}, {"writeKey": "KEY"}, ""),
        ({}, {}, "?writeKey=KEY"),
        ({"authorization": "Basic !!!"}, {"writeKey": "KEY"}, ""),
        ({"authorization": "Basic d3Jvbmc6"}, {"writeKey": "KEY"}, ""),
    ],
)
def test_the_key_is_found_wherever_clients_put_it(client, write_key, headers, body, query):
    basic = base64.b64encode(f"{write_key}:".encode()).decode()
    headers = {name: value.replace("KEY", basic if value.lower().startswith("basic") else write_key) for name, value in headers.items()}
    body = {name: value.replace("KEY", write_key) for name, value in body.items()}
    for path, content in (("/v1/track", EVENT | body), ("/v1/batch", {"batch": [EVENT], **body})):
        answer = client.post(path + query.replace("KEY", write_key), content=json.dumps(content), headers=headers)
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("key", ["", "wk_", "wk_00000000", "wk_" + "x" * 40])
def test_an_unknown_key_is_refused_and_nothing_kept(services, client, write_key, key):
    for wrong in (key, write_key[:-1], write_key + "x", write_key[:11]):
        answer = post(client, wrong, "/v1/track", EVENT)
        assert (answer.status_code, answer.json()["code"]) == (401, "unknown_key")
    assert arrived(services) == []


def test_a_key_made_a_moment_ago_works_and_a_revoked_one_stops(services, client, write_key, monkeypatch):
    assert events(post(client, write_key, "/v1/track", EVENT))
    monkeypatch.setattr("parcours.api.collect.keys.RETRY_SECONDS", 0.0)
    assert events(post(client, key_of(services, "write"), "/v1/track", EVENT))
    monkeypatch.setattr("parcours.api.collect.keys.FRESH_SECONDS", 0.0)
    read = services.store.read

    def revoked(workspace: int, unit: Any) -> Any:
        found = read(workspace, unit)
        return [replace(key, revoked=1) for key in found] if isinstance(found, list) else found

    monkeypatch.setattr(type(services.store), "read", lambda _, workspace, unit: revoked(workspace, unit))
    assert post(client, write_key, "/v1/track", EVENT).status_code == 401


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream", ""])
@pytest.mark.parametrize("squeeze", [bytes, gzip.compress])
def test_labels_are_not_believed(services, client, write_key, kind, squeeze):
    body = squeeze(json.dumps({"batch": [EVENT]}).encode())
    answer = post(client, write_key, "/v1/batch", body, **{"content-type": kind, "content-encoding": "br"})
    assert events(answer) == [("m-1", "accepted", "")]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/v1/batch", b"{", 400, "unreadable"),
        ("/v1/batch", b"[]", 400, "unreadable"),
        ("/v1/batch", b"[" * 100_000, 400, "unreadable"),
        ("/v1/track", b"", 400, "unreadable"),
        ("/v1/track", b'{"userId":"' + b"u" * 40_000 + b'"}', 413, "too_large"),
        ("/v1/batch", b'{"batch":[' + b",".join([b"{}"] * 2501) + b"]}", 413, "too_large"),
        ("/v1/batch", b" " * 600_000, 413, "too_large"),
        ("/v1/batch", gzip.compress(b" " * 600_000, mtime=0), 413, "too_large"),
        ("/v1/track", b'{"userId":"' + b"u" * 4_000_000 + b'"}', 413, "too_large"),
    ],
)
def test_bodies_that_cannot_be_taken(services, client, write_key, path, body, status, code):
    answer = post(client, write_key, path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"].endswith(".")
    assert arrived(services) == []


def test_too_deep_or_too_many_keys_is_one_events_fault(services, client, write_key):
    deep: dict[str, Any] = {}
    for _ in range(40):
        deep = {"a": deep}
    batch = [
        {**EVENT, "properties": deep},
        {**EVENT, "properties": {str(n): n for n in range(1001)}},
        {**EVENT, "properties": {"a": "\x00"}},
        EVENT,
    ]
    assert [reason for _, _, reason in events(post(client, write_key, "/v1/batch", {"batch": batch}))] == [
        "too_deep",
        "too_many_keys",
        "nul",
        "",
    ]


def test_what_is_corrected_is_said(services, client, write_key):
    batch = [{**EVENT, "timestamp": "2001-01-01T00:00:00Z"}, {**EVENT, "messageId": "m-2", "timestamp": "2999-01-01T00:00:00Z"}]
    assert [reason for _, _, reason in events(post(client, write_key, "/v1/batch", {"batch": batch}))] == ["history", "future_time"]
    old, future = arrived(services)
    assert (old.history, future.history) == (True, False)
    assert future.occurred == future.received


def test_history_starts_nothing_and_can_be_sent_twice(services, client, write_key):
    row = {key: value for key, value in EVENT.items() if key != "messageId"} | {"timestamp": "2020-01-01T00:00:00Z"}
    body = {"batch": [row, row, {**row, "properties": {}}]}
    first, again = (events(post(client, write_key, "/v1/import", body)) for _ in range(2))
    assert [(status, reason) for _, status, reason in first] == [("accepted", "history")] * 3
    assert [status for _, status, _ in again] == ["duplicate"] * 3
    assert [message_id for message_id, _, _ in first] == [message_id for message_id, _, _ in again]
    assert len({message_id for message_id, _, _ in first}) == 3
    assert all(kept.history and kept.kept_forever for kept in arrived(services))


def test_consent_needs_the_secret_key(services, client, write_key, secret_key):
    consent = {**EVENT, "event": "Consent Granted", "properties": {"channel": "email", "topic": "*"}}
    assert events(post(client, write_key, "/v1/track", consent)) == [("m-1", "rejected", "needs_secret_key")]
    assert arrived(services) == []
    assert events(post(client, secret_key, "/v1/track", consent)) == [("m-1", "accepted", "")]


def test_headers_of_browser_libraries_are_read(services, client, write_key):
    anonymous = base64.b64encode(b"anon-7").decode()
    event = {"event": "A", "originalTimestamp": "2020-01-01T00:00:00Z"}
    events(post(client, write_key, "/v1/track", event, anonymousid=anonymous, sentat="2020-01-01T00:00:01Z"))
    [kept] = arrived(services)
    assert kept.anonymous_id == "anon-7"
    assert kept.received - kept.occurred == 1_000_000


def test_any_site_may_send_from_its_pages(client, write_key):
    page = {"origin": "https://shop.example"}
    asked = {**page, "access-control-request-method": "POST", "access-control-request-headers": "authorization,anonymousid"}
    for path in ("/v1/t", "/v1/batch", "/v1/identify/", "/sourceConfig/", f"/v1/projects/{write_key}/settings"):
        answer = client.options(path, headers=asked)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        assert answer.headers["access-control-allow-credentials"] == "true"
        allowed = answer.headers["access-control-allow-headers"].split(", ")
        assert {"authorization", "anonymousid", "sentat", "x-write-key", "content-type"} <= set(allowed)
        assert answer.headers["access-control-allow-methods"] == "GET, POST, OPTIONS"
    for answer in (
        post(client, write_key, "/v1/track", EVENT, **page),
        post(client, write_key, "/v1/track", b"{", **page),
        post(client, "wrong", "/v1/track", EVENT, **page),
        post(client, write_key, "/v1/batch", b" " * 600_000, **page),
        client.get(f"/v1/projects/{write_key}/settings", headers=page),
    ):
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        assert answer.headers["vary"] == "Origin"


def test_settings_send_the_browser_library_to_this_address(client, write_key, secret_key):
    document = client.get(f"/v1/projects/{write_key}/settings").json()
    destination = document["integrations"]["Segment.io"]
    assert (destination["apiKey"], destination["apiHost"], destination["protocol"]) == (write_key, "events.example:8000/v1", "http")
    source = client.get("/sourceConfig/", params={"writeKey": write_key}).json()["source"]
    assert (source["writeKey"], source["enabled"], source["destinations"]) == (write_key, True, [])
    assert client.get("/v1/projects/unknown/settings").status_code == 404
    assert client.get(f"/v1/projects/{secret_key}/settings").status_code == 404
    assert client.get("/sourceConfig/", params={"writeKey": "unknown"}).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "whose"),
    [
        ("POST", "/batch/", "PostHog"),
        ("POST", "/flags/?v=4", "PostHog"),
        ("GET", "/array/phc_TEST/config.js", "PostHog"),
        ("POST", "/e/", "PostHog"),
        ("POST", "/track", "Mixpanel"),
        ("GET", "/track?data=e30=", "Mixpanel"),
        ("POST", "/engage", "Mixpanel"),
        ("POST", "/2/httpapi", "Amplitude"),
        ("PUT", "/api/v1/customers/7", "Customer.io"),
        ("POST", "/api/v1/customers/7/events", "Customer.io"),
        ("POST", "/v1/send/email", "Customer.io"),
        ("POST", "/v1/campaigns/3/triggers", "Customer.io"),
        ("POST", "/api/public/apps/batch", "Dittofeed"),
        ("POST", "/api/s/track", "Jitsu"),
        ("POST", "/api/s/s2s/track", "Jitsu"),
        ("POST", "/mp/collect?measurement_id=G-1", "Google"),
    ],
)
def test_other_dialects_are_told_what_to_use(client, method, path, whose):
    answer = client.request(method, f"http://localhost:8000{path}", content=b"{}", headers={"origin": "https://shop.example"})
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert (answer.status_code, answer.json()["code"]) == (404, "other_dialect")
    assert whose in answer.json()["detail"]
    assert "POST /v1/batch" in answer.json()["detail"]


def test_get_and_other_methods_change_nothing(services, client, write_key):
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert client.request(method, "/v1/track", params={"writeKey": write_key}).status_code in (404, 405)
    assert arrived(services) == []


class Full:
    """A store whose disk is full: at once, or only when the commit is tried."""

    def __init__(self, store: Any, *, at_once: bool) -> None:
        self._store, self._at_once = store, at_once

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def submit(self, workspace: int, unit: Any) -> Future[Any]:
        error = NotDurable("The disk is full.", retry_after=9)
        if self._at_once:
            raise error
        future: Future[Any] = Future()
        future.set_exception(error)
        return future


@pytest.mark.parametrize("at_once", [True, False])
def test_what_is_not_on_disk_is_not_accepted(services, write_key, at_once):
    woken = []
    failing = replace(services, store=Full(services.store, at_once=at_once), wake=lambda: woken.append(1))
    with TestClient(create_app(failing)) as client:
        answer = post(client, write_key, "/v1/track", EVENT, origin="https://shop.example")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["detail"]) == (503, "9", "The disk is full.")
    assert "access-control-allow-origin" in answer.headers
    assert woken == []


def test_the_workers_are_woken_after_the_commit(services, write_key):
    seen: list[int] = []
    woken = replace(services, wake=lambda: seen.append(len(arrived(services))))
    with TestClient(create_app(woken)) as client:
        events(post(client, write_key, "/v1/track", EVENT))
    assert seen == [1]
