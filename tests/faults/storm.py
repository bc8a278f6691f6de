"""A storm: a shop sends orders to the real server, which is killed again and again; in the end everything is held against three ledgers."""

import contextlib
import json
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.definitions import JOURNEYS, TEMPLATES, again, template
from tests.faults.ledger import Ledger, lines, now
from tests.faults.model import expected
from tests.fixtures.network import child_environment, free_port, wait_until
from tests.fixtures.server import initialised

CLAIMED, UNCERTAIN = 1, 3
NEVER = 2**62
PLAIN = {"NUMBA_DISABLE_JIT": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass
class Report:
    """What a storm found; `faults` are sentences, none when all is well."""

    kills: int = 0
    acked: int = 0
    mails: int = 0
    repeated: int = 0
    uncertain: int = 0
    left: int = 0
    faults: list[str] = field(default_factory=list)


class Nursery:
    """The process that starts servers quickly (nursery.py)."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.nursery"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment(**PLAIN))
        self._answer()

    def __call__(self, do: str, **more: Any) -> Any:
        """Ask for one thing."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the nursery ended with {self._process.wait()}")
        return json.loads(line)

    def close(self) -> None:
        """End it."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(30)


class Storm:
    """One data directory under `folder`, its sink, its shop, and the lives of its server."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.data, self.chance, self.nursery = folder, folder / "data", random.Random(seed), Nursery()
        self.sink_ledger, self.shop_ledger = folder / "sink.jsonl", folder / "shop.jsonl"
        self.operator_ledger = folder / "operator.jsonl"
        self.log = folder / "server.log"
        self.sink_port = free_port()
        fresh = not (folder / "keys.json").exists()
        if fresh:
            self._first_time()
        self.keys = json.loads((folder / "keys.json").read_text())
        self.port = self.keys["port"]
        self.book = Ledger(self.operator_ledger)
        self.sink = self._program("sink", str(self.sink_port), str(self.sink_ledger), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.sink.stdout is not None
        self.sink.stdout.readline()
        self.shop: subprocess.Popen[bytes] | None = None
        if fresh:
            self._define()

    # --- setting up ---

    def _first_time(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        server = initialised(self.data)
        (self.folder / "keys.json").write_text(json.dumps({"secret": server.secret_key, "port": server.port}))

    def _define(self) -> None:
        quiet = self.command("settings", "set", "quiet_hours", "null")
        assert quiet == 0, self.log.read_text()
        for name in TEMPLATES:
            assert self.command("templates", "put", self._file(name, template(name))) == 0, self.log.read_text()
        for document in JOURNEYS:
            assert self.command("journeys", "publish", self._file(document["journey"], document)) == 0, self.log.read_text()

    def _file(self, name: str, document: dict[str, Any]) -> str:
        path = self.folder / f"{name}.yaml"
        path.write_text(json.dumps(document))  # JSON is YAML
        return str(path)

    def _program(self, name: str, *arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-m", f"tests.faults.{name}", *arguments], **options)

    def command(self, *arguments: str) -> int | None:
        """One command of the command line, through the running server or by itself."""
        code: int | None = self.nursery("run", arguments=[*arguments, "--data", str(self.data)], log=str(self.log))
        return code

    def open_shop(self) -> None:
        """From now on orders come."""
        first = 1 + max((int(line["order_id"][1:]) for line in lines(self.shop_ledger) if "order_id" in line), default=0)
        address = f"http://127.0.0.1:{self.port}"
        files = (str(self.shop_ledger), str(self.sink_ledger))
        self.shop = self._program("client", address, self.keys["secret"], *files, str(first), stdin=subprocess.PIPE)

    def close_shop(self) -> None:
        """No new orders; those that were begun are sent until they are answered."""
        if self.shop is not None and self.shop.stdin is not None:
            self.shop.stdin.close()
            self.shop.wait(120)
            self.shop = None

    def end_shop(self) -> None:
        """No more orders at once; what was begun stays without an answer."""
        if self.shop is not None and self.shop.stdin is not None:
            self.shop.kill()
            self.shop.wait()
            self.shop.stdin.close()
            self.shop = None

    # --- lives ---

    def start(self, fail: str = "") -> int:
        """Start the server; answers its process id at once."""
        smtp = f"smtp://127.0.0.1:{self.sink_port}?connections=2&timeout=20&reply_timeout=20"
        arguments = ["serve", "--data", str(self.data), "--port", str(self.port), "--smtp", smtp]
        pid: int = self.nursery("start", arguments=arguments, log=str(self.log), fail=fail)
        return pid

    def ready(self, pid: int, seconds: float = 60) -> bool:
        """Wait until it answers; False when it ended before."""
        until = time.monotonic() + seconds
        while self.nursery("wait", pid=pid, seconds=0) is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                return True
            if time.monotonic() > until:
                raise TimeoutError(f"the server is not ready after {seconds:g} s (log: {self.log})")
            time.sleep(0.01)
        self.died("")
        return False

    def life_until(self, fail: str, seconds: float, *, busy: bool) -> bool:
        """A life that ends at a fail point, or by a signal when the point is not passed in time; True when it was passed."""
        pid = self.start(fail)
        if self.ready(pid):
            if busy:
                self.operate()
            ended = self.nursery("wait", pid=pid, seconds=seconds)
            if ended is None:
                self.nursery("kill", pid=pid)
            self.died(fail if ended is not None else "")
            return ended is not None
        return True

    def life(self, seconds: float) -> None:
        """A life of so many seconds from the start of the process: it may be killed while it recovers."""
        pid = self.start()
        until = time.monotonic() + seconds
        if self.chance.random() < 0.25 and self.ready(pid):
            self.operate()
        self.nursery("wait", pid=pid, seconds=max(0.0, until - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, RuntimeError):
            self.nursery("kill", pid=pid)
        self.died("")

    def operate(self) -> None:
        """What operators do meanwhile: publish, and forget somebody."""
        number = sum(1 for _ in lines(self.operator_ledger))
        guest = f"g{number}"
        self.book.note(what="tried", ids=[f"who-{guest}"])
        body = {"batch": [{"type": "identify", "messageId": f"who-{guest}", "userId": guest, "traits": {"name": guest}}]}
        headers = {"Authorization": "Basic " + b64encode(f"{self.keys['secret']}:".encode()).decode(), "Content-Type": "application/json"}
        address = f"http://127.0.0.1:{self.port}/v1/batch"
        with contextlib.suppress(OSError):
            urllib.request.urlopen(urllib.request.Request(address, json.dumps(body).encode(), headers), timeout=10).close()
        self._ask("journeys.publish", document=again(number))
        self._ask("contacts.forget", contact=guest)

    def _ask(self, name: str, **arguments: Any) -> None:
        """One operation through the server's local socket, as the command line does it; it may be killed meanwhile."""
        body = json.dumps({"name": name, "arguments": arguments}).encode()
        head = f"POST /run HTTP/1.0\r\nHost: parcours\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        with socket.socket(socket.AF_UNIX) as door, contextlib.suppress(OSError):
            door.settimeout(30)
            door.connect(str(self.data / "parcours.sock"))
            door.sendall(head.encode() + body)
            while door.recv(65536):
                pass

    def died(self, fail: str) -> None:
        """The process is gone: which messages had begun, and had no outcome on the disk?"""
        with self.database() as database:
            begun = database.execute("SELECT hex(id) FROM messages WHERE state = ? AND address != ''", [CLAIMED]).fetchall()
        self.book.note(what="kill", fail=fail, begun=[row[0].lower() for row in begun])

    @contextlib.contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The database, read by nobody's code but ours."""
        with contextlib.closing(sqlite3.connect(f"file:{self.data / 'parcours.sqlite'}?mode=ro", uri=True)) as database:
            yield database

    # --- the end ---

    def calm(self, seconds: float = 900) -> Report:
        """The faults are over: everything due is done, then all ledgers are held against each other and the store."""
        pid = self.start()
        assert self.ready(pid), self.log.read_text()[-3000:]
        self.close_shop()
        wait_until(self.quiet, seconds, "doing all that was due")
        self.nursery("kill", pid=pid, number=15)
        report = self.judge()
        ledgers = [part for path in (self.shop_ledger, self.operator_ledger) for part in ("--client-ledger", str(path))]
        if self.command("check", "--settled", *ledgers, "--smtp-ledger", str(self.sink_ledger)) != 0:
            report.faults.append("parcours check found faults: " + self.log.read_text()[-2000:])
        return report

    def quiet(self) -> bool:
        """Nothing that is due is left to do."""
        asked = (
            "SELECT (SELECT count(*) FROM inbox WHERE seq IS NULL OR turned IS NULL)"
            " + (SELECT count(*) FROM messages WHERE state IN (0, 1))"
            f" + (SELECT count(*) FROM contact_states WHERE due < {now() + 60_000_000})"
        )
        with self.database() as database:
            return bool(database.execute(asked).fetchone()[0] == 0)

    def judge(self) -> Report:
        """Client ledger, sink ledger and model agree, but for what each kill left without an outcome."""
        kills = [line for line in lines(self.operator_ledger) if line["what"] == "kill"]
        shop = list(lines(self.shop_ledger))
        acked = [line for line in shop if line["what"] == "acked"]
        stays = [line for line in acked if line["user"].startswith("u")]
        mails = [line for line in lines(self.sink_ledger) if line["what"] == "dot"]
        report = Report(len(kills), len(acked), len(mails))
        report.faults += [f"the door refused {line['order_id']}" for line in shop if line["what"] == "refused"]
        self._judge_mails(report, mails, kills, expected(stays))
        tried = {line["order_id"] for line in shop if "order_id" in line}
        report.faults += [f"invented: {mail['subject']}" for mail in mails if mail["subject"].split()[-1] not in tried]
        self._judge_leavers(report, mails, shop)
        return report

    def _judge_mails(self, report: Report, mails: list[dict[str, Any]], kills: list[dict[str, Any]], due: Iterable[str]) -> None:
        begun = {identity for kill in kills for identity in kill["begun"]}
        with self.database() as database:
            rows = database.execute("SELECT hex(id), step, payload FROM messages WHERE state = ?", [UNCERTAIN]).fetchall()
        held = {f"{step} {json.loads(payload)['event']['order_id']}": identity.lower() for identity, step, payload in rows}
        report.uncertain = len(held)
        report.faults += [f"uncertain without a kill: {subject}" for subject, identity in held.items() if identity not in begun]
        times = Counter(mail["subject"] for mail in mails)
        report.faults += [f"lost: {subject}" for subject in sorted(due) if subject not in times and subject not in held]
        by_subject = defaultdict(list)
        for mail in mails:
            by_subject[mail["subject"]].append(mail)
        for subject, copies in by_subject.items():
            if len({mail["message_id"] for mail in copies}) > 1:
                report.faults.append(f"several Message-IDs: {subject}")
            report.repeated += len(copies) - 1
            windows = _windows(copies[-1], kills) if subject.startswith("receipt") else 0
            if len(copies) - 1 > windows:
                report.faults.append(f"taken {len(copies)} times, for {windows} kills in the window: {subject}")

    def _judge_leavers(self, report: Report, mails: list[dict[str, Any]], shop: list[dict[str, Any]]) -> None:
        """No mail of a topic that was left begins later than a second after the answer."""
        left = {line["recipient"]: line["at"] for line in reversed(shop) if line["what"] == "left"}
        report.left = len(left)
        for mail in mails:
            if not mail["subject"].startswith("receipt") and mail["began"] > left.get(mail["recipient"], NEVER) + 1_000_000:
                report.faults.append(f"sent after the opt-out: {mail['subject']}")

    def close(self) -> None:
        """End every process."""
        self.end_shop()
        self.sink.kill()
        self.sink.wait()
        for pipe in (self.sink.stdin, self.sink.stdout):
            assert pipe is not None
            pipe.close()
        self.nursery.close()
        self.book.close()


def _windows(last: dict[str, Any], kills: list[dict[str, Any]]) -> int:
    """How many kills before the last copy left this message begun and without an outcome on the disk: each may explain one more copy."""
    identity = last["message_id"].partition("@")[0]
    return sum(identity in kill["begun"] for kill in kills if kill["at"] < last["at"])
