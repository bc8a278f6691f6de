"""F-08: a mail server that misbehaves in every way; each mail ends with a reason, and none arrives twice but where nobody can know.

In CI a sample; `make faults ARGS="tests/faults/test_bad_smtp.py"` sends ten thousand.
"""

import random
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from parcours.channels.email.smtp import SmtpChannel
from parcours.channels.email.smtp_settings import smtp_settings
from tests.app.sending import Workspace, fresh_workspace
from tests.channels.smtp_server import Server, running

TERMINAL = {"sent", "uncertain", "bounced", "failed", "skipped"}
ENDS = {
    "zoe": ("sent", 1),
    "slow": ("sent", 1),
    "grey": ("sent", 1),
    "refuse-550-5.1.1": ("bounced", 0),
    "refuse-550-5.2.2": ("bounced", 0),
    "refuse-550-5.7.1": ("failed", 0),
    "refuse-552-5.3.4": ("failed", 0),
    "refuse-450-4.2.1": ("failed", 0),
    "refuse-421-4.7.0": ("failed", 0),
    "content-554": ("bounced", 1),
    "content-451": ("failed", 2),
    "drop-data": ("failed", 0),
    "cut": ("uncertain", 1),
    "silent": ("uncertain", 1),
}
"""How a mail to this local part ends, and how often the server saw its final dot: 2 stands for often. (A line lost amid the message needs a
long one: tests/channels/test_smtp.py.)"""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with nothing planned."""
    with fresh_workspace(tmp_path / "smtp.sqlite") as opened:
        yield opened


def finish(workspace: Workspace) -> Counter[str]:
    """Deliver until nothing is planned any more, moving the clock to each next try; answers the states."""
    for _ in range(200):
        while workspace.deliver(50):
            pass
        counts = workspace.store.read(1, lambda tx: tx.messages.counts())
        if set(counts) <= TERMINAL:
            return Counter(counts)
        workspace.clock.pass_time(4 * 3_600_000_000)
    raise AssertionError(f"after a month there is still {counts}")


def every_way(workspace: Workspace, server: Server, mails: int, seed: int) -> None:
    """So many mails, each met in one of the ways; the sender's and the server's ledger agree about every one."""
    workspace.channels["email"] = SmtpChannel(smtp_settings(server.url(timeout=5, reply_timeout=0.3, connections=4)))
    ways = [*ENDS, *random.Random(seed).choices(list(ENDS), k=mails - len(ENDS))]
    random.Random(seed).shuffle(ways)
    planned = {}
    for number, way in enumerate(ways, start=1):
        address = f"{way}@d{number}.example.org"
        planned[workspace.plan(workspace.contact(email=address), number)] = (way, address)
    finish(workspace)
    workspace.channels["email"].close()
    wrong = []
    dots = Counter(entry.recipient for entry in server.ledger.seen)
    for identity, (way, address) in planned.items():
        state, reason = workspace.state(identity)
        expected, times = ENDS[way]
        if state != expected or min(dots[address], 2) != times or (state != "sent" and not reason):
            wrong.append((way, state, reason, dots[address]))
        assert len({entry.message_id for entry in server.ledger.of(address)}) <= 1, f"{address} was sent under two Message-IDs"
    assert wrong == []


@pytest.mark.parametrize("pipelining", [False, True])
def test_every_mail_ends_with_a_reason(workspace: Workspace, pipelining: bool) -> None:
    with running(pipelining=pipelining) as server:
        every_way(workspace, server, 40, 8)


@pytest.mark.faults
def test_ten_thousand_mails_end_with_a_reason(workspace: Workspace, request: pytest.FixtureRequest) -> None:
    with running() as server:
        every_way(workspace, server, 10_000, request.config.getoption("--seed"))


def test_a_server_that_takes_one_connection_gets_everything_over_it(workspace: Workspace) -> None:
    with running(most=1) as server:
        workspace.channels["email"] = SmtpChannel(smtp_settings(server.url(connections=4)))
        for number in range(1, 31):
            workspace.plan(workspace.contact(email=f"c{number}@example.org"), number)
        assert finish(workspace) == {"sent": 30}
        workspace.channels["email"].close()
        assert len(server.ledger.seen) == 30


def test_a_server_that_says_nothing_defers_everything_and_holds_nobody_long(workspace: Workspace) -> None:
    for number in range(1, 51):
        workspace.plan(workspace.contact(email=f"c{number}@example.org"), number)
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:
        url = f"smtp://localhost:{mute.getsockname()[1]}?timeout=2"
        workspace.channels["email"] = SmtpChannel(smtp_settings(url))
        begun = time.monotonic()
        workspace.deliver(50)
        took = time.monotonic() - begun
    states = [workspace.state(number.to_bytes(16, "big")) for number in range(1, 51)]
    assert {state for state, _ in states} == {"planned"}
    assert all(reason.startswith("deferred: No connection to the mail server: ") for _, reason in states)
    assert took < 15, "one stall for the batch, not one for each mail"
    with running() as server:
        workspace.channels["email"] = SmtpChannel(smtp_settings(server.url()))
        assert finish(workspace) == {"sent": 50}
        workspace.channels["email"].close()
        assert len(server.ledger.seen) == 50
