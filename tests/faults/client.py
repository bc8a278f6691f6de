"""A shop that sends its orders, each until it is answered: python -m tests.faults.client URL KEY LEDGER SINK FIRST.

It keeps a ledger of its own: `tried` before an order is sent the first time, `acked` once its answer was 200, `refused` for any other final
answer. A request without an answer is sent again with the same message ids, as SDKs do. Some customers (`l…`) use the unsubscribe link of
their newest mail now and then: `left`, with their address, once that was answered 200. It ends when its standard input does.
"""

import json
import socket
import sys
import threading
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from tests.faults.ledger import Ledger, lines

STAYERS, LEAVERS = 36, 6
SENDERS = 3
PAUSE = 0.05
LEAVES_AFTER = 25
"""Every so many orders of a leaver it wants no more."""


class Shop:
    """The orders of one shop, numbered from `first`."""

    def __init__(self, url: str, key: str, ledger: Path, sink: Path, first: int) -> None:
        self.url, self.sink, self.over = url, sink, threading.Event()
        self.headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode(), "Content-Type": "application/json"}
        self.numbers: Iterator[int] = count(first)
        self.ledger = Ledger(ledger)

    def send_orders(self) -> None:
        """One after another until it is over; what was begun is sent until it is answered."""
        while not self.over.is_set():
            number = next(self.numbers)
            user = f"l{number // LEAVES_AFTER % LEAVERS}" if number % LEAVES_AFTER == 0 else f"u{number % STAYERS}"
            order = {"order_id": f"o{number}", "value": 20 + number * 7 % 100}
            line: dict[str, Any] = {"ids": [f"who-{user}", f"may-{user}", f"o{number}"], "user": user, **order}
            self.ledger.note(what="tried", **line)
            self.ledger.note(what=self._until_answered(batch_of(user, f"o{number}", order)), **line)
            if user.startswith("l"):
                self._leave(f"{user}@example.org")
            self.over.wait(PAUSE)

    def _until_answered(self, body: bytes) -> str:
        while True:
            status, answer = self._post("/v1/batch", body, self.headers)
            if status == 200:
                known = all(event["status"] in {"accepted", "duplicate"} for event in json.loads(answer)["events"])
                return "acked" if known else "refused"
            if 400 <= status < 500 and status != 429:
                return "refused"
            self.over.wait(PAUSE)

    def _leave(self, address: str) -> None:
        links = [mail["unsubscribe"] for mail in lines(self.sink) if mail.get("recipient") == address and "/u/" in mail["unsubscribe"]]
        if links:
            path = "/u/" + links[-1].rpartition("/u/")[2].rstrip(">")
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            if self._post(path, b"List-Unsubscribe=One-Click", form)[0] == 200:
                self.ledger.note(what="left", recipient=address)

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """(status, body); (0, nothing) when there was no answer: what became of it is not known."""
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, body, headers), timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, b""
        except (OSError, EOFError, ValueError, urllib.error.URLError):
            return 0, b""


def batch_of(user: str, message_id: str, order: dict[str, Any]) -> bytes:
    """Who it is, what they allow, and the order; what was said before is said again with the same id."""
    calls: list[dict[str, Any]] = [
        {"type": "identify", "messageId": f"who-{user}", "traits": {"email": f"{user}@example.org"}},
        {"type": "track", "messageId": f"may-{user}", "event": "Consent Granted", "properties": {"channel": "email", "topic": "*"}},
        {"type": "track", "messageId": message_id, "event": "Order Completed", "properties": order},
    ]
    return json.dumps({"batch": [{**call, "userId": user} for call in calls]}).encode()


def main(url: str, key: str, ledger: str, sink: str, first: str) -> None:
    """Send until standard input ends."""
    socket.setdefaulttimeout(10)
    shop = Shop(url, key, Path(ledger), Path(sink), int(first))
    senders = [threading.Thread(target=shop.send_orders) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    sys.stdin.read()
    shop.over.set()
    for sender in senders:
        sender.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
