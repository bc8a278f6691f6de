"""SEC-27: a session is over after signing in anew, signing out, another password, another role, leaving, and two weeks; on the server."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from parcours.app.ports import Tx
from parcours.app.services import Services
from parcours.app.sign_in import SESSION_LIFE
from tests.api.conftest import OWNER, PASSWORD, QUICK, Visitor, enter

End = Callable[[Services, TestClient], object]


def _save(services: Services, **changes: Any) -> None:
    def unit(tx: Tx) -> None:
        user = tx.accounts.user(OWNER)
        assert user is not None
        tx.accounts.save_user(replace(user, **changes))

    services.store.write(1, unit)


def _close(services: Services) -> None:
    def unit(tx: Tx) -> None:
        user = tx.accounts.user(OWNER)
        assert user is not None
        tx.accounts.close_sessions(user.id)

    services.store.write(1, unit)


def _two_weeks(services: Services) -> None:
    clock: Any = services.clock
    clock.at += SESSION_LIFE


ENDS: dict[str, End] = {
    "signed in anew": lambda _, client: enter(client),
    "signed out": lambda _, client: client.delete("/api/session"),
    "another password": lambda services, _: _save(services, password=QUICK.hash("a new password")),
    "the same password hashed anew": lambda services, _: _save(services, password=QUICK.hash(PASSWORD)),
    "another role": lambda services, _: _save(services, role="reader"),
    "all sessions closed": lambda services, _: _close(services),
    "two weeks": lambda services, _: _two_weeks(services),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_old_cookie_opens_nothing_after(services: Services, visitor: Visitor, end: str) -> None:
    client = visitor(services)
    client.headers["X-CSRF-Token"] = enter(client).json()["csrf"]
    old, token = client.cookies["parcours"], client.headers["X-CSRF-Token"]
    assert client.get("/api/people").status_code == 200
    ENDS[end](services, client)
    replay = visitor(services)
    headers = {"Cookie": f"parcours={old}", "X-CSRF-Token": token}
    assert replay.get("/api/people", headers=headers).status_code == 401
    assert replay.get("/api/session", headers=headers).json()["user"] is None
    assert replay.post("/api/clock", json={"paused": True}, headers=headers).status_code == 401


def test_what_does_not_concern_the_session_leaves_it(services: Services, visitor: Visitor) -> None:
    client = visitor(services)
    enter(client)
    _save(services, language="en")
    assert client.get("/api/people").status_code == 200


def test_a_cookie_that_was_given_is_never_taken(services: Services, visitor: Visitor) -> None:
    """Fixation: whoever plants a cookie in a browser does not know the one it gets by signing in."""
    client = visitor(services)
    body = {"email": OWNER, "password": PASSWORD}
    answer = client.post("/api/session", json=body, headers={"Cookie": "parcours=planted"})
    assert answer.status_code == 200
    assert "planted" not in answer.headers["set-cookie"]
    assert visitor(services).get("/api/people", headers={"Cookie": "parcours=planted"}).status_code == 401


def test_the_token_of_one_session_is_worth_nothing_in_another(services: Services, visitor: Visitor) -> None:
    one, other = visitor(services), visitor(services)
    enter(one)
    token = enter(other).json()["csrf"]
    assert one.post("/api/clock", json={"paused": True}, headers={"X-CSRF-Token": token}).status_code == 403
