"""The log says what failed and where, and never a token, a key or an address."""

import logging
from dataclasses import replace

import pytest

from parcours.app.services import Services
from tests.api.conftest import Visitor

SECRET = "abcdefghijklmnopqrstuvwxyz0123456789"


class Broken:
    """A store that cannot read."""

    def read(self, *_: object) -> object:
        raise RuntimeError("broken")


Log = pytest.LogCaptureFixture


@pytest.mark.parametrize(
    ("method", "path", "shown"),
    [
        ("GET", f"/u/{SECRET}", "GET /u/{token} failed"),
        ("POST", f"/u/{SECRET}", "POST /u/{token} failed"),
        ("GET", f"/c/{SECRET}", "GET /c/{token} failed"),
        ("GET", f"/v1/projects/{SECRET}/settings", "GET /v1/projects/{key}/settings failed"),
        ("POST", f"/v1/batch?writeKey={SECRET}", "POST /v1/batch failed"),
    ],
)
def test_a_failed_request_is_logged_by_its_route(
    services: Services, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: Log, method: str, path: str, shown: str
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("broken")

    for place in ("unsubscribe", "subscription", "click"):
        monkeypatch.setattr(f"parcours.api.public.routes.{place}", broken)
    client = visitor(replace(services, store=Broken()))  # type: ignore[arg-type]  # no more of a store is needed
    caplog.set_level(logging.INFO, "parcours")
    caplog.set_level(logging.WARNING, "httpx2")
    answer = client.request(method, path, content=b'{"batch": []}' if method == "POST" else b"")
    assert answer.status_code == 500
    assert shown in caplog.text
    assert SECRET not in caplog.text
