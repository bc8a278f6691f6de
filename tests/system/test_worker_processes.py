"""One `parcours serve` and two `parcours work` on one PostgreSQL, real processes: one is killed, one frozen past its leases.

Every order is thanked once, the others take the work over, who comes back from the cold moves nothing, and SIGTERM ends each quickly.
"""

import json
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from parcours.workers.shards import LEASE_SECONDS, SHARDS
from tests.faults.test_kill import JOURNEY, TEMPLATE
from tests.fixtures.network import child_environment, wait_until
from tests.fixtures.server import PROGRAM, Server

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.kill]

PEOPLE = 30
STOPPED_WITHIN = 12.0


class Client(threading.Thread):
    """Sends orders in small batches, again until each is acknowledged, and remembers which were."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.server, self.done = server, threading.Event()
        self.acked: list[str] = []

    def run(self) -> None:
        number = 0
        while not self.done.is_set():
            orders = [f"o{number + each}" for each in range(5)]
            while not self._send(orders) and not self.done.is_set():
                time.sleep(0.1)
            number += 5
            self.done.wait(0.1)

    def _send(self, orders: list[str]) -> bool:
        batch = []
        for order in orders:
            user = f"u{int(order[1:]) % PEOPLE}"
            batch += [
                {"type": "identify", "userId": user, "messageId": f"i-{order}", "traits": {"email": f"{user}@example.org"}},
                {"type": "track", "event": "Order Completed", "userId": user, "messageId": order, "properties": {"order_id": order}},
            ]
        headers = {"Authorization": "Basic " + b64encode(f"{self.server.secret_key}:".encode()).decode()}
        request = urllib.request.Request(f"{self.server.url}/v1/batch", json.dumps({"batch": batch}).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                well = all(event["status"] in ("accepted", "duplicate") for event in json.load(answer)["events"])
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        if well:
            self.acked += orders
        return well


@contextmanager
def worker(server: Server, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A `parcours work` beside the server."""
    log = server.log.with_name(f"{name}.log")
    with log.open("wb") as printed:
        process = subprocess.Popen([PROGRAM, "work", "--data", server.data], stdout=printed, stderr=printed, env=child_environment())
    try:
        wait_until(lambda: b"Working." in log.read_bytes(), 60, f"starting a worker (log: {log})")
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()


class Database:
    """What the test sees of the database, by itself."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)

    def column(self, text: str) -> list[Any]:
        """One column of an answer."""
        return [row[0] for row in self.connection.execute(text.encode())]

    def thanked(self) -> Counter[str]:
        """How often each order was thanked for."""
        return Counter(subject.rsplit(" ", 1)[-1] for subject in self.column("SELECT subject FROM mails"))

    def leaders(self) -> Counter[str]:
        """How many shards each process leads now, by its process number."""
        live = f"SELECT owner FROM leases WHERE shard < {SHARDS} AND until > extract(epoch FROM clock_timestamp()) * 1000000"
        return Counter(owner.split(":")[1] for owner in self.column(live))


def stopped_in(process: subprocess.Popen[bytes]) -> float:
    """Seconds that a process takes to end after SIGTERM; its exit status is 0."""
    began = time.monotonic()
    process.terminate()
    assert process.wait(30) == 0
    return time.monotonic() - began


def test_one_is_killed_and_one_frozen(new_server: Callable[..., Server], postgres_url: str, tmp_path: Path) -> None:
    server = new_server("data", "--database", postgres_url)
    (tmp_path / "journey.yaml").write_text(JOURNEY)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    for command in (("templates", "put", str(tmp_path / "template.yaml")), ("journeys", "publish", str(tmp_path / "journey.yaml"))):
        answer = server.run(*command)
        assert answer.returncode == 0, answer.stderr
    database, client = Database(postgres_url), Client(server.start())
    assert server.process is not None
    with ExitStack() as stack:
        killed, frozen = (stack.enter_context(worker(server, name)) for name in ("killed", "frozen"))
        all_three = {str(process.pid) for process in (server.process, killed, frozen)}
        client.start()
        wait_until(lambda: set(database.leaders()) == all_three, 30, "sharing the shards among three")
        wait_until(lambda: len(database.thanked()) > 20, 60, "the first mails")
        killed.kill()
        frozen.send_signal(signal.SIGSTOP)
        survivor = {str(server.process.pid): SHARDS}
        wait_until(lambda: database.leaders() == survivor, 2 * LEASE_SECONDS + 10, "taking the shards over")
        frozen.send_signal(signal.SIGCONT)
        wait_until(lambda: len(database.leaders()) == 2, 30, "sharing again")
        client.done.set()
        client.join(30)
        wait_until(lambda: set(client.acked) <= set(database.thanked()), 90, "thanking for every order")
        assert stopped_in(frozen) < STOPPED_WITHIN
        assert str(frozen.pid) not in database.leaders(), "leases were not given back"
        assert stopped_in(server.process) < STOPPED_WITHIN
    thanked = database.thanked()
    assert len(client.acked) > 50
    assert {order: times for order, times in thanked.items() if times > 1} == {}
    assert database.column("SELECT count(*) FROM messages") == [len(thanked)], "an order has more messages than mails"
    assert database.column("SELECT count(*) FROM runs WHERE status = 0") == [0]
    database.connection.close()
