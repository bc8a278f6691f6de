"""The inbox: kept once, routed, turned, archived."""

from dataclasses import replace

from parcours.app.ports import Placement, Store
from parcours.core.terms.events import NEVER, Kind
from parcours.testing.builders import NOW, add_contacts, add_events, arrival, identifier

DAY = 86_400_000_000


class InboxContract:
    """What the inbox promises."""

    def test_an_arrival_comes_back_as_it_was(self, store: Store) -> None:
        came = arrival(
            call="alias",
            kind=Kind.RECEIPT,
            user_id="u",
            anonymous_id="a",
            previous_id="p",
            contact=3,
            history=True,
            kept_forever=True,
            properties={"total": 1.5, "whole": 2, "list": [1, {"deep": None}], "yes": True, "text": "été"},
        )
        store.write(1, lambda tx: tx.inbox.append([came]))
        assert [row.arrival for row in store.read(1, lambda tx: tx.inbox.unrouted(10))] == [came]

    def test_ids_are_kept_once_within_a_call_and_across_calls(self, store: Store) -> None:
        one, two, three = arrival(), arrival(), arrival()
        assert store.write(1, lambda tx: tx.inbox.append([one, two, one])) == [True, True, False]
        assert store.write(1, lambda tx: tx.inbox.append([two, three, replace(one, name="Another")])) == [False, True, False]
        assert [row.arrival for row in store.read(1, lambda tx: tx.inbox.unrouted(10))] == [one, two, three]

    def test_the_same_id_from_two_sources_is_two_events(self, store: Store) -> None:
        came = arrival(source=1)
        assert store.write(1, lambda tx: tx.inbox.append([came, replace(came, source=2)])) == [True, True]

    def test_an_id_stays_known_when_its_row_has_left(self, store: Store) -> None:
        came = arrival()
        store.write(1, lambda tx: tx.inbox.append([came]))
        row = store.read(1, lambda tx: tx.inbox.unrouted(1))[0].row
        store.write(1, lambda tx: tx.inbox.remove([row]))
        assert store.read(1, lambda tx: tx.inbox.unrouted(10)) == []
        assert store.write(1, lambda tx: tx.inbox.append([came, arrival()])) == [False, True]

    def test_ids_by_the_door_are_forgotten_after_30_days_and_imported_ones_never(self, store: Store) -> None:
        door = [arrival() for _ in range(20)]
        imported = [arrival(kept_forever=True) for _ in range(20)]
        store.write(1, lambda tx: tx.inbox.append([*door, *imported]))
        rows = [row.row for row in store.read(1, lambda tx: tx.inbox.unrouted(100))]
        assert store.prune(1, NOW + 31 * DAY) == 0
        store.write(1, lambda tx: tx.inbox.remove(rows))
        assert store.prune(1, NOW + 29 * DAY) == 0
        assert store.prune(1, NOW + 31 * DAY) == 20
        assert store.write(1, lambda tx: tx.inbox.append(imported)) == [False] * 20
        assert store.write(1, lambda tx: tx.inbox.append(door)) == [True] * 20

    def test_unrouted_rows_come_oldest_first_and_leave_when_placed(self, store: Store) -> None:
        arrivals = [arrival(contact=9 if number == 2 else None) for number in range(5)]
        store.write(1, lambda tx: tx.inbox.append(arrivals))
        first = store.read(1, lambda tx: tx.inbox.unrouted(3))
        assert [row.arrival for row in first] == arrivals[:3]
        store.write(1, lambda tx: tx.inbox.place([Placement(first[2].row, 9, 1, 4, "Renamed", {"a": 1})]))
        assert [row.arrival for row in store.read(1, lambda tx: tx.inbox.unrouted(9))] == [*arrivals[:2], *arrivals[3:]]

    def test_a_placed_event_waits_with_its_final_content(self, store: Store) -> None:
        came = arrival(kind=Kind.RUN, history=True)
        store.write(1, lambda tx: tx.inbox.append([came]))
        row = store.read(1, lambda tx: tx.inbox.unrouted(1))[0].row
        store.write(1, lambda tx: tx.inbox.place([Placement(row, 5, 3, 7, "Renamed", {"b": [2]})]))
        events = store.read(1, lambda tx: tx.inbox.events([5, 6]))
        assert list(events) == [5]
        (event,) = events[5]
        assert (event.contact, event.seq, event.name, event.properties) == (5, 3, "Renamed", {"b": [2]})
        assert (event.occurred, event.received, event.turned) == (came.occurred, came.received, NEVER)
        assert (event.kind, event.history, event.message_id) == (Kind.RUN, True, came.message_id)

    def test_a_row_placed_nowhere_is_gone_and_its_id_known(self, store: Store) -> None:
        came = arrival()
        store.write(1, lambda tx: tx.inbox.append([came]))
        row = store.read(1, lambda tx: tx.inbox.unrouted(1))[0].row
        store.write(1, lambda tx: tx.inbox.place([Placement(row, None, 0, 0, came.name, {})]))
        assert store.read(1, lambda tx: (tx.inbox.unrouted(9), tx.inbox.waiting(range(64), 9))) == ([], [])
        assert store.write(1, lambda tx: tx.inbox.append([came])) == [False]

    def test_waiting_names_contacts_of_the_partitions_longest_waiting_first(self, store: Store) -> None:
        first, second, other = add_contacts(store, 3)
        add_events(store, second, "A")
        add_events(store, first, "A", "B")
        add_events(store, other, "A", partition=40)
        assert store.read(1, lambda tx: tx.inbox.waiting(range(32), 9)) == [second, first]
        assert store.read(1, lambda tx: tx.inbox.waiting(range(32), 1)) == [second]
        assert store.read(1, lambda tx: tx.inbox.waiting(range(32, 64), 9)) == [other]

    def test_events_come_by_seq_and_turned_ones_do_not_come_again(self, store: Store) -> None:
        (person,) = add_contacts(store)
        add_events(store, person, "C", "D", first_seq=3)
        add_events(store, person, "A", "B", first_seq=1)
        assert [event.name for event in store.read(1, lambda tx: tx.inbox.events([person]))[person]] == ["A", "B", "C", "D"]
        store.write(1, lambda tx: tx.inbox.turn([(person, 1, NOW + 1), (person, 2, NOW + 2), (person, 3, NOW + 3)]))
        assert [event.name for event in store.read(1, lambda tx: tx.inbox.events([person]))[person]] == ["D"]
        assert store.read(1, lambda tx: tx.inbox.waiting(range(64), 9)) == [person]
        store.write(1, lambda tx: tx.inbox.turn([(person, 4, NOW + 4)]))
        assert store.read(1, lambda tx: tx.inbox.waiting(range(64), 9)) == []

    def test_turned_rows_go_to_the_archive_oldest_first(self, store: Store) -> None:
        (person,) = add_contacts(store)
        rows = add_events(store, person, "A", "B", "C")
        add_events(store, person, "Elsewhere", first_seq=9, partition=8)
        store.write(1, lambda tx: tx.inbox.turn([(person, 2, NOW + 2), (person, 1, NOW + 1), (person, 9, NOW + 9)]))
        turned = store.read(1, lambda tx: tx.inbox.turned(7, 10))
        assert [(row, event.name, event.turned, source) for row, event, source, _ in turned] == [
            (rows[0], "A", NOW + 1, 1),
            (rows[1], "B", NOW + 2, 1),
        ]
        assert all(client.startswith("m-") for *_, client in turned)
        store.write(1, lambda tx: tx.inbox.remove(rows[:2]))
        assert store.read(1, lambda tx: tx.inbox.turned(7, 10)) == []
        assert [event.name for event in store.read(1, lambda tx: tx.inbox.events([person]))[person]] == ["C"]

    def test_large_calls_are_whole(self, store: Store) -> None:
        arrivals = [arrival(user_id=f"u{number}") for number in range(2500)]
        known = arrivals[::7]
        store.write(1, lambda tx: tx.inbox.append(known))
        answers = store.write(1, lambda tx: tx.inbox.append(arrivals))
        assert answers == [number % 7 != 0 for number in range(2500)]
        assert len(store.read(1, lambda tx: tx.inbox.unrouted(9999))) == 2500

    def test_no_arrivals_are_no_work(self, store: Store) -> None:
        assert store.write(1, lambda tx: tx.inbox.append([])) == []
        store.write(1, lambda tx: tx.inbox.place([]))
        store.write(1, lambda tx: tx.inbox.turn([]))
        store.write(1, lambda tx: tx.inbox.remove([]))
        assert store.read(1, lambda tx: tx.inbox.events([])) == {}

    def test_an_id_of_any_bytes_is_told_apart(self, store: Store) -> None:
        ids = [bytes(16), b"\x00" * 15 + b"\x01", b"\xff" * 16, identifier()]
        assert store.write(1, lambda tx: tx.inbox.append([arrival(message_id=each) for each in ids])) == [True] * 4
