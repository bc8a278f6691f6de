"""Delivering while things happen at the same time: opt-outs in the middle of a send, several workers, a process that is killed."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from parcours.app.deliver import recover
from parcours.app.tokens import sign
from parcours.app.unsubscribe import unsubscribe
from parcours.channels.email.smtp import SmtpChannel
from parcours.channels.email.smtp_settings import smtp_settings
from parcours.store import open_store
from tests.app.sending import Workspace, fresh_workspace
from tests.channels.smtp_server import running

ROOT = Path(__file__).parent.parent.parent
CONNECTIONS = 3
KILLS = 5
CHILD = """
import sys
from pathlib import Path
from parcours.channels.email.smtp import SmtpChannel
from parcours.channels.email.smtp_settings import smtp_settings
from parcours.store import open_store
from tests.app.sending import Workspace, fresh_workspace
workspace = Workspace(open_store(Path(sys.argv[1])))
workspace.channels["email"] = SmtpChannel(smtp_settings(sys.argv[2]))
print("ready", flush=True)
while workspace.deliver(20):
    pass
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "faults.sqlite"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def workspace(request, path):
    """On either database."""
    if request.param == "sqlite":
        with fresh_workspace(path) as opened:
            yield opened
    else:
        server = request.getfixturevalue("postgres_server")
        with closing(open_store(server.sqlalchemy_url(server.create()))) as store:
            yield Workspace(store)


def planned(workspace: Workspace, count: int, first: int = 1, local: str = "c", **given) -> dict[bytes, str]:
    """Messages by id, with the address of each."""
    addresses = [f"{local}{number}@example.org" for number in range(first, first + count)]
    return {workspace.plan(workspace.contact(email=address), number, **given): address for number, address in enumerate(addresses, first)}


def leaving_while_it_is_sent(workspace: Workspace, mails: int, connections: int, seed: int) -> None:
    """Half of the people leave at random moments; no MAIL FROM begins 0.5 s after their opt-out was answered."""
    with running() as server:
        workspace.channels["email"] = SmtpChannel(smtp_settings(server.url(connections=connections)))
        messages = planned(workspace, mails, local="slow")
        answered: dict[str, float] = {}
        dice = random.Random(seed)
        leaving = dice.sample(sorted(messages), mails // 2)

        def leave() -> None:
            for identity in leaving:
                assert unsubscribe(workspace.services, sign(workspace.services.secret, "unsubscribe", identity))
                answered[messages[identity]] = time.monotonic()
                time.sleep(dice.random() * 0.01)

        thread = threading.Thread(target=leave)
        thread.start()
        while workspace.deliver(100):
            pass
        thread.join()
        workspace.channels["email"].close()
        counts = workspace.store.read(1, lambda tx: tx.messages.counts())
    late = {address: server.ledger.asked[address] - at for address, at in answered.items() if address in server.ledger.asked}
    assert max(late.values(), default=0) < 0.5
    assert counts["sent"] + counts.get("skipped", 0) == mails
    assert counts["sent"] == len(server.ledger.seen) == len({seen.recipient for seen in server.ledger.seen})
    assert counts.get("skipped", 0) > 0, "nobody left in time: the test shows nothing"


def test_no_message_begins_after_an_opt_out_was_answered(workspace):
    """F-30 in small: a batch that takes two seconds."""
    leaving_while_it_is_sent(workspace, 100, CONNECTIONS, 7)


@pytest.mark.faults
def test_no_message_of_ten_thousand_begins_after_an_opt_out_was_answered(workspace, request):
    """F-30."""
    leaving_while_it_is_sent(workspace, 10_000, 4 * CONNECTIONS, request.config.getoption("--seed"))


def test_several_workers_send_each_message_once(workspace):
    with running() as server:
        workspace.channels["email"] = SmtpChannel(smtp_settings(server.url(connections=CONNECTIONS)))
        messages = planned(workspace, 100)

        def work() -> None:
            while workspace.deliver(7):
                pass

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        workspace.channels["email"].close()
        assert workspace.store.read(1, lambda tx: tx.messages.counts()) == {"sent": 100}
    assert Counter(seen.recipient for seen in server.ledger.seen) == dict.fromkeys(messages.values(), 1)


@pytest.mark.kill
@pytest.mark.slow
def test_a_killed_process_sends_nothing_twice_and_loses_nothing(path):
    """kill -9 in the middle of sending, five times; then a process that finishes."""
    with running() as server:
        workspace = Workspace(open_store(path))
        marketing = planned(workspace, 150)
        orders = planned(workspace, 50, 1001, transactional=True)
        workspace.store.close()
        for _ in range(KILLS):
            _run_and_kill(path, server.url(connections=CONNECTIONS), lambda: len(server.ledger.seen))
        accepted = Counter(seen.recipient for seen in server.ledger.seen if seen.accepted)
        workspace = Workspace(open_store(path))
        workspace.channels["email"] = SmtpChannel(smtp_settings(server.url(connections=CONNECTIONS)))
        recover(workspace.services)
        while workspace.deliver(50):
            pass
        workspace.clock.pass_time(10 * 60_000_000)
        while workspace.deliver(50):
            pass
        workspace.channels["email"].close()
        states = {identity: workspace.state(identity)[0] for identity in (*marketing, *orders)}
        receipts = Counter(event.properties["message"] for event in workspace.arrivals("Email Sent"))
        workspace.store.close()
    assert 0 < sum(accepted.values()) < 200, "the process was killed too early or too late: the test shows nothing"
    seen = Counter(entry.recipient for entry in server.ledger.seen)
    assert max(seen[address] for address in marketing.values()) == 1
    assert all(seen[address] == 1 for identity, address in marketing.items() if states[identity] == "sent")
    assert set(states.values()) <= {"sent", "uncertain"}
    assert all(states[identity] == "sent" for identity in orders)
    again = [address for address in orders.values() if seen[address] > 1]
    # A connection's next message begins in the unit of work that records what became of its last one. So at each kill a connection has at
    # most one message that began and has no outcome: uncertain if it is marketing, sent once more if it is transactional.
    assert Counter(states.values())["uncertain"] + len(again) <= KILLS * CONNECTIONS
    assert all(len({entry.message_id for entry in server.ledger.of(address)}) == 1 for address in again)
    assert {identity.hex() for identity, state in states.items() if state == "sent"} == set(receipts)
    assert set(receipts.values()) == {1}


def _run_and_kill(path: Path, url: str, seen) -> None:
    before = seen()
    command = [sys.executable, "-c", CHILD, str(path), url]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    end = time.monotonic() + 30
    while seen() < before + 25 and child.poll() is None and time.monotonic() < end:
        time.sleep(0.002)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
