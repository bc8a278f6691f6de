"""Running the doors: HTTP for everybody, and the local socket for the command line."""

import contextlib
import errno
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from parcours.api.app import create_app
from parcours.api.local import create_local_app
from parcours.app.operations import Refusal
from parcours.app.services import Services

BACKLOG = 1024
LAST_WORDS = 1
"""Seconds that requests in flight have to end once the server was asked to stop; who is slower gets no answer and sends again."""
LAST_WORK = 10
"""The same for the command line's requests: publishing and importing are not cut short without need."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Refusal with one sentence when the port is taken or may not be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError as error:
        door.close()
        if error.errno == errno.EADDRINUSE:
            raise Refusal(f"Port {port} is in use. Stop what uses it, or choose another: --port {port + 1}.") from error
        raise Refusal(f"Port {port} on {host} cannot be used: {error.strerror}. Choose another: --port 8000.") from error
    door.listen(BACKLOG)
    return door


def run(services: Services, door: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called once requests are answered."""
    # uvicorn raises a signal again once it has stopped: the default would end the process before anything is put in order.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    with local_socket(services, services.directory / "parcours.sock"):
        server = uvicorn.Server(_config(create_app(services), LAST_WORDS))
        threading.Thread(target=_tell, args=(server, ready), daemon=True).start()
        server.run(sockets=[door])


@contextlib.contextmanager
def local_socket(services: Services, path: Path) -> Iterator[None]:
    """The local socket, as long as the block runs; only its owner may open it."""
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        before = os.umask(0o177)
        try:
            door.bind(str(path))
        finally:
            os.umask(before)
        door.listen(16)
        server = uvicorn.Server(_config(create_local_app(services), LAST_WORK))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(LAST_WORK + 1)
            path.unlink(missing_ok=True)


def _config(app: FastAPI, seconds: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=seconds,
        lifespan="off",
    )


def _tell(server: uvicorn.Server, ready: Callable[[], None]) -> None:
    while not server.started and not server.should_exit:
        threading.Event().wait(0.02)
    if server.started:
        ready()
