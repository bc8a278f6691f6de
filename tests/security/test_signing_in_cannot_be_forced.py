"""SEC-29: few attempts, whatever is tried; whether an account exists shows neither in the answer nor in its time."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from parcours.api.throttle import AT_ONCE, Throttle, network
from parcours.app.ports import Tx
from parcours.app.services import Services
from parcours.app.sign_in import Argon2id, sign_in
from tests.api.conftest import OWNER, PASSWORD, QUICK, Visitor, enter
from tests.security.statistics_of_time import told_apart

ODD = [
    "", " ", "\x00", "owner@example.org\x00", "\ud800", "💥" * 160, "x" * 320, "' OR 1=1 --", "owner@example.org'--", "*", "%",
    "O@EXAMPLE.ORG.",
]  # fmt: skip


def test_no_odd_address_or_password_gets_in_or_breaks(services: Services, visitor: Visitor) -> None:
    for number, odd in enumerate(ODD):
        client = visitor(services, f"192.0.{number}.7")
        for body in ({"email": odd, "password": PASSWORD}, {"email": OWNER, "password": odd}):
            content = json.dumps(body).encode()
            answer = client.post("/api/session", content=content, headers={"Content-Type": "application/json"})
            assert answer.status_code in (401, 422), (body, answer.text)
            assert "set-cookie" not in answer.headers


def test_a_thousand_accounts_from_one_network_are_not_tried(services: Services, visitor: Visitor) -> None:
    client = visitor(services)
    statuses = [enter(client, "no", f"user-{number}@example.org").status_code for number in range(70)]
    assert statuses == [401] * 60 + [429] * 10
    assert enter(visitor(services, "198.51.100.9")).status_code == 200


def test_spelling_an_account_otherwise_is_no_new_attempt(services: Services, visitor: Visitor) -> None:
    client = visitor(services)
    spelled = [OWNER, OWNER.upper(), f" {OWNER}", f"{OWNER}\t", OWNER.title()]
    assert [enter(client, "no", email).status_code for email in spelled] == [401] * 5
    assert enter(client, PASSWORD, OWNER.swapcase()).status_code == 429


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "CF-Connecting-IP", "True-Client-IP"])
def test_a_header_does_not_make_another_network(services: Services, visitor: Visitor, header: str) -> None:
    client = visitor(services)
    statuses = []
    for number in range(6):
        headers = {header: f"198.51.{number}.1"}
        statuses.append(client.post("/api/session", json={"email": OWNER, "password": "no"}, headers=headers).status_code)
    assert statuses == [401] * 5 + [429]


def test_networks() -> None:
    assert network("203.0.113.9") == network("203.0.113.250") != network("203.0.114.9")
    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9") != network("2001:db8:1:3::1")
    assert network("::ffff:203.0.113.9") == network("203.0.113.9") != network("::ffff:198.51.100.9")


def test_no_more_than_two_passwords_are_hashed_at_once(services: Services, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    busy, most, lock, go = 0, 0, threading.Lock(), threading.Event()

    def matches(*_: Any) -> bool:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        go.wait(1)
        with lock:
            busy -= 1
        return False

    monkeypatch.setattr(QUICK, "matches", matches)
    client = visitor(services)
    threads = [threading.Thread(target=enter, args=(client, "no", f"user-{number}@example.org")) for number in range(6)]
    for thread in threads:
        thread.start()
    threading.Timer(0.3, go.set).start()
    for thread in threads:
        thread.join(30)
    assert most == AT_ONCE


def test_who_finds_no_turn_is_told_to_wait(services: Services, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parcours.api.throttle.PATIENCE", 0.05)
    client = visitor(services)
    app: Any = client.app
    throttle: Throttle = app.state.throttle
    with throttle.turn(), throttle.turn():
        answer = enter(client)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert enter(client).status_code == 200


class Careless(Argon2id):
    """Looks at no hash when the account is unknown."""

    def matches(self, digest: str | None, password: str, /) -> bool:
        return digest is not None and super().matches(digest, password)


@pytest.mark.parametrize(("hasher", "seen"), [(Argon2id(), False), (Careless(memory_kib=1024, passes=1), True)])
def test_an_unknown_account_takes_as_long_as_a_known_one(services: Services, hasher: Argon2id, seen: bool) -> None:
    def change(tx: Tx) -> None:
        user = tx.accounts.user(OWNER)
        assert user is not None
        tx.accounts.save_user(replace(user, password=hasher.hash(PASSWORD)))

    services.store.write(1, change)

    def known() -> None:
        assert sign_in(services, hasher, OWNER, "a wrong password", None) is None

    def unknown() -> None:
        assert sign_in(services, hasher, "nobody@example.org", "a wrong password", None) is None

    assert told_apart(known, unknown, 30) is seen
