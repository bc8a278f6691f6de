"""How a workspace does, on its screen and for a monitoring system."""

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from parcours.app.initialize import new_key
from parcours.app.pages.health import SPACE
from parcours.app.services import Services
from parcours.workers.loop import Loop, Pulse
from tests.api.conftest import SetClock, Visitor, enter

SECRETS = re.compile(r"@|example|Camille|Maison")


def loop(name: str, failures: int = 0, error: str = "") -> Loop:
    """A loop that does nothing, and failed so often."""
    return Loop(name, lambda: False, Pulse(), lambda: 1.0, failures=failures, last_error=error)


def signed_in(services: Services, visitor: Visitor) -> TestClient:
    client = visitor(services)
    client.headers["X-CSRF-Token"] = enter(client).json()["csrf"]
    return client


@pytest.fixture
def secret_key(seeded: Services) -> str:
    """A secret key of the workspace, in clear."""
    text, key = new_key("secret", 2, 0)
    seeded.store.write(seeded.workspace, lambda tx: tx.accounts.add_key(key))
    return text


def test_a_quiet_workspace_is_well(services: Services, visitor: Visitor) -> None:
    state = signed_in(services, visitor).get("/api/health").json()
    assert state["free_bytes"] > SPACE
    assert (state["well"], state["fault"], state["aside"], state["loops"]) == (True, None, [], [])
    assert (state["oldest_arrival"], state["oldest_due"]) == (0, 0)


def test_what_failed_is_shown_with_its_reason(seeded: Services, visitor: Visitor) -> None:
    services = replace(seeded, loops=[loop("archive", 3, "OSError: no space"), loop("route")])
    services.contacts_aside.put(1, ArithmeticError("planted"), services.clock.real())
    services.rows_aside.put(7, KeyError("planted"), services.clock.real() + 1)
    state = signed_in(services, visitor).get("/api/health").json()
    assert not state["well"]
    assert state["loops"] == [{"name": "archive", "failures": 3, "error": "OSError: no space"}]
    assert [(one["what"], one["person"], one["tries"], one["error"]) for one in state["aside"]] == [
        ("contact", "Camille Durand", 1, "ArithmeticError: planted"),
        ("event", "", 1, "KeyError: 'planted'"),
    ]


def test_what_waits_too_long_is_not_well(seeded: Services, visitor: Visitor) -> None:
    clock = seeded.clock
    assert isinstance(clock, SetClock)
    due = seeded.store.read(seeded.workspace, lambda tx: tx.runs.next_due())
    for late, well in ((299, True), (301, False)):
        clock.at = due + late * 1_000_000
        state = signed_in(seeded, visitor).get("/api/health").json()
        assert (state["oldest_due"], state["well"]) == (late * 1_000_000, well)


def test_numbers_for_a_monitoring_system_need_a_secret_key(seeded: Services, visitor: Visitor) -> None:
    client = visitor(seeded)
    keys = seeded.store.read(seeded.workspace, lambda tx: tx.accounts.keys())
    write = next(key.text for key in keys if key.kind == "write")
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {write}"}).status_code == 401


def test_prometheus_reads_every_line_and_nobody_is_named(seeded: Services, visitor: Visitor, secret_key: str) -> None:
    client = visitor(replace(seeded, loops=[loop("archive", 3, "OSError: client@example.org")]))
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {secret_key}", "Host": "10.0.0.3:8000"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    values = {}
    for line in answer.text.splitlines():
        if line.startswith("# "):
            assert re.match(r"# (HELP|TYPE) parcours_\w+ .+", line)
            continue
        row = re.fullmatch(r'(parcours_\w+(?:\{\w+="[^"]*"\})?) ([0-9.]+)', line)
        assert row is not None, line
        values[row[1]] = float(row[2])
    assert values["parcours_contacts"] == 60
    assert values['parcours_loop_failures{loop="archive"}'] == 3
    assert values["parcours_well"] == 0
    assert not SECRETS.search(answer.text)
