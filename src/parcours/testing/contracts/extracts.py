"""Bulk reads."""

from dataclasses import replace

from parcours.app.ports import InboxRow, KeptRow, Store
from parcours.testing.builders import NOW, add_contacts, add_events, anonymous, arrival, contact, message, user


class ExtractsContract:
    """What extracts promise."""

    def test_inbox_rows_come_by_row_routed_or_not(self, store: Store) -> None:
        (person,) = add_contacts(store)
        (row,) = add_events(store, person, "A", client_message_id="given")
        silent = arrival(client_message_id="", contact=person, user_id=None, anonymous_id="anon")
        store.write(1, lambda tx: tx.inbox.append([silent]))
        rows = store.read(1, lambda tx: tx.extracts.inbox(0, 9))
        assert rows[0] == InboxRow(row, person, "given", "A", NOW, NOW, "client-1", None, {"total": 12.5})
        assert (rows[1].contact, rows[1].message_id, rows[1].anonymous_id) == (None, silent.message_id.hex(), "anon")
        assert store.read(1, lambda tx: tx.extracts.inbox(row, 9)) == rows[1:]
        assert store.read(1, lambda tx: tx.extracts.inbox(0, 1)) == rows[:1]

    def test_kept_rows_have_their_ids_and_say_how_far_they_came(self, store: Store) -> None:
        (person,) = add_contacts(store)
        (first, second) = add_events(store, person, "A", "B", client_message_id="given")
        waiting = arrival(client_message_id="", contact=person, user_id=None, anonymous_id="anon")
        store.write(1, lambda tx: tx.inbox.append([waiting]))
        store.write(1, lambda tx: tx.inbox.turn([(person, 1, NOW)]))
        rows = store.read(1, lambda tx: tx.extracts.kept(0, 9))
        assert [(row.row, row.contact, row.seq, row.turned) for row in rows[:2]] == [(first, person, 1, True), (second, person, 2, False)]
        assert rows[0] == KeptRow(first, 1, rows[0].message_id, "given", person, 1, True, "A", NOW, {"total": 12.5})
        assert (rows[2].message_id, rows[2].seq, rows[2].turned) == (waiting.message_id, None, False)
        assert store.read(1, lambda tx: tx.extracts.kept(second, 9)) == rows[2:]

    def test_messages_come_by_id_in_pages(self, store: Store) -> None:
        messages = sorted((message() for _ in range(5)), key=lambda each: each.id)
        store.write(1, lambda tx: tx.messages.plan(messages))
        assert store.read(1, lambda tx: tx.extracts.messages(b"", 3)) == messages[:3]
        assert store.read(1, lambda tx: tx.extracts.messages(messages[2].id, 9)) == messages[3:]

    def test_people_are_known_by_user_id_and_first_anonymous_id(self, store: Store) -> None:
        one, two = store.write(1, lambda tx: tx.people.create([contact(user_id="u"), contact()]))
        store.write(1, lambda tx: tx.people.link({user("u"): one}))
        for value in ("z first", "a second"):
            store.write(1, lambda tx, v=value: tx.people.link({anonymous(v): one}))  # type: ignore[misc]
        assert store.read(1, lambda tx: tx.extracts.known_as([one, two, 99])) == {one: ("u", "z first"), two: (None, None)}
        held = store.read(1, lambda tx: tx.people.load([two]))[two]
        store.write(1, lambda tx: tx.people.save([replace(held, merged_into=one)]))
        assert store.read(1, lambda tx: tx.extracts.known_as([two])) == {two: ("u", "z first")}
