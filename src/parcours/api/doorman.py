"""What holds for every request before any route runs: known host names only, bounded bodies, and the headers of every answer."""

import asyncio
import logging
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parcours.api.problems import Refused, problem

log = logging.getLogger("parcours.api")

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
ANY_HOST: Final = frozenset({"/sourceConfig", "/sourceConfig/", "/healthz", "/readyz", "/metrics"})
"""Paths that, like those under /v1/, answer under any name: sites send events under names of their own, probes come by address.
They show nothing to a browser."""
BODY_LIMIT: Final = 1_000_000
NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Doorman:
    """ASGI middleware: 421 for unknown host names, 413 for bodies of /api over a megabyte, security headers on every answer.

    What a route did not catch is written to the log and answered with a problem that tells nothing. A request that the end of
    the server cuts short is answered 503.

    A route that sets one of the headers itself keeps its own.
    """

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._hosts = LOOPBACK | {urlsplit(public_url).hostname or "localhost"}
        self._secure = public_url.startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]

        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._dress(MutableHeaders(scope=message), path)
            await send(message)

        if not (path in ANY_HOST or path.startswith("/v1/")) and host_name(Headers(scope=scope).get("host", "")) not in self._hosts:
            answer = problem(421, "unknown_host", "Open Parcours under its own address, or set PARCOURS_PUBLIC_URL to this one.")
            await answer(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, bounded(receive) if path.startswith("/api/") else receive, send_with_headers)
        except asyncio.CancelledError:
            if begun:
                raise
            await problem(503, "stopping", "The server is stopping. Try again in a moment.")(scope, receive, send_with_headers)
        except Exception:
            log.exception("%s %s failed", scope["method"], route_of(scope))
            if begun:
                raise
            await problem(500, "fault", "Something went wrong here; the log says what. Try again.")(scope, receive, send_with_headers)

    def _dress(self, headers: MutableHeaders, path: str) -> None:
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Content-Security-Policy", NOTHING)
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if path.startswith(("/api/", "/v1/", "/sourceConfig")):
            headers.setdefault("Cache-Control", "no-store")
        if path.startswith("/api/"):
            headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if self._secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")


def route_of(scope: Scope) -> str:
    """The path of a request with `{name}` where its route reads something: tokens and keys stand there, and no log may hold them."""
    if "path_params" not in scope:
        return "(no route yet)"
    path: str = scope["path"]
    for name, value in scope["path_params"].items():
        path = path.replace(str(value), f"{{{name}}}") if str(value) else path
    return path


def host_name(host: str) -> str:
    """The name in a Host header, without port, in small letters; brackets of an IPv6 address removed."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def bounded(receive: Receive) -> Receive:
    """A `receive` that raises 413 once more than BODY_LIMIT bytes have come."""
    seen = 0

    async def receive_bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > BODY_LIMIT:
            raise Refused(413, "too_large", "A request to /api may hold one megabyte.")
        return message

    return receive_bounded
