"""The store on SQLite: durable settings, one commit for many units, and what a full or failing disk does."""

import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest

from parcours.app.ports import Tx
from parcours.app.ports.store import NotDurable
from parcours.store import WrongDatabase, open_store
from parcours.store.faults import StoreFull, StoreStopped
from parcours.store.sqlite.connect import check_version, connect
from parcours.store.sqlite.faults import meaning
from parcours.store.sqlite.store import SqliteStore
from parcours.testing.builders import arrival, contact
from tests.adapters.children import run_child

PADDING = {"padding": "x" * 20_000}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "parcours.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(open_store(path)) as opened:
        assert isinstance(opened, SqliteStore)
        yield opened


@pytest.mark.parametrize("version", ["3.40.1", "3.44.5", "3.45.9", "3.50.6", "3.51.2"])
def test_versions_that_can_lose_a_write_are_refused(version: str) -> None:
    with pytest.raises(WrongDatabase, match="pysqlite3"):
        check_version(tuple(map(int, version.split("."))))


@pytest.mark.parametrize("version", ["3.44.6", "3.44.7", "3.50.7", "3.51.3", "3.53.4", "4.0.0"])
def test_mended_versions_are_accepted(version: str) -> None:
    check_version(tuple(map(int, version.split("."))))


def test_commits_are_synced_to_the_disk(path: Path) -> None:
    with closing(connect(path, writable=True)) as connection:
        values = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def _hold(store: SqliteStore) -> tuple[threading.Event, Any]:
    """Keep the writer busy with a unit that succeeds when the event is set."""
    begun, free = threading.Event(), threading.Event()

    def unit(tx: Tx) -> None:
        begun.set()
        free.wait(30)

    future = store.submit(1, unit)
    begun.wait(30)
    return free, future


def _commits(store: SqliteStore) -> list[str]:
    assert store._writer is not None
    said: list[str] = []
    store._writer._connection.set_trace_callback(lambda text: said.append(text) if text == "COMMIT" else None)
    return said


def test_units_that_queue_meanwhile_share_a_commit(store: SqliteStore) -> None:
    free, held = _hold(store)
    commits = _commits(store)
    futures = [store.submit(1, lambda tx: tx.people.create([contact()])) for _ in range(40)]
    free.set()
    held.result(30)
    assert sorted(number for future in futures for number in future.result(30)) == list(range(1, 41))
    assert len(commits) < 10


def test_nobody_is_answered_before_the_commit(store: SqliteStore) -> None:
    free, held = _hold(store)
    answered = [store.submit(1, lambda tx: tx.people.create([contact()])) for _ in range(5)]
    assert not any(future.done() for future in (held, *answered))
    free.set()
    for future in answered:
        future.result(30)
    assert store.read(1, lambda tx: tx.people.count()) == 5


def test_a_unit_cannot_wait_for_another(store: SqliteStore) -> None:
    with pytest.raises(RuntimeError, match="both in one"):
        store.write(1, lambda tx: store.write(1, lambda inner: inner.workspace))


def test_closing_finishes_what_is_queued(path: Path) -> None:
    store = open_store(path)
    futures = [store.submit(1, lambda tx: tx.people.create([contact()])) for _ in range(20)]
    store.close()
    assert all(future.result(0) for future in futures)
    with pytest.raises(NotDurable):
        store.write(1, lambda tx: tx.workspace)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_full_disk_is_answered_and_recovered_from(store: SqliteStore) -> None:
    assert store._writer is not None
    connection = store._writer._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages + 40}")
    kept, refused = [], 0
    for _ in range(30):
        came = arrival(properties=PADDING)
        try:
            store.write(1, lambda tx, came=came: tx.inbox.append([came]))  # type: ignore[misc]
            kept.append(came)
        except StoreFull:
            refused += 1
    assert kept
    assert refused > 10
    assert store.fault() is None
    connection.execute("PRAGMA max_page_count=1000000")
    last = arrival(properties=PADDING)
    store.write(1, lambda tx: tx.inbox.append([last]))
    assert [row.arrival for row in store.read(1, lambda tx: tx.inbox.unrouted(99))] == [*kept, last]


def test_small_units_beside_a_unit_too_large_for_the_disk_are_kept_or_refused_whole(store: SqliteStore) -> None:
    assert store._writer is not None
    connection = store._writer._connection
    free, held = _hold(store)
    connection.execute(f"PRAGMA max_page_count={connection.execute('PRAGMA page_count').fetchone()[0] + 40}")
    small = [store.submit(1, lambda tx: tx.people.create([contact()])) for _ in range(3)]
    large = store.submit(1, lambda tx: tx.inbox.append([arrival(properties=PADDING) for _ in range(50)]))
    more = [store.submit(1, lambda tx: tx.people.create([contact()])) for _ in range(3)]
    free.set()
    assert isinstance(large.exception(30), StoreFull)
    acknowledged = sum(future.exception(30) is None for future in (*small, *more))
    assert held.exception(30) is None or isinstance(held.exception(), StoreFull)
    assert store.read(1, lambda tx: (tx.people.count(), tx.inbox.unrouted(9))) == (acknowledged, [])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (13, "full"),
        (10, "stop"),
        (10 | 4 << 8, "stop"),
        (10 | 19 << 8, "full"),
        (11, "stop"),
        (26, "stop"),
        (8, "refused"),
        (5, "refused"),
        (1, "unit"),
    ],
)
def test_errors_are_read_by_their_code(code: int, expected: str) -> None:
    error = sqlite.OperationalError("said")
    error.sqlite_errorcode = code
    assert meaning(error) == expected


def test_other_exceptions_belong_to_their_unit() -> None:
    assert meaning(ValueError()) == "unit"


FAILING_DISK = """
import resource, signal
from parcours.app.ports.store import NotDurable
from parcours.testing.builders import arrival

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
faults = []
store = open_store(path, on_fault=faults.append)
store.write(1, lambda tx: tx.inbox.append([arrival()]))
size = path.with_name(path.name + "-wal").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, resource.RLIM_INFINITY))
answers = []
for _ in range(20):
    try:
        store.write(1, lambda tx: tx.inbox.append([arrival(properties={"padding": "x" * 5_000})]))
        answers.append("kept")
    except NotDurable as error:
        answers.append(type(error).__name__)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
try:
    store.write(1, lambda tx: tx.inbox.append([arrival()]))
except NotDurable as error:
    answers.append("still " + type(error).__name__)
print(answers.count("kept"), answers[-1], len(faults), store.fault(), sep="|")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_after_an_error_of_the_disk_nothing_is_written_any_more(path: Path) -> None:
    answer = run_child(FAILING_DISK, path)
    assert answer.returncode == 0, answer.stderr
    kept, last, faults, sentence = answer.stdout.strip().split("|")
    assert (last, faults) == (f"still {StoreStopped.__name__}", "1")
    assert sentence.startswith("The disk failed")
    with closing(open_store(path)) as again:
        assert len(again.read(1, lambda tx: tx.inbox.unrouted(99))) == int(kept) + 1


def test_a_store_opened_for_reading_reads_beside_a_writer(store: SqliteStore, path: Path) -> None:
    with closing(open_store(path, writable=False)) as beside:
        store.write(1, lambda tx: tx.people.create([contact()]))
        assert beside.read(1, lambda tx: tx.people.count()) == 1
        with pytest.raises(NotDurable):
            beside.write(1, lambda tx: tx.workspace)


def test_many_reads_at_once_wait_for_a_connection(store: SqliteStore) -> None:
    store.write(1, lambda tx: tx.people.create([contact()]))
    together = threading.Barrier(8)
    answers: list[int] = []

    def unit(tx: Tx) -> int:
        if len(answers) < 8:
            together.wait(30)
        return tx.people.count()

    threads = [threading.Thread(target=lambda: answers.append(store.read(1, unit))) for _ in range(20)]
    for thread in threads[:8]:
        thread.start()
    for thread in threads[:8]:
        thread.join()
    for thread in threads[8:]:
        thread.start()
    for thread in threads[8:]:
        thread.join()
    assert answers == [1] * 20
