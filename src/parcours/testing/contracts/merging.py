"""Moving what a merged contact had to its survivor."""

from dataclasses import replace

from parcours.app.ports import END, Store
from parcours.core.terms.events import NEVER, Event, Kind
from parcours.testing.builders import NOW, add_contacts, add_events, anonymous, arrival, message, trace_row, user
from parcours.testing.contracts.mailbox import mail


class MergingContract:
    """What merging promises."""

    def test_everything_but_runs_moves(self, store: Store) -> None:
        survivor, loser = add_contacts(store, 2)
        store.write(1, lambda tx: tx.people.link({user("u"): survivor, anonymous("a"): loser}))
        store.write(1, lambda tx: tx.runs.trace([trace_row(loser)]))
        store.write(1, lambda tx: tx.messages.plan([message(contact=loser)]))
        store.write(1, lambda tx: tx.mailbox.keep(mail(contact=loser)))
        store.write(1, lambda tx: tx.inbox.append([arrival(contact=loser, call="internal")]))
        assert store.write(1, lambda tx: tx.merging.move(loser, survivor, 7, 5)) == 5
        assert store.read(1, lambda tx: tx.people.find([user("u"), anonymous("a")])) == {user("u"): survivor, anonymous("a"): survivor}
        assert store.read(1, lambda tx: (len(tx.runs.trace_of(survivor, 9)), tx.runs.trace_of(loser, 9))) == (1, [])
        assert [each.contact for each in store.read(1, lambda tx: tx.messages.find(None, [], END, 9))] == [survivor]
        assert [each.contact for each in store.read(1, lambda tx: tx.mailbox.page("", None, 2**62, 9))] == [survivor]
        assert [row.arrival.contact for row in store.read(1, lambda tx: tx.inbox.unrouted(9))] == [survivor]

    def test_waiting_events_are_numbered_anew_and_turned_ones_after_them(self, store: Store) -> None:
        survivor, loser = add_contacts(store, 2)
        add_events(store, loser, "turned 1", "turned 2", "waiting 1", "waiting 2")
        add_events(store, survivor, "own", first_seq=9)
        store.write(1, lambda tx: tx.inbox.turn([(loser, 1, NOW + 1), (loser, 2, NOW + 2)]))
        assert store.write(1, lambda tx: tx.merging.move(loser, survivor, 60, 10)) == 14
        events = store.read(1, lambda tx: tx.views.inbox_of(survivor))
        assert [(event.seq, event.name) for event in events] == [
            (9, "own"),
            (10, "waiting 1"),
            (11, "waiting 2"),
            (12, "turned 1"),
            (13, "turned 2"),
        ]
        assert [event.turned for event in events[3:]] == [NOW + 1, NOW + 2]
        assert store.read(1, lambda tx: tx.inbox.waiting(range(60, 61), 9)) == [survivor]
        assert store.read(1, lambda tx: tx.views.inbox_of(loser)) == []

    def test_what_a_merge_tells_is_placed_and_may_be_turned(self, store: Store) -> None:
        [survivor] = add_contacts(store, 1)
        said = {"channel": "email", "topic": "*"}
        turned = Event(survivor, 4, "Consent Withdrawn", NOW, NOW + 1, NOW + 2, Kind.WORKSPACE, said, message_id=b"1" * 16)
        waiting = replace(turned, seq=5, turned=NEVER, message_id=b"2" * 16)
        store.write(1, lambda tx: tx.merging.tell(7, [turned, waiting]))
        assert store.read(1, lambda tx: tx.views.inbox_of(survivor)) == [turned, waiting]
        assert store.read(1, lambda tx: tx.inbox.events([survivor])) == {survivor: [waiting]}
        assert [event for _, event, _, _ in store.read(1, lambda tx: tx.inbox.turned(7, 9))] == [turned]

    def test_who_was_absorbed_is_known_through_every_merge(self, store: Store) -> None:
        one, two, three, other = add_contacts(store, 4)
        held = store.read(1, lambda tx: tx.people.load([one, two]))
        store.write(1, lambda tx: tx.people.save([replace(held[one], merged_into=two), replace(held[two], merged_into=three)]))
        absorbed = store.read(1, lambda tx: tx.merging.absorbed([three, other]))
        assert {survivor: sorted(found) for survivor, found in absorbed.items()} == {
            three: [(one, held[one].partition), (two, held[two].partition)]
        }

    def test_merges_are_told_with_their_last_survivor(self, store: Store) -> None:
        one, two, three = add_contacts(store, 3)
        held = store.read(1, lambda tx: tx.people.load([one, two]))
        store.write(1, lambda tx: tx.people.save([replace(held[one], merged_into=two), replace(held[two], merged_into=three)]))
        assert store.read(1, lambda tx: tx.merging.merged_into()) == {one: three, two: three}
