"""A real HTTP server in this process, over an app that a test made."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import uvicorn
from fastapi import FastAPI

from parcours.api.app import create_app
from parcours.app.services import Services
from tests.api.conftest import QUICK
from tests.fixtures.network import free_port, wait_until


@contextmanager
def serving(services: Services, make: Callable[[Services], FastAPI] = lambda services: create_app(services, QUICK)) -> Iterator[str]:
    """Serve a workspace under an address of its own; answers that address, which is its public one, without trailing slash."""
    port = free_port()
    url = f"http://localhost:{port}"
    app = make(replace(services, public_url=url))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started, 60, "starting the server")
        yield url
    finally:
        server.should_exit = True
        thread.join(30)


@contextmanager
def another_site(pages: dict[str, str]) -> Iterator[str]:
    """A site of somebody else: serves these pages; answers its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path.partition("?")[0])
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((page or "").encode())

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's own name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_address[1]}"
        finally:
            server.shutdown()
