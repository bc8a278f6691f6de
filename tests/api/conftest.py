"""The whole app over a real SQLite store, asked in process."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from parcours.api.app import create_app
from parcours.app.initialize import initialize_workspace
from parcours.app.services import DemoControls, Services
from parcours.app.sign_in import Argon2id
from parcours.channels.email.render import EmailRenderer
from parcours.clock import SystemClock, real_now
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from tests.e2e.seeding import NOON, WORKSPACE, seed_store

OWNER, PASSWORD = "owner@example.org", "a long enough password"
QUICK = Argon2id(memory_kib=8, passes=1)
"""As weak as the library allows: these tests sign in often."""


class SetClock(SystemClock):
    """A clock that tests set; both of its times."""

    def __init__(self) -> None:
        self.at = real_now()

    def now(self) -> int:
        return self.at

    def real(self) -> int:
        return self.at


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """An initialized, empty workspace."""
    with contextlib.closing(open_store(tmp_path / "parcours.sqlite")) as store:
        first = {"zone": "Europe/Paris", "name": "Maison Lune", "languages": ["fr", "en"]}
        initialize_workspace(store, WORKSPACE, OWNER, QUICK.hash(PASSWORD), first, real_now())
        yield Services(
            store=store,
            history=open_history(tmp_path / "lake"),
            files=LocalFiles(),
            clock=SetClock(),
            workspace=WORKSPACE,
            renderer=EmailRenderer(),
            channels={},
            secret=b"s" * 32,
            public_url="http://localhost:8000",
            directory=tmp_path,
        )


@pytest.fixture
def seeded(services: Services) -> Services:
    """The workspace with people, journeys and mails in it."""
    seed_store(services.store, 60)
    return services


@pytest.fixture
def demo(services: Services) -> Services:
    """The workspace under a demo's clock, whose levers are kept in a dictionary."""
    levers: dict[str, Any] = {"speed": 8640.0, "paused": False}
    controls = DemoControls(
        lambda speed: levers.update(speed=speed),
        lambda paused: levers.update(paused=paused),
        lambda: levers["speed"],
        lambda: levers["paused"],
        NOON,
        NOON + 28 * 86_400_000_000,
    )
    return replace(services, demo=controls)


Visitor = Callable[..., TestClient]


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    """A browser that has not signed in: `visitor(services)`, perhaps from another `address` or under https."""
    with contextlib.ExitStack() as stack:

        def make(services: Services, address: str = "192.0.2.7") -> TestClient:
            app = create_app(services, QUICK)
            base = services.public_url if services.public_url.startswith("https") else "http://localhost:8000"
            return stack.enter_context(TestClient(app, base_url=base, client=(address, 50_000), raise_server_exceptions=False))

        yield make


def enter(client: TestClient, password: str = PASSWORD, email: str = OWNER) -> Any:
    """Try to sign in; answers the response."""
    return client.post("/api/session", json={"email": email, "password": password})


@pytest.fixture
def member(seeded: Services, visitor: Visitor) -> TestClient:
    """A signed-in browser over the seeded workspace; it sends the token with every request."""
    client = visitor(seeded)
    answer = enter(client)
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return client
