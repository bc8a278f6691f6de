"""Every route of the description, with what schemathesis makes of it: no fault, no undescribed answer, for a member and a stranger."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from parcours.app.services import Services
from tests.api.conftest import OWNER, PASSWORD
from tests.security.serving import serving

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"
SECONDS = int(os.environ.get("PARCOURS_FUZZ_SECONDS", "12"))


@pytest.fixture
def address(seeded: Services) -> Iterator[str]:
    with serving(seeded) as url:
        yield url


def signed_in(address: str) -> list[str]:
    """The headers of a member, as options."""
    with httpx2.Client(base_url=address) as client:
        answer = client.post("/api/session", json={"email": OWNER, "password": PASSWORD})
        cookie = client.cookies["parcours"]
    return ["-H", f"Cookie: parcours={cookie}", "-H", f"X-CSRF-Token: {answer.json()['csrf']}"]


def run(address: str, folder: Path, *options: str, schema: str = "") -> subprocess.CompletedProcess[str]:
    """Run schemathesis over the description that the server gives."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", schema or f"{address}/api/openapi.json", "--url", address, "--no-color"]
    bounds = ["--checks", CHECKS, "--max-time", str(SECONDS), "--generation-database", "none", "--phases", "coverage,fuzzing", *options]
    return subprocess.run([*command, *bounds], capture_output=True, text=True, cwd=folder, timeout=SECONDS + 240)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["member", "stranger"])
def test_every_route_answers_anything_as_described(address: str, tmp_path: Path, who: str) -> None:
    """A member leaves signing in and out alone: the session would end."""
    options = [*signed_in(address), "--exclude-path-regex", "^/api/session$"] if who == "member" else []
    done = run(address, tmp_path, *options)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr
    assert "Tested" in done.stdout


@pytest.mark.slow
def test_the_measure_sees_an_answer_that_is_not_described(address: str, tmp_path: Path) -> None:
    """A stranger is refused at the door; a description that does not say so is wrong."""
    schema = httpx2.get(f"{address}/api/openapi.json").json()
    del schema["paths"]["/api/overview"]["get"]["responses"]["401"]
    (tmp_path / "openapi.json").write_text(json.dumps(schema))
    done = run(address, tmp_path, "--include-path", "/api/overview", schema=str(tmp_path / "openapi.json"))
    assert done.returncode == 1, done.stdout
    assert "Undocumented" in done.stdout
