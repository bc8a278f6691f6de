"""Sign-in, sessions and the proof that a write is ours."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from parcours.app.ports import User
from parcours.app.services import Services
from parcours.app.sign_in import SESSION_LIFE
from tests.api.conftest import OWNER, PASSWORD, QUICK, Visitor, enter

PAUSE = "/api/journeys/thank-you/pause"


def replayed(client: TestClient, secret: str) -> int:
    """The status of a reading with exactly this cookie."""
    client.cookies.clear()
    return client.get("/api/people", headers={"Cookie": f"parcours={secret}"}).status_code


def test_a_stranger_learns_nothing_but_that_there_is_a_door(services: Services, visitor: Visitor) -> None:
    answer = visitor(services).get("/api/session").json()
    assert answer == {"user": None, "csrf": "", "demo": False, "workspace": {"name": "Parcours", "zone": "UTC", "languages": ["fr", "en"]}}


def test_a_member_signs_in_whatever_the_letters_of_the_address(services: Services, visitor: Visitor) -> None:
    client = visitor(services)
    answer = enter(client, email=" Owner@Example.ORG ")
    assert answer.status_code == 200
    assert answer.json()["user"] == {"email": OWNER, "role": "owner", "language": "fr"}
    assert client.get("/api/session").json()["csrf"] == answer.json()["csrf"]
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(services: Services, visitor: Visitor) -> None:
    wrong, unknown = enter(visitor(services), "no"), enter(visitor(services), email="nobody@example.org")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text
    assert "set-cookie" not in wrong.headers


def test_an_unknown_address_costs_a_hash_too(services: Services, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def matches(digest: str | None, _password: str) -> bool:
        asked.append(digest)
        return False

    monkeypatch.setattr(QUICK, "matches", matches)
    enter(visitor(services), email="nobody@example.org")
    assert asked == [None]
    monkeypatch.undo()
    assert QUICK.matches(None, PASSWORD) is False


def test_the_sixth_attempt_waits_elsewhere_the_owner_still_comes_in(services: Services, visitor: Visitor) -> None:
    client = visitor(services)
    assert [enter(client, "no").status_code for _ in range(5)] == [401] * 5
    refused = enter(client)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    app: Any = client.app
    near = TestClient(app, base_url="http://localhost:8000", client=("192.0.2.200", 1))
    far = TestClient(app, base_url="http://localhost:8000", client=("198.51.100.9", 1))
    assert enter(near).status_code == 429
    assert enter(far).status_code == 200


def test_attempts_before_a_success_are_forgiven(services: Services, visitor: Visitor) -> None:
    client = visitor(services)
    for _ in range(2):
        assert [enter(client, "no").status_code for _ in range(4)] == [401] * 4
        assert enter(client).status_code == 200


def test_each_sign_in_is_a_new_session_and_ends_the_one_before(services: Services, visitor: Visitor) -> None:
    client = visitor(services)
    enter(client)
    old = client.cookies["parcours"]
    enter(client)
    assert client.cookies["parcours"] != old
    assert replayed(client, old) == 401


def test_signing_out_ends_the_session_on_the_server(member: TestClient) -> None:
    cookie = member.cookies["parcours"]
    assert member.delete("/api/session").status_code == 204
    assert replayed(member, cookie) == 401


def test_a_session_ends_after_two_weeks(seeded: Services, member: TestClient) -> None:
    clock: Any = seeded.clock
    clock.at += SESSION_LIFE - 1
    assert member.get("/api/people").status_code == 200
    clock.at += 1
    assert member.get("/api/people").status_code == 401


def test_the_store_keeps_no_secret_that_opens_a_session(services: Services, visitor: Visitor) -> None:
    client = visitor(services)
    enter(client)
    secret = client.cookies["parcours"].encode()
    files = [path for path in services.directory.rglob("*") if path.is_file()]
    assert files
    assert all(secret not in path.read_bytes() for path in files)


def test_over_https_the_cookie_is_bound_to_the_host(services: Services, visitor: Visitor) -> None:
    client = visitor(replace(services, public_url="https://parcours.example.org"))
    cookie = enter(client).headers["set-cookie"]
    assert cookie.startswith("__Host-parcours=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert client.get("/api/people").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-CSRF-Token": ""}, 403),
        ({"X-CSRF-Token": "x" * 32}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_a_write_must_come_from_our_own_page(member: TestClient, headers: dict[str, str], status: int) -> None:
    answer = member.post(PAUSE, content=b"{}", headers={"Content-Type": "application/json", **headers})
    assert answer.status_code == status, answer.text
    assert member.get("/api/journeys/thank-you").json()["journey"]["status"] == ("paused" if status == 200 else "live")


def test_a_write_without_a_body_needs_no_content_type(member: TestClient) -> None:
    assert member.post(PAUSE).status_code == 200


def test_a_foreign_page_cannot_sign_somebody_in(services: Services, visitor: Visitor) -> None:
    client = visitor(services)
    body = {"email": OWNER, "password": PASSWORD}
    assert client.post("/api/session", json=body, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post("/api/session", content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415


def test_only_the_demo_opens_without_a_password(services: Services, demo: Services, visitor: Visitor) -> None:
    assert visitor(services).post("/api/session", json={"demo": True}).status_code == 401
    client = visitor(demo)
    assert client.get("/api/session").json()["demo"] is True
    assert client.post("/api/session", json={"demo": True}).json()["user"]["email"] == OWNER
    assert client.get("/api/people").status_code == 200


def test_a_member_who_left_is_out_at_once(services: Services, visitor: Visitor) -> None:
    services.store.write(1, lambda tx: tx.accounts.add_user(User(0, "guest@example.org", QUICK.hash(PASSWORD), "owner", 0)))
    client = visitor(services)
    enter(client, email="guest@example.org")
    assert client.get("/api/people").status_code == 200

    def close(tx: Any) -> None:
        tx.accounts.close_sessions(tx.accounts.user("guest@example.org").id)

    services.store.write(1, close)
    assert client.get("/api/people").status_code == 401


def test_unknown_fields_of_a_write_are_refused(services: Services, visitor: Visitor) -> None:
    answer = visitor(services).post("/api/session", json={"email": OWNER, "password": PASSWORD, "role": "owner"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["problems"][0]["path"] == "body.role"
    assert PASSWORD not in answer.text
