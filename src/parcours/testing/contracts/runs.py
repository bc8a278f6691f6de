"""Kernel state of contacts, their runs, the trace."""

from dataclasses import replace

import pytest

from parcours.app.ports import Store
from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import Arm, ContactRecord, Status
from parcours.core.terms.events import NEVER
from parcours.testing.builders import NOW, add_contacts, contact, identifier, run, save_runs, trace_row


class RunsContract:
    """What runs promise."""

    def test_a_contact_never_turned_has_an_empty_record(self, store: Store) -> None:
        people = [contact(attributes={"timezone": "Europe/Lisbon"}), contact(attributes={"timezone": 3})]
        one, two = store.write(1, lambda tx: tx.people.create(people))
        assert store.read(1, lambda tx: tx.runs.records([two, one])) == [
            ContactRecord(two, people[1].public_id, None),
            ContactRecord(one, people[0].public_id, "Europe/Lisbon"),
        ]

    def test_a_record_of_nobody_is_an_error(self, store: Store) -> None:
        with pytest.raises(LookupError):
            store.read(1, lambda tx: tx.runs.records([5]))

    def test_a_record_comes_back_as_it_was(self, store: Store) -> None:
        (person,) = add_contacts(store)
        live = run(step="pause", due=NOW + 5, goal_until=NOW + 9, arm=Arm.HOLDOUT, extra=b"\x00\xff", context=b"ctx", visit=3, steps_done=7)
        ended = run(instance="cart 1", status=Status.ENDED, ended_reason=int(Reason.GOAL), entered=NOW - 9)
        finished = run(journey="other", status=Status.FINISHED, entered=NOW - 5)
        record = save_runs(
            store,
            person,
            ended,
            finished,
            live,
            zone="Asia/Tokyo",
            last_turned=NOW,
            last_seq=4,
            due=NOW + 5,
            registers=b"r\x00",
            ledger=b"l",
            pendings=b"p",
            context=b"c",
        )
        assert store.read(1, lambda tx: tx.runs.records([person])) == [record]

    def test_save_replaces_runs_adds_and_drops_them(self, store: Store) -> None:
        (person,) = add_contacts(store)
        first, second, third = run(entered=NOW), run(journey="b", entered=NOW + 1), run(journey="c", entered=NOW + 2)
        save_runs(store, person, first, second)
        moved = replace(second, step="next", since=NOW + 7)
        record = save_runs(store, person, moved, third, due=NOW)
        assert store.read(1, lambda tx: tx.runs.records([person])) == [record]

    def test_one_live_run_for_each_journey_and_instance(self, store: Store) -> None:
        (person,) = add_contacts(store)
        save_runs(store, person, run(instance="a"), run(instance="b"), run(journey="other", instance="a"))
        with pytest.raises(ValueError):
            save_runs(store, person, run(instance="a"), run(instance="a"))

    def test_a_run_that_ends_makes_room_in_the_same_save(self, store: Store) -> None:
        (person,) = add_contacts(store)
        first = run(entered=NOW)
        save_runs(store, person, first)
        over = replace(first, status=Status.ENDED, ended_reason=int(Reason.EXIT))
        again = run(entry=2, entered=NOW + 1)
        for runs in ((over, again), (again, over)):
            save_runs(store, person, *runs)
            assert len(store.read(1, lambda tx: tx.runs.records([person]))[0].runs) == 2
            save_runs(store, person, first)

    def test_two_saves_in_one_unit_count_as_the_last(self, store: Store) -> None:
        (person,) = add_contacts(store)
        one, two = run(), run(journey="b")
        empty = store.read(1, lambda tx: tx.runs.records([person]))[0]
        store.write(1, lambda tx: tx.runs.save([replace(empty, runs=(one,)), replace(empty, runs=(two,), due=NOW)]))
        assert store.read(1, lambda tx: tx.runs.records([person])) == [replace(empty, runs=(two,), due=NOW)]

    def test_due_contacts_come_earliest_first_and_strictly_before(self, store: Store) -> None:
        one, two, three = add_contacts(store, 3)
        (far,) = add_contacts(store, partition=50)
        for person, due in ((one, NOW + 3), (two, NOW + 1), (three, NEVER), (far, NOW)):
            save_runs(store, person, due=due)
        assert store.read(1, lambda tx: tx.runs.due(range(64), NOW + 3, 9)) == [far, two]
        assert store.read(1, lambda tx: tx.runs.due(range(64), NOW + 4, 9)) == [far, two, one]
        assert store.read(1, lambda tx: tx.runs.due(range(32), NOW + 4, 1)) == [two]
        assert store.read(1, lambda tx: tx.runs.next_due()) == NOW

    def test_nothing_is_due_where_nobody_waits(self, store: Store) -> None:
        add_contacts(store)
        assert store.read(1, lambda tx: (tx.runs.due(range(64), NEVER, 9), tx.runs.next_due())) == ([], NEVER)

    def test_wake_makes_contacts_with_a_live_run_due(self, store: Store) -> None:
        one, two, three, four = add_contacts(store, 4)
        save_runs(store, one, run(), run(instance="b"), due=NEVER)
        save_runs(store, two, run(), due=NOW - 5)
        save_runs(store, three, run(journey="other"), due=NOW + 9)
        save_runs(store, four, run(status=Status.FINISHED), due=NEVER)
        assert store.write(1, lambda tx: tx.runs.wake("welcome", NOW)) == 2
        assert store.read(1, lambda tx: tx.runs.due(range(64), NOW + 1, 9)) == [two, one]
        assert store.write(1, lambda tx: tx.runs.wake("nobody", NOW)) == 0

    def test_the_trace_of_a_contact_comes_newest_first(self, store: Store) -> None:
        one, two = add_contacts(store, 2)
        rows = [
            trace_row(one, reason=int(Reason.ENTERED), v1=1, v2=-5),
            trace_row(two),
            trace_row(one, step=None, run_id=None, reason=int(Reason.INSIDE), v1=2**61),
            trace_row(one, at=NOW + 5, run_id=identifier()),
        ]
        store.write(1, lambda tx: tx.runs.trace(rows))
        assert store.read(1, lambda tx: tx.runs.trace_of(one, 9)) == [rows[3], rows[2], rows[0]]
        assert store.read(1, lambda tx: tx.runs.trace_of(one, 1)) == [rows[3]]

    def test_many_contacts_at_once(self, store: Store) -> None:
        people = add_contacts(store, 700)
        empty = store.read(1, lambda tx: tx.runs.records(people))
        saved = [replace(record, due=NOW + record.contact, runs=(run(),), registers=b"x" * record.contact) for record in empty]
        store.write(1, lambda tx: tx.runs.save(saved))
        assert store.read(1, lambda tx: tx.runs.records(people[::-1])) == saved[::-1]
        assert store.read(1, lambda tx: tx.runs.due(range(64), NEVER, 1000)) == people
