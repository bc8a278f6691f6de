"""Units of work: whole or not at all, alone in their failure, bound to one workspace."""

import threading
from concurrent.futures import wait

import pytest

from parcours.app.ports import Store, Tx
from parcours.testing.builders import arrival, contact


class Spoilt(Exception):
    """What a failing unit raises."""


def _create(tx: Tx) -> list[int]:
    return tx.people.create([contact()])


def _spoil(tx: Tx) -> list[int]:
    tx.people.create([contact()])
    tx.inbox.append([arrival()])
    raise Spoilt


class UnitsContract:
    """What `write`, `submit` and `read` promise."""

    def test_a_unit_answers_what_it_returns(self, store: Store) -> None:
        assert store.write(1, lambda tx: tx.workspace) == 1
        assert store.submit(2, lambda tx: tx.workspace).result(30) == 2
        assert store.read(3, lambda tx: tx.workspace) == 3

    def test_what_must_be_kept_is_a_unit_like_any_other(self, store: Store) -> None:
        assert len(store.write_anyway(1, _create)) == 1
        with pytest.raises(Spoilt):
            store.write_anyway(1, _spoil)
        assert store.read(1, lambda tx: (tx.people.count(), tx.inbox.unrouted(10))) == (1, [])

    def test_a_failing_unit_leaves_nothing_and_raises_what_it_raised(self, store: Store) -> None:
        with pytest.raises(Spoilt):
            store.write(1, _spoil)
        assert store.read(1, lambda tx: (tx.people.count(), tx.inbox.unrouted(10))) == (0, [])

    def test_of_many_units_at_once_only_the_failing_ones_are_lost(self, store: Store) -> None:
        futures = [store.submit(1, _spoil if number % 3 == 0 else _create) for number in range(60)]
        wait(futures, 60)
        failed = [future.exception() is not None for future in futures]
        assert failed == [number % 3 == 0 for number in range(60)]
        assert all(isinstance(future.exception(), Spoilt) for future in futures[::3])
        ids = sorted(number for future in futures if future.exception() is None for number in future.result())
        assert ids == list(range(1, 41))
        assert store.read(1, lambda tx: tx.people.count()) == 40

    def test_what_was_answered_is_seen_by_the_next_read(self, store: Store) -> None:
        for number in range(1, 6):
            store.write(1, lambda tx: tx.people.create([contact()]))
            assert store.read(1, lambda tx: tx.people.count()) == number

    def test_a_read_sees_one_state_while_others_write(self, store: Store) -> None:
        def unit(tx: Tx) -> tuple[int, int]:
            before = tx.people.count()
            writer = threading.Thread(target=store.write, args=(1, lambda tx: tx.people.create([contact()])))
            writer.start()
            writer.join()
            return before, tx.people.count()

        assert store.read(1, unit) == (0, 0)
        assert store.read(1, lambda tx: tx.people.count()) == 1

    def test_a_unit_that_reads_cannot_write(self, store: Store) -> None:
        with pytest.raises(Exception, match=r"."):
            store.read(1, lambda tx: tx.people.create([contact()]))
        assert store.read(1, lambda tx: tx.people.count()) == 0

    def test_a_unit_sees_its_own_writes(self, store: Store) -> None:
        def unit(tx: Tx) -> int:
            tx.people.create([contact(), contact()])
            return tx.people.count()

        assert store.write(1, unit) == 2

    def test_workspaces_do_not_see_each_other(self, store: Store) -> None:
        came = arrival()
        same = contact()
        for workspace in (1, 2):
            assert store.write(workspace, lambda tx: tx.inbox.append([came])) == [True]
            assert store.write(workspace, lambda tx: tx.people.create([same])) == [1]
            store.write(workspace, lambda tx: tx.definitions.set_setting("name", tx.workspace))
        assert store.read(1, lambda tx: (tx.people.count(), tx.definitions.settings(), len(tx.inbox.unrouted(9)))) == (1, {"name": 1}, 1)
        assert store.read(3, lambda tx: (tx.people.count(), tx.definitions.settings(), len(tx.inbox.unrouted(9)))) == (0, {}, 0)

    def test_a_healthy_store_has_no_fault(self, store: Store) -> None:
        assert store.fault() is None
