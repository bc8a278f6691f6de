"""Sending captured requests again as their library made them, with a real key in place of the invented one."""

import base64
import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.testclient import TestClient

from parcours.core.terms.instants import parse_instant

CAPTURES = Path(__file__).parent / "captures"
INVENTED = "WK_TEST"
DROPPED = {"host", "content-length", "connection", "accept-encoding"}


@dataclass(frozen=True)
class Captured:
    """One captured request."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    decoded: list[str]
    body: Any

    def send(self, client: TestClient, key: str) -> Any:
        """Make the request; answers the response."""
        headers = {name: _with_key(value, key) for name, value in self.headers.items() if name not in DROPPED}
        content = self._content(key)
        path = f"{_with_key(self.path, key)}?{urlencode(_params(self.query, key))}".rstrip("?")
        return client.request(self.method, path, headers=headers, content=content)

    @property
    def sent(self) -> int | None:
        """When the library's clock says that it was sent, UTC microseconds."""
        body = self.body if isinstance(self.body, dict) else {}
        said = body.get("sentAt") or self.headers.get("sentat")
        return parse_instant(said) if isinstance(said, str) else None

    def _content(self, key: str) -> bytes:
        if self.body is None:
            return b""
        text = json.dumps(self.body, ensure_ascii=False) if not isinstance(self.body, str) else self.body
        content = _with_key(text, key).encode()
        return gzip.compress(content) if "gunzipped" in self.decoded else content


def _params(query: dict[str, Any], key: str) -> list[tuple[str, str]]:
    return [(name, _with_key(value, key)) for name, values in query.items() for value in (values if isinstance(values, list) else [values])]


def _with_key(text: str, key: str) -> str:
    basic = base64.b64encode(f"{INVENTED}:".encode()).decode()
    return text.replace(basic, base64.b64encode(f"{key}:".encode()).decode()).replace(INVENTED, key)


def captured(name: str) -> list[Captured]:
    """The requests of one capture."""
    return [Captured(**request) for request in json.loads((CAPTURES / f"{name}.json").read_text(encoding="utf-8"))["requests"]]
