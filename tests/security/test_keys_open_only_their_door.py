"""SEC-18: a write key brings events in and opens nothing else; a wrong key costs as long as a nearly right one; no key is kept in clear."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from parcours.api.app import create_app
from parcours.api.collect.keys import FRESH_SECONDS, Keys
from parcours.app.initialize import Made, new_key
from parcours.app.services import Services
from tests.api.conftest import QUICK
from tests.api.test_doors import filled, routes
from tests.security.statistics_of_time import told_apart

BODY = {"userId": "u-1", "event": "Order Completed"}


@pytest.fixture
def client(workspace_services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(workspace_services, QUICK), base_url="http://localhost:8000") as made:
        yield made


def ways(key: str) -> list[dict[str, Any]]:
    """Every way to present a key."""
    basic = base64.b64encode(f"{key}:".encode()).decode()
    return [
        {"headers": {"Authorization": f"Basic {basic}"}},
        {"headers": {"Authorization": f"Bearer {key}"}},
        {"headers": {"Authorization": key}},
        {"headers": {"X-Write-Key": key}},
        {"headers": {"Cookie": f"parcours={key}"}},
        {"headers": {"X-CSRF-Token": key}},
        {"params": {"writeKey": key}},
    ]


@pytest.mark.parametrize("kind", ["write_key", "secret_key"])
def test_no_key_opens_the_interface(client: TestClient, keys: Made, kind: str) -> None:
    app: Any = client.app
    guarded = [name.split(" ", 1) for name, asked in routes(app) if asked]
    assert len(guarded) > 10
    for method, path in guarded:
        for way in ways(getattr(keys, kind)):
            assert client.request(method, filled(path), **way).status_code in (401, 403), (method, path, way)


def test_a_write_key_says_nothing_that_only_a_server_may_say(client: TestClient, keys: Made) -> None:
    for event in ("Consent Granted", "Tag Added", "Stage Changed", "Contact Frozen", "Address Restored"):
        body = {"userId": "u-1", "event": event, "properties": {"channel": "email", "topic": "offers", "tag": "vip", "stage": "loyal"}}
        refused = client.post("/v1/track", json=body, headers={"X-Write-Key": keys.write_key}).json()["events"][0]
        assert (refused["status"], refused["reason"]) == ("rejected", "needs_secret_key")
        allowed = client.post("/v1/track", json=body, headers={"X-Write-Key": keys.secret_key}).json()["events"][0]
        assert allowed["status"] == "accepted"


def test_a_key_in_a_body_does_not_outrank_the_one_in_the_header(client: TestClient, keys: Made) -> None:
    """Nor the other way round: the first that is known counts, and what it may not do is refused."""
    body = {"userId": "u-1", "event": "Tag Added", "properties": {"tag": "vip"}, "writeKey": keys.secret_key}
    answer = client.post("/v1/track", json=body, headers={"X-Write-Key": keys.write_key}).json()["events"][0]
    assert answer["reason"] == "needs_secret_key"


def test_secret_keys_are_shown_nowhere(client: TestClient, workspace_services: Services, keys: Made) -> None:
    kept = workspace_services.store.read(1, lambda tx: tx.accounts.keys())
    assert {key.kind: key.text for key in kept} == {"write": keys.write_key, "secret": ""}
    assert hashlib.sha256(keys.secret_key.encode()).digest() in {key.digest for key in kept}
    for path in ("/v1/projects/{key}/settings", "/sourceConfig"):
        answer = client.get(path.replace("{key}", keys.secret_key), params={"writeKey": keys.write_key})
        assert keys.secret_key not in answer.text
    files = [path for path in workspace_services.directory.rglob("*") if path.is_file()]
    assert files
    assert all(keys.secret_key.encode() not in path.read_bytes() for path in files)


def test_a_revoked_key_is_out_within_seconds(workspace_services: Services, keys: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    with TestClient(create_app(workspace_services, QUICK), base_url="http://localhost:8000") as client:
        assert client.post("/v1/track", json=BODY, headers={"X-Write-Key": keys.write_key}).status_code == 200

        def revoke(tx: Any) -> None:
            [key] = filter(lambda key: key.kind == "write", tx.accounts.keys())
            tx.accounts.add_key(replace(key, revoked=True))

        workspace_services.store.write(1, revoke)
        monkeypatch.setattr("parcours.api.collect.keys.FRESH_SECONDS", 0.0)
        assert FRESH_SECONDS <= 5
        assert client.post("/v1/track", json=BODY, headers={"X-Write-Key": keys.write_key}).status_code == 401


def test_a_nearly_right_key_takes_as_long_as_a_wrong_one(workspace_services: Services, keys: Made) -> None:
    known = Keys(workspace_services.store, 1)
    known._read()
    right = keys.secret_key
    near, far = right[:-1] + ("A" if right[-1] != "A" else "B"), right[:11] + new_key("secret", 1, 0)[0][11:]
    assert known._find(near) is None

    def many(text: str) -> None:
        for _ in range(20):
            known._find(text)

    assert not told_apart(lambda: many(near), lambda: many(far), 500)


def test_the_measure_of_times_sees_a_comparison_that_stops_early() -> None:
    """The oracle above, on a comparison that gives its secret away."""
    secret = "a" * 300

    def naive(text: str) -> bool:
        return all(one == other for one, other in zip(text, secret, strict=True))

    assert told_apart(lambda: naive("a" * 299 + "b"), lambda: naive("b" * 300), 200)
