"""Killed at any moment, the store has what it acknowledged, and nothing that is half done."""

import random
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from parcours.failpoints import KILLED
from parcours.store import migrate, open_store
from tests.adapters.children import command, run_child

pytestmark = [pytest.mark.kill, pytest.mark.slow]

INGEST = """
import os
from concurrent.futures import ThreadPoolExecutor
from parcours.app.ports import Arrival

store = open_store(path)

def arrival():
    return Arrival(os.urandom(16), "", 1, "track", "Order Completed", 1, 1, user_id="u", properties={"pair": "x" * 300})

def work(_):
    for _ in range(100_000):
        batch = [arrival() for _ in range(5)]
        store.write(1, lambda tx: tx.inbox.append(batch))
        os.write(1, b"".join(each.message_id.hex().encode() for each in batch) + b"\\n")

with ThreadPoolExecutor(4) as workers:
    list(workers.map(work, range(4)))
"""

ONE_BY_ONE = """
import os
from parcours.app.ports import Arrival

store = open_store(path)
for number in range(10):
    message = Arrival(bytes([number]) * 16, "", 1, "track", "A", 1, 1, user_id="u")
    store.write(1, lambda tx: tx.inbox.append([message]))
    os.write(1, f"{message.message_id.hex()}\\n".encode())
"""

ANSWERS_TOO_EARLY = """
from parcours.store.sqlite import writer

attempt = writer.Writer._attempt

def eager(self, outcome, alone):
    attempt(self, outcome, alone)
    writer._answer(outcome.job, outcome.result, outcome.error)
    outcome.job = writer.Job(1, lambda tx: None, writer.Future())
    import time
    time.sleep(0.2)

writer.Writer._attempt = eager
"""


def kept(path: Path) -> list[bytes]:
    """The ids in the database, which must be whole."""
    with closing(open_store(path)) as store:
        ids = [row.arrival.message_id for row in store.read(1, lambda tx: tx.inbox.unrouted(10_000_000))]
    with closing(sqlite.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return ids


@pytest.fixture
def path(tmp_path: Path) -> Path:
    migrate(tmp_path / "parcours.sqlite")
    return tmp_path / "parcours.sqlite"


def test_what_was_acknowledged_before_kill_9_is_there_once(path: Path) -> None:
    dice = random.Random(3)
    acknowledged: list[bytes] = []
    for _ in range(4):
        with subprocess.Popen(command(INGEST, path), stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            acknowledged += [bytes.fromhex(child.stdout.readline().strip().decode()[place : place + 32]) for place in range(0, 160, 32)]
            time.sleep(dice.uniform(0.1, 0.8))
            child.kill()
            lines = child.stdout.read().split(b"\n")[:-1]
        acknowledged += [bytes.fromhex(line.decode()[place : place + 32]) for line in lines for place in range(0, 160, 32)]
    ids = kept(path)
    assert len(acknowledged) > 50
    assert set(acknowledged) <= set(ids)
    assert len(set(ids)) == len(ids)
    assert len(ids) % 5 == 0, "a unit was kept in part"


@pytest.mark.parametrize(("point", "in_database"), [("store.before_commit", 3), ("store.after_commit", 4)])
def test_killed_at_a_commit_point_the_acknowledged_units_are_there(path: Path, point: str, in_database: int) -> None:
    answer = run_child(ONE_BY_ONE, path, PARCOURS_FAIL=f"{point}:4")
    assert answer.returncode == KILLED
    acknowledged = [bytes.fromhex(line) for line in answer.stdout.split()]
    assert len(acknowledged) == 3
    assert kept(path) == [bytes([number]) * 16 for number in range(in_database)]


def test_an_unarmed_point_kills_nobody(path: Path) -> None:
    answer = run_child(ONE_BY_ONE, path, PARCOURS_FAIL="another_point:1")
    assert (answer.returncode, len(answer.stdout.split())) == (0, 10)
    assert len(kept(path)) == 10


def test_an_answer_before_the_commit_would_be_seen(path: Path) -> None:
    answer = run_child(ANSWERS_TOO_EARLY + ONE_BY_ONE, path, PARCOURS_FAIL="store.before_commit:4")
    assert answer.returncode == KILLED, answer.stderr
    acknowledged = [bytes.fromhex(line) for line in answer.stdout.split()]
    assert not set(acknowledged) <= set(kept(path))
