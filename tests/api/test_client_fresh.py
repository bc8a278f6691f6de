"""The interface's client is written from the server's own description: neither may be older than the routes."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from hatch_build import node_of_the_wheel
from parcours.api.app import interface_schema

WEB = Path(__file__).resolve().parents[2] / "web"
TELL = "Run `python -m tests.api.test_client_fresh`, which writes web/openapi.json and web/src/api."


def written() -> str:
    """The description as it is kept in web/openapi.json."""
    return json.dumps(interface_schema(), indent=1, ensure_ascii=False) + "\n"


def generate(folder: Path) -> None:
    """Write the client of web/openapi.json into a folder."""
    node, _, environment = node_of_the_wheel()
    subprocess.run([node, "node_modules/.bin/openapi-ts", "-o", str(folder)], cwd=WEB, env=environment, check=True, capture_output=True)


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder, by name."""
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_description_is_that_of_the_routes() -> None:
    assert (WEB / "openapi.json").read_text("utf-8") == written(), TELL


def test_every_route_says_what_it_answers() -> None:
    schema = interface_schema()
    for path, methods in schema["paths"].items():
        for method, route in methods.items():
            assert route.get("description"), (method, path)
            if path.startswith("/api/") and path != "/api/session":
                assert "401" in route["responses"], (method, path)


@pytest.mark.slow
def test_the_client_is_that_of_the_description(tmp_path: Path) -> None:
    if not (WEB / "node_modules/.bin/openapi-ts").exists():
        pytest.fail("the tools of web/ are not installed: run `make setup`")
    generate(tmp_path / "api")
    assert tree(tmp_path / "api") == tree(WEB / "src/api"), TELL


if __name__ == "__main__":
    (WEB / "openapi.json").write_text(written(), "utf-8")
    shutil.rmtree(WEB / "src/api", ignore_errors=True)
    generate(WEB / "src/api")
