"""A server that is asked to stop does so at once: what is in flight is answered, what only stays open is closed."""

import http.client
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures.server import Server

pytestmark = pytest.mark.slow
BODY = json.dumps({"batch": [{"type": "track", "event": "Order Completed", "userId": f"u{n}"} for n in range(200)]}).encode()
AT_MOST = 6.0
"""Seconds; about one on a quiet machine."""


def head(server: Server) -> bytes:
    """The head of a batch request."""
    lines = ["POST /v1/batch HTTP/1.1", "Host: localhost", f"X-Write-Key: {server.write_key}", f"Content-Length: {len(BODY)}"]
    return "\r\n".join([*lines, "", ""]).encode()


def half_sent(server: Server) -> socket.socket:
    """A batch of which the server has read the first half."""
    sender = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    sender.sendall(head(server) + BODY[:1000])
    return sender


def asked(server: Server) -> socket.socket:
    """A connection that was used and stays open."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    connection.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    assert answer.read()
    assert not answer.will_close
    return connection


def test_stopping_is_quick_and_answers_what_is_in_flight(server: Server) -> None:
    with half_sent(server) as sender, half_sent(server) as stalled, asked(server) as idle:
        assert server.process is not None
        began = time.monotonic()
        server.process.terminate()
        assert idle.recv(1) == b"", "a connection that nobody uses is closed first"
        sender.sendall(BODY[1000:])
        with http.client.HTTPResponse(sender) as answer:
            answer.begin()
            assert answer.status == 200
            assert [event["status"] for event in json.load(answer)["events"]] == ["accepted"] * 200
        assert server.process.wait(30) == 0, server.log.read_text()
        assert time.monotonic() - began < AT_MOST
        assert stalled.recv(99).startswith(b"HTTP/1.1 503"), "who never sends the rest is told that it failed"
    assert "Traceback" not in server.log.read_text()
    assert json.loads(server.run("status", "--json").stdout)["events"] == 200


def test_the_compiler_does_not_keep_the_server(new_server: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "0")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "empty"))
    server = new_server().start()
    time.sleep(1)
    assert server.process is not None
    began = time.monotonic()
    server.process.terminate()
    assert server.process.wait(60) == 0, server.log.read_text()
    assert time.monotonic() - began < AT_MOST
    assert "Traceback" not in server.log.read_text()
