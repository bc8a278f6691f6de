"""SEC-05, SEC-06: the product fetches nothing: an address in an event, a template, a file or a header is text, and nobody calls it.

There is no webhook, no import by address and no picture proxy yet. When one comes, this file is where it must pass: through one client
that looks at where it is led before it goes there.
"""

import ast
import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest

import parcours
from parcours.app.import_file import import_named
from parcours.app.initialize import Made
from parcours.app.operations import Refusal
from parcours.app.route import route
from parcours.app.services import Services
from parcours.app.templates import put_template
from tests.api.conftest import Visitor, enter
from tests.app.sending import DOCUMENT, fresh_workspace

SOURCE: Final = Path(parcours.__file__).parent
CALLERS: Final = {
    "parcours/channels/email/smtp_session.py": "the mail server that the operator names",
    "parcours/cli/operate.py": "the local socket of the operator's own server",
    "parcours/cli/demo.py": "the demo's own door",
    "parcours/workers/feed.py": "the demo's own door",
    "parcours/api/server.py": "listens",
    "parcours/api/preparing.py": "listens while the demo is prepared",
    "parcours/cli/serve.py": "takes the port before anything is made",
    "parcours/wiring.py": "asks for this machine's name",
}
"""The only files that may import something that can call out, and whom they call."""
NETWORK: Final = {
    "socket", "http.client", "urllib.request", "smtplib", "ftplib", "imaplib", "httpx", "httpx2", "requests", "aiohttp", "urllib3",
}  # fmt: skip


def test_only_named_files_can_call_out() -> None:
    found = set()
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        if names & NETWORK:
            found.add(str(path.relative_to(SOURCE.parent)))
    assert found <= set(CALLERS), found - set(CALLERS)


class Listener:
    """A server on this machine that nobody should ever call."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.door.getsockname()[1]
        self.calls: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.door.accept()
            except OSError:
                return
            with connection:
                self.calls.append(b"connected")


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    with closing(made.door):
        yield made


class Called:
    """Addresses that Python connected to or looked up while the block ran."""

    watching: ClassVar[list[str] | None] = None
    installed: ClassVar[bool] = False

    @classmethod
    def heard(cls, event: str, arguments: tuple[Any, ...]) -> None:
        if cls.watching is not None and event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"}:
            cls.watching.append(f"{event} {arguments[-1] if event == 'socket.connect' else arguments[0]}")


@contextmanager
def calls() -> Iterator[list[str]]:
    """What is called meanwhile."""
    if not Called.installed:
        sys.addaudithook(Called.heard)
        Called.installed = True
    found: list[str] = []
    Called.watching = found
    try:
        yield found
    finally:
        Called.watching = None


def addresses(port: int) -> list[str]:
    """Ways to write an address of this machine that have passed filters elsewhere."""
    hosts = [
        "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "127.0.0.1.nip.io", "user@127.0.0.1", "example.org@127.0.0.1", "127.0.0.1#@example.org",
        "①②⑦.⓪.⓪.①", "127。0。0。1", "localhost.", "169.254.169.254", "metadata.google.internal", "127.000.000.001",
        "127.0.0.1%00.example.org",
    ]  # fmt: skip
    schemes = ["http", "https", "ftp", "gopher", "file", "dict", "ldap", "HTTP", "//", "\\\\"]
    found = [f"{scheme}{'://' if scheme.isalpha() else ''}{host}:{port}/canary" for scheme in schemes for host in hosts]
    return [*found, "file:///etc/passwd", "jar:http://127.0.0.1!/", "data:text/html,x", "javascript:fetch('/')", "/etc/passwd"]


def test_no_address_in_an_event_is_called(services: Services, visitor: Visitor, keys: Made, listener: Listener) -> None:
    client = visitor(services)
    found = addresses(listener.port)
    assert len(found) > 200
    with calls() as called:
        for number, url in enumerate(found):
            traits = {"avatar": url, "website": url, "email": f"a{number}@127.0.0.1", "picture": {"url": url}}
            context = {"page": {"url": url, "referrer": url}, "ip": url, "userAgent": url}
            headers = {"X-Write-Key": keys.secret_key, "Referer": "http://127.0.0.1/", "X-Forwarded-Host": f"127.0.0.1:{listener.port}"}
            message = {"userId": f"u{number}", "event": "A", "traits": traits, "properties": traits, "context": context}
            batch = [{**message, "type": kind} for kind in ("identify", "track", "page")]
            assert client.post("/v1/batch", content=json.dumps({"batch": batch}), headers=headers).status_code == 200
        while route(services):
            pass
        client.headers["X-CSRF-Token"] = enter(client).json()["csrf"]
        people = client.get("/api/people?limit=200").json()["people"]
        for person in people[:20]:
            assert client.get(f"/api/people/{person['id']}/timeline").status_code == 200
    assert called == []
    assert listener.calls == []


def test_no_address_in_a_template_or_a_mail_is_called(tmp_path: Path, listener: Listener) -> None:
    url = f"http://127.0.0.1:{listener.port}/x"
    html = f'<img src="{url}"><link href="{url}"><a href="{url}">x</a><style>@import url({url});</style>{{{{ contact.avatar }}}}'
    with fresh_workspace(tmp_path / "mail.sqlite") as workspace:
        contact = workspace.contact(attributes={"avatar": url})
        with calls() as called:
            workspace.put(DOCUMENT | {"html": {"fr": html, "en": html}})
            workspace.plan(contact, 1)
            workspace.deliver()
            assert len(workspace.mails()) == 1
    assert called == []
    assert listener.calls == []


def test_a_template_is_tried_without_calling_anybody(services: Services, listener: Listener) -> None:
    """In the child process that tries it, too: only the listener could tell."""
    url = f"http://127.0.0.1:{listener.port}/x"
    document = DOCUMENT | {"html": {"fr": f'<img src="{url}">{{% include "{url}" %}}', "en": f"{{% render '{url}' %}}"}}
    with pytest.raises(Refusal):
        put_template(services, lambda _done, _total: None, document)
    assert put_template(services, lambda _done, _total: None, DOCUMENT | {"html": {"fr": f'<img src="{url}">', "en": "x"}})
    assert listener.calls == []


@pytest.mark.parametrize(
    "name", ["http://127.0.0.1:{port}/a.csv", "https://127.0.0.1:{port}/a.parquet", "s3://127.0.0.1/a.jsonl", "file:///a"]
)
def test_an_import_reads_files_and_no_addresses(services: Services, listener: Listener, name: str) -> None:
    path = name.format(port=listener.port)
    with calls() as called, pytest.raises(Refusal):
        import_named(services, lambda _done, _total: None, subject="events", path=path, rejects="/dev/null", form="csv")
    assert called == []
    assert listener.calls == []


def test_the_measure_hears_a_call(listener: Listener) -> None:
    with calls() as called, socket.create_connection(("127.0.0.1", listener.port)):
        pass
    assert any(str(listener.port) in call for call in called)
