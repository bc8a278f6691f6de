"""kill -9 of a server that ingests, runs journeys and sends: nothing that was acknowledged is lost, nothing is sent twice."""

import json
import random
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.fixtures.server import Server

KILLS = 5
SECONDS_BETWEEN = (0.4, 1.6)
JOURNEY = """
journey: receipt
title: {fr: Reçu, en: Receipt}
entry: [{on: {event: Order Completed}}]
instance: properties.order_id
reentry: never
holdout: 0%
transactional: true
topic: service
steps:
  - id: short
    wait: 300ms
  - id: mail
    send: {email: receipt}
"""
TEMPLATE = """
template: receipt
topic: service
from: Shop <shop@example.org>
subject: {fr: "Commande {{ event.order_id }}", en: "Order {{ event.order_id }}"}
html: {fr: "<p>{{ event.order_id }}</p>", en: "<p>{{ event.order_id }}</p>"}
"""


class Client(threading.Thread):
    """Sends orders one by one and keeps a ledger of its own: which it tried, and which were acknowledged."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.server, self.done, self.number = server, threading.Event(), 0
        self.acked: list[str] = []
        self.tried: list[str] = []

    def run(self) -> None:
        while not self.done.is_set():
            self.number += 1
            order = f"o{self.number}"
            self.tried.append(order)
            if self._send(order):
                self.acked.append(order)

    def _send(self, order: str) -> bool:
        user = f"u{self.number % 40}"
        batch = [
            {"type": "identify", "userId": user, "messageId": f"i-{order}", "traits": {"email": f"{user}@example.org"}},
            {"type": "track", "event": "Order Completed", "userId": user, "messageId": order, "properties": {"order_id": order}},
        ]
        headers = {
            "Authorization": "Basic " + b64encode(f"{self.server.secret_key}:".encode()).decode(),
            "Content-Type": "application/json",
        }
        request = urllib.request.Request(f"{self.server.url}/v1/batch", json.dumps({"batch": batch}).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status == 200 and all(event["status"] == "accepted" for event in json.load(answer)["events"])
        except (urllib.error.URLError, ConnectionError, TimeoutError, json.JSONDecodeError, OSError):
            time.sleep(0.05)
            return False


def test_a_killed_server_loses_nothing_and_sends_nothing_twice(new_server: Callable[..., Server], tmp_path: Path) -> None:
    server = new_server()
    (tmp_path / "journey.yaml").write_text(JOURNEY)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    for command in (("templates", "put", str(tmp_path / "template.yaml")), ("journeys", "publish", str(tmp_path / "journey.yaml"))):
        answer = server.run(*command)
        assert answer.returncode == 0, answer.stderr
    chance, client = random.Random(20261122), Client(server.start())
    client.start()
    for _ in range(KILLS):
        time.sleep(chance.uniform(*SECONDS_BETWEEN))
        server.kill()
        server.start()
    time.sleep(1)
    client.done.set()
    client.join(60)
    assert len(client.acked) > 20
    mails = wait_for_mails(server, set(client.acked))
    counted = Counter(mails)
    sent = {order for order in counted if order in set(client.acked)}
    assert sent == set(client.acked), f"lost: {sorted(set(client.acked) - sent)[:5]}"
    assert [order for order, times in counted.items() if times > 1] == []
    assert set(counted) <= set(client.tried), "something was invented"
    server.stop()
    assert server.run("check").returncode == 0


def wait_for_mails(server: Server, wanted: set[str]) -> list[str]:
    """Order numbers of the mails in the mailbox, once all that are wanted are there or a minute is over."""
    end = time.monotonic() + 60
    while True:
        with sqlite3.connect(f"file:{server.data / 'parcours.sqlite'}?mode=ro", uri=True) as database:
            subjects = [row[0].rsplit(" ", 1)[-1] for row in database.execute("SELECT subject FROM mails")]
        if wanted <= set(subjects) or time.monotonic() > end:
            return subjects
        time.sleep(0.5)
