"""A whole Parcours in this process, on a real store and a real mail server, whose clock is moved by hand; and all oracles at once."""

import contextlib
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from parcours.app import collect
from parcours.app import deliver as delivering
from parcours.app.archive import archive
from parcours.app.check import check
from parcours.app.check.finding import Ledgers
from parcours.app.operations import run
from parcours.app.ports import MessageState
from parcours.app.services import Services
from parcours.channels.email.render import EmailRenderer
from parcours.channels.email.smtp import SmtpChannel
from parcours.channels.email.smtp_settings import smtp_settings
from parcours.core.terms.intake import Envelope
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from parcours.workers.drain import drain
from tests.app.sending import MINUTE, Hands
from tests.faults.definitions import JOURNEYS, TEMPLATES, template
from tests.faults.ledger import Line, lines
from tests.faults.model import expected
from tests.fixtures.network import free_port
from tests.laws.reference.model import Cap, Document

START = 1_790_000_000_000_000


@contextlib.contextmanager
def sink(ledger: Path, lose: int = 0) -> Iterator[int]:
    """The mail server of the storms; answers its port."""
    port = free_port()
    command = [sys.executable, "-m", "tests.faults.sink", str(port), str(ledger), str(lose)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield port
        finally:
            process.kill()


class SmallShop:
    """One shop. `journeys` are published when it opens."""

    def __init__(self, database: Path, port: int, ledger: Path, *, start: int = START, journeys: Sequence[Document] = JOURNEYS) -> None:
        self.clock, self.ledger, self.journeys, self.caps = Hands(start, start), ledger, journeys, tuple[Cap, ...]()
        self.published: int | None = None
        self.store = open_store(database)
        self.channel = SmtpChannel(smtp_settings(f"smtp://127.0.0.1:{port}?connections=1&timeout=5&reply_timeout=5"))
        self.services = Services(
            self.store,
            open_history(database.parent / "lake"),
            LocalFiles(),
            self.clock,
            1,
            EmailRenderer(),
            {"email": self.channel},
            b"s" * 32,
            "http://localhost:8000",
            database.parent,
        )
        self.client: list[Line] = []
        self.ask("settings.set", key="quiet_hours", value=None)
        for name in TEMPLATES:
            self.ask("templates.put", document=template(name))
        for document in journeys:
            self.ask("journeys.publish", document=document)

    def ask(self, name: str, **arguments: Any) -> None:
        """One operation."""
        run(self.services, name, arguments, lambda done, total: None)

    def say(self, message: dict[str, Any]) -> bool:
        """One message at the door, noted in the client's ledger."""
        self.client.append({"what": "tried", "ids": [message["messageId"]]})
        made = collect.parcel([message], Envelope(received=self.clock.now(), trusted=True), 1)
        kept = collect.submit(self.services, made).result(30)
        self.client.append({"what": "acked", "ids": [message["messageId"]]})
        return kept == [True]

    def order(self, user: str, order: str, value: int = 100) -> None:
        """An order of somebody who allows everything."""
        who = {"userId": user}
        if not any(line["ids"] == [f"who-{user}"] for line in self.client):
            self.say({**who, "type": "identify", "messageId": f"who-{user}", "traits": {"email": f"{user}@example.org"}})
            granted = {"channel": "email", "topic": "*"}
            self.say({**who, "type": "track", "messageId": f"may-{user}", "event": "Consent Granted", "properties": granted})
        bought = {"order_id": order, "value": value}
        self.say({**who, "type": "track", "messageId": order, "event": "Order Completed", "properties": bought})
        self.client[-1] |= {"user": user, "at": self.clock.now(), **bought}
        self.clock.pass_time(1_000)

    def decide(self) -> None:
        """Route and turn all that waits."""
        drain(self.services)

    def work(self, minutes: int = 1, times: int = 3) -> None:
        """Let time pass, and do everything that is due."""
        for _ in range(times):
            self.decide()
            while delivering.deliver(self.services):
                pass
            self.decide()
            self.clock.pass_time(minutes * MINUTE)

    def restart(self) -> None:
        """What a new process does first."""
        delivering.recover(self.services)

    def archive(self) -> None:
        """Move what was turned to the history."""
        archive(self.services, enough=1)

    def faults(self) -> list[str]:
        """What all oracles find."""
        smtp = list(lines(self.ledger))
        found = check(self.services, lambda done, total: None, Ledgers(self.client, smtp), settled=True)
        faults = [fault for rule in found["rules"] for fault in (f"{rule['rule'].split()[0]}: {text}" for text in rule["faults"])]
        due = expected([line for line in self.client if "order_id" in line], self.journeys, self.caps, self.published)
        copies: dict[str, set[str]] = {}
        for line in smtp:
            if line["what"] == "dot":
                copies.setdefault(line["subject"], set()).add(line["message_id"])
        faults += [f"lost: {subject}" for subject in due if subject not in copies and subject not in self._uncertain()]
        faults += [f"invented: {subject}" for subject in copies if subject not in due]
        faults += [f"repeated: {subject}" for subject, names in copies.items() if len(names) > 1]
        return faults + [f"at the wrong time: {subject}" for subject, at in self._planned().items() if due.get(subject, at) != at]

    def _messages(self, state: MessageState | None = None) -> dict[str, int]:
        messages = self.store.read(1, lambda tx: tx.extracts.messages(b"", 10_000))
        chosen = [message for message in messages if state is None or message.state == state]
        return {f"{message.step} {message.payload['event']['order_id']}": message.planned_at for message in chosen}

    def _uncertain(self) -> dict[str, int]:
        return self._messages(MessageState.UNCERTAIN)

    def _planned(self) -> dict[str, int]:
        """When each message was decided; only journeys that wait for a local time are held to the instant."""
        return self._messages() if any("until" in str(step) for journey in self.journeys for step in journey["steps"]) else {}

    def mails(self) -> Counter[str]:
        """How often each subject came."""
        return Counter(line["subject"] for line in lines(self.ledger) if line["what"] == "dot")

    def close(self) -> None:
        """End it."""
        self.channel.close()
        self.store.close()
