"""The page that answers while something long is prepared: which steps are done, which one goes on and for how long. It reloads itself."""

import contextlib
import html
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from parcours.api.public.page import language_of

STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;color:#16201d;background:#f6f7f4;margin:0;padding:12vh 24px}"
    "main{max-width:34rem;margin:auto}h1{font-size:1.5rem}ol{padding:0;list-style:none}"
    "li{padding:.55rem 0;border-bottom:1px solid #dde2dd;color:#56635e;display:flex;justify-content:space-between;gap:1rem}"
    "li span+span{white-space:nowrap}li[aria-current]{color:#0e5b4a;font-weight:600}"
)
SAFE: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
TITLE: Final = {"fr": "La démo se prépare", "en": "The demo is getting ready"}
LEAD: Final = {"fr": "Cette page s’ouvrira d’elle-même sur la démo.", "en": "This page will open the demo by itself."}
DONE: Final = {"fr": "fait", "en": "done"}


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the work, in both languages."""

    fr: str
    en: str


@dataclass(slots=True)
class Course:
    """Steps in order, and how far they have come. `now` is the step that goes on; `reached` its (done, total) or None."""

    steps: Sequence[Step]
    now: int = 0
    since: float = field(default_factory=time.monotonic)
    reached: tuple[int, int] | None = None

    def begin(self, number: int) -> None:
        """Step `number` goes on from now; those before it are done."""
        self.now, self.since, self.reached = number, time.monotonic(), None

    def progress(self, done: int, total: int) -> None:
        """How far the step that goes on has come."""
        self.reached = (done, total)

    def page(self, language: str) -> str:
        """The page of this moment."""
        rows = "".join(self._row(number, step, language) for number, step in enumerate(self.steps))
        return (
            f'<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f'<meta http-equiv="refresh" content="1"><title>{TITLE[language]} · Parcours</title><style>{STYLE}</style>'
            f"<main><h1>{TITLE[language]}</h1><p>{LEAD[language]}</p><ol>{rows}</ol></main></html>"
        )

    def _row(self, number: int, step: Step, language: str) -> str:
        text = html.escape(step.fr if language == "fr" else step.en)
        if number > self.now:
            return f"<li><span>{text}</span></li>"
        if number < self.now:
            return f"<li><span>{text}</span><span>{DONE[language]}</span></li>"
        share = f"{100 * self.reached[0] // max(1, self.reached[1])} %" if self.reached else f"{time.monotonic() - self.since:.0f} s"
        return f'<li aria-current="step"><span>{text}</span><span>{share}</span></li>'


@contextlib.contextmanager
def shown(course: Course, door: socket.socket) -> Iterator[None]:
    """Answer every request at the door with the course's page as long as the block runs. The door stays open for who comes next."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = course.page(language_of(None, self.headers.get("Accept-Language", ""))).encode()
            self.send_response(503)
            for name, value in (("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body))), ("Retry-After", "1")):
                self.send_header(name, value)
            for name, value in (("Content-Security-Policy", SAFE), ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, *_: object) -> None:
            """Nothing: the terminal shows the course already."""

    server = ThreadingHTTPServer(door.getsockname()[:2], Page, bind_and_activate=False)
    server.socket.close()
    server.socket = door.dup()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
