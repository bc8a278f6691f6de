"""The store on PostgreSQL: several writers at once, deadlocks, a server that goes away."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from parcours.app.ports import Store, Tx
from parcours.app.ports.store import NotDurable
from parcours.failpoints import KILLED
from parcours.store import WrongDatabase, open_store
from parcours.store.postgres.connect import check_version, dsn
from parcours.testing.builders import add_contacts, arrival, contact
from tests.adapters.children import PREAMBLE
from tests.fixtures.postgres import PostgresServer

pytestmark = pytest.mark.postgres


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    with closing(open_store(postgres_url)) as opened:
        yield opened


def test_old_servers_are_refused() -> None:
    with pytest.raises(WrongDatabase, match="PostgreSQL 14 is too old"):
        check_version(140_012)
    check_version(150_000)


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    with pytest.raises(WrongDatabase, match=r"127\.0\.0\.1:1/shop") as caught:
        open_store("postgresql://marie:hidden@127.0.0.1:1/shop")
    assert "hidden" not in str(caught.value)


def test_two_that_migrate_at_once_do_so_one_after_the_other(postgres_url: str) -> None:
    def start(_: int) -> int:
        with closing(open_store(postgres_url)) as store:
            return store.read(1, lambda tx: tx.people.count())

    with ThreadPoolExecutor(3) as workers:
        assert list(workers.map(start, range(3))) == [0, 0, 0]


def test_commits_are_synced_even_where_the_server_says_otherwise(store: Store) -> None:
    def unit(tx: Tx) -> str:
        cursor = tx._session._cursor  # type: ignore[attr-defined]
        return str(cursor.execute("SELECT current_setting('synchronous_commit')").fetchone()[0])

    assert store.write(1, unit) == "on"


def setting(tx: Tx, name: str) -> str:
    cursor = tx._session._cursor  # type: ignore[attr-defined]
    return str(cursor.execute("SELECT current_setting(%s)", [name]).fetchone()[0])


def test_a_unit_that_stands_still_gives_up_what_it_locked(store: Store) -> None:
    [number] = store.write(1, lambda tx: tx.people.create([contact()]))

    def frozen(tx: Tx) -> None:
        tx.people.load([number])
        assert setting(tx, "idle_in_transaction_session_timeout") == "15s"
        tx._session._cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '100ms'")  # type: ignore[attr-defined]
        time.sleep(0.5)
        tx.people.save([replace(tx.people.load([number])[number], user_id="too late")])

    with pytest.raises(NotDurable, match="cannot be written now"):
        store.write(1, frozen)
    store.write(1, lambda tx: tx.people.save([replace(tx.people.load([number])[number], user_id="in time")]))
    assert store.read(1, lambda tx: tx.people.load([number]))[number].user_id == "in time"


def test_too_much_that_waits_is_refused_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_room", threading.BoundedSemaphore(2))
    go_on = threading.Event()
    waiting = [store.submit(1, lambda tx: go_on.wait(10)) for _ in range(2)]
    with pytest.raises(NotDurable, match="Too much is waiting") as refused:
        store.submit(1, lambda tx: None)
    assert refused.value.retry_after == 2
    go_on.set()
    assert [future.result(10) for future in waiting] == [True, True]
    assert store.submit(1, lambda tx: "room again").result(10) == "room again"


def test_who_only_reads_may_take_its_time(store: Store) -> None:
    assert store.read(1, lambda tx: setting(tx, "idle_in_transaction_session_timeout")) == "0"
    assert store.write(1, lambda tx: setting(tx, "idle_in_transaction_session_timeout")) == "15s"


def test_the_same_message_from_many_writers_is_kept_once(store: Store) -> None:
    messages = [arrival() for _ in range(50)]
    with ThreadPoolExecutor(6) as workers:
        answers = list(workers.map(lambda _: store.write(1, lambda tx: tx.inbox.append(messages)), range(6)))
    assert [sum(column) for column in zip(*answers, strict=True)] == [1] * 50
    assert len(store.read(1, lambda tx: tx.inbox.unrouted(999))) == 50


def test_a_message_that_leaves_the_inbox_meanwhile_is_still_known(store: Store) -> None:
    message = arrival()
    store.write(1, lambda tx: tx.inbox.append([message]))
    row = store.read(1, lambda tx: tx.inbox.unrouted(1))[0].row
    removed = threading.Event()

    def remove(tx: Tx) -> None:
        tx.inbox.remove([row])
        removed.set()
        threading.Event().wait(0.3)

    thread = threading.Thread(target=store.write, args=(1, remove))
    thread.start()
    removed.wait(30)
    answers = store.write(1, lambda tx: tx.inbox.append([message]))
    thread.join()
    assert answers == [False]
    assert store.read(1, lambda tx: tx.inbox.unrouted(9)) == []


def test_a_unit_caught_in_a_deadlock_runs_again(store: Store) -> None:
    one, two = add_contacts(store, 2)
    together = threading.Barrier(2)
    runs = {one: 0, two: 0}

    def unit(first: int, second: int) -> None:
        def work(tx: Tx) -> None:
            runs[first] += 1
            tx.people.save(list(tx.people.load([first]).values()))
            if sum(runs.values()) <= 2:
                together.wait(30)
            tx.people.save(list(tx.people.load([second]).values()))

        store.write(1, work)

    with ThreadPoolExecutor(2) as workers:
        for future in [workers.submit(unit, one, two), workers.submit(unit, two, one)]:
            future.result(60)
    assert sum(runs.values()) > 2


def test_a_contact_that_a_unit_loaded_is_not_written_by_another_before_it_ends(store: Store) -> None:
    [number] = add_contacts(store, 1)
    before = store.read(1, lambda tx: tx.people.load([number])[number].next_seq)

    def number_one_more(_: int) -> None:
        def work(tx: Tx) -> None:
            held = tx.people.load([number])[number]
            threading.Event().wait(0.02)
            tx.people.save([replace(held, next_seq=held.next_seq + 1)])

        store.write(1, work)

    with ThreadPoolExecutor(6) as workers:
        list(workers.map(number_one_more, range(12)))
    assert store.read(1, lambda tx: tx.people.load([number])[number].next_seq) == before + 12


def test_a_record_that_a_unit_loaded_is_not_written_by_another_before_it_ends(store: Store) -> None:
    [number] = add_contacts(store, 1)

    def one_later(_: int) -> None:
        def work(tx: Tx) -> None:
            [held] = tx.runs.records([number])
            threading.Event().wait(0.02)
            tx.runs.save([replace(held, last_seq=held.last_seq + 1)])

        store.write(1, work)

    [before] = store.read(1, lambda tx: tx.runs.records([number]))
    with ThreadPoolExecutor(6) as workers:
        list(workers.map(one_later, range(12)))
    assert store.read(1, lambda tx: tx.runs.records([number]))[0].last_seq == before.last_seq + 12


def test_a_lease_that_is_checked_cannot_change_hands_before_the_commit(store: Store) -> None:
    token = store.write(1, lambda tx: tx.leases.take(0, "a", 0, 10))
    assert token is not None
    checked = threading.Event()
    order: list[str] = []

    def work(tx: Tx) -> None:
        assert tx.leases.check(0, token)
        checked.set()
        threading.Event().wait(0.3)
        order.append("work")

    thread = threading.Thread(target=store.write, args=(1, work))
    thread.start()
    checked.wait(30)
    newer = store.write(1, lambda tx: tx.leases.take(0, "b", 11, 20))
    order.append("taken")
    thread.join()
    assert newer is not None
    assert (order, newer > token) == (["work", "taken"], True)


def test_contacts_made_at_once_have_dense_ids(store: Store) -> None:
    with ThreadPoolExecutor(6) as workers:
        ids = [number for made in workers.map(lambda _: add_contacts(store, 3), range(20)) for number in made]
    assert sorted(ids) == list(range(1, 61))


def test_a_server_that_ends_connections_is_answered_and_comes_back(store: Store, postgres_url: str) -> None:
    add_contacts(store)
    inside, gone = threading.Event(), threading.Event()

    def unit(tx: Tx) -> None:
        tx.people.create([contact()])
        inside.set()
        gone.wait(30)
        tx.people.create([contact()])

    future = store.submit(1, unit)
    inside.wait(30)
    with psycopg.connect(dsn(postgres_url), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    gone.set()
    assert isinstance(future.exception(60), NotDurable)
    add_contacts(store)
    assert store.read(1, lambda tx: tx.people.count()) == 2
    assert store.fault() is None


def test_a_store_opened_for_reading_does_not_write(store: Store, postgres_url: str) -> None:
    add_contacts(store)
    with closing(open_store(postgres_url, writable=False)) as beside:
        assert beside.read(1, lambda tx: tx.people.count()) == 1
        with pytest.raises(NotDurable):
            beside.write(1, lambda tx: tx.workspace)


def test_an_error_of_one_unit_says_what_it_is(store: Store) -> None:
    with pytest.raises(ValueError):
        store.write(1, lambda tx: tx.people.save([contact(id=9)]))
    with pytest.raises(ZeroDivisionError):
        store.write(1, lambda tx: tx.people.count() // 0)


KILLED_IN_THE_MIDDLE = """
from parcours.testing.builders import contact
store = open_store(sys.argv[2])
for _ in range(10):
    store.write(1, lambda tx: tx.people.create([contact(), contact()]))
    print("kept", flush=True)
"""


@pytest.mark.kill
@pytest.mark.slow
def test_killed_before_a_commit_only_acknowledged_units_are_there(store: Store, postgres_url: str) -> None:
    line = [sys.executable, "-c", PREAMBLE + KILLED_IN_THE_MIDDLE, ".", postgres_url]
    answer = subprocess.run(line, env={**os.environ, "PARCOURS_FAIL": "store.before_commit:4"}, capture_output=True, text=True, timeout=120)
    assert (answer.returncode, answer.stdout.split()) == (KILLED, ["kept"] * 3)
    assert store.read(1, lambda tx: tx.people.count()) == 6


def test_the_database_of_a_url_with_a_driver_is_the_same(postgres_server: PostgresServer) -> None:
    assert dsn("postgresql+psycopg://a@b/c") == dsn("postgresql://a@b/c") == "postgresql://a@b/c"
