"""Every route of the app is guarded or on the public list; every answer carries the security headers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

import parcours.api
from parcours.api.app import create_app
from parcours.api.guard import signed_in
from parcours.app.services import Services
from tests.api.conftest import QUICK, Visitor

PUBLIC = Path(parcours.api.__file__).with_name("public_routes.txt")


def listed() -> set[str]:
    """The routes that may answer without a session."""
    lines = (line.strip() for line in PUBLIC.read_text("utf-8").splitlines())
    return {line for line in lines if line and not line.startswith("#")}


def routes(app: FastAPI | APIRouter) -> Iterator[tuple[str, bool]]:
    """Every route as `METHOD path`, and whether it asks for a session; routes of included routers too."""
    for route in app.routes:
        known: Any = route
        if hasattr(known, "original_router"):
            yield from routes(known.original_router)
            continue
        guarded = isinstance(route, APIRoute) and asks(route.dependant)
        for method in sorted(set(known.methods) - {"HEAD", "OPTIONS"}):
            yield f"{method} {known.path.rstrip('/') or '/'}", guarded


def asks(dependant: Any) -> bool:
    """Whether a route depends on the guard, directly or through others."""
    return any(one.call is signed_in or asks(one) for one in dependant.dependencies)


def filled(path: str) -> str:
    """A path with something in place of its parameters."""
    return "/".join("1" if part.startswith("{") else part for part in path.split("/"))


def test_a_route_is_guarded_or_on_the_public_list(services: Services) -> None:
    found = dict(routes(create_app(services, QUICK)))
    public = {name for name, guarded in found.items() if not guarded}
    every_method = {line.removeprefix("* ") for line in listed() if line.startswith("* ")}
    assert {name for name in public if name.split(" ", 1)[1] not in every_method} == {line for line in listed() if line[0] != "*"}
    assert every_method <= {name.split(" ", 1)[1] for name in public}, "the list names routes that are gone"


def test_guarded_routes_say_401_to_strangers_and_write_nothing(seeded: Services, visitor: Visitor) -> None:
    client = visitor(seeded)
    app: Any = client.app
    guarded = [name.split(" ", 1) for name, asked in routes(app) if asked]
    assert len(guarded) > 10
    for method, path in guarded:
        answer = client.request(method, filled(path), json={} if method != "GET" else None)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["content-type"] == "application/problem+json"


HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/", "/people", "/api/session", "/api/people", "/api/nothing", "/healthz", "/assets/nothing.js"])
def test_every_answer_carries_the_security_headers(services: Services, visitor: Visitor, path: str) -> None:
    answer = visitor(services).get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    if path.startswith("/api"):
        assert answer.headers["cache-control"] == "no-store"


def test_an_answer_about_a_fault_carries_them_too_and_tells_nothing(seeded: Services, visitor: Visitor, monkeypatch: Any) -> None:
    client = visitor(seeded)
    monkeypatch.setattr("parcours.api.routes.session.whose", lambda *_: 1 / 0)
    answer = client.get("/api/session")
    assert answer.status_code == 500
    assert answer.headers["x-frame-options"] == "DENY"
    assert "ZeroDivision" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::1", "evil.example:8000"])
def test_an_unknown_host_name_is_refused(services: Services, visitor: Visitor, host: str) -> None:
    assert visitor(services).get("/api/session", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:5173", "[::1]:8000", "LOCALHOST"])
def test_this_machine_is_known_by_its_names(services: Services, visitor: Visitor, host: str) -> None:
    assert visitor(services).get("/api/session", headers={"Host": host}).status_code == 200


def test_probes_and_events_come_under_any_name(services: Services, visitor: Visitor) -> None:
    client = visitor(services)
    assert client.get("/healthz", headers={"Host": "10.0.0.3:8000"}).json() == {"status": "ok"}
    assert client.get("/readyz", headers={"Host": "10.0.0.3:8000"}).json() == {"status": "ok"}
    assert client.post("/v1/track", json={}, headers={"Host": "events.shop.example"}).status_code == 401


def test_a_body_over_a_megabyte_is_not_read(services: Services, visitor: Visitor) -> None:
    answer = visitor(services).post("/api/session", content=b" " * 1_000_001, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_static_files_stay_in_their_folder(services: Services, visitor: Visitor) -> None:
    client: TestClient = visitor(services)
    for path in ("/assets/..%2findex.html", "/assets/%2e%2e%2findex.html", "/assets/..%5c..%5cwiring.py", "/assets/.", "/favicon.svg/.."):
        assert client.get(path).status_code in (200, 404), path
        assert "import " not in client.get(path).text
    assert client.get("/api/unknown/address").status_code == 404
