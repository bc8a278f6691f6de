"""Counts and latest rows for screens."""

from dataclasses import replace

from parcours.app.ports import MessageState, StepMessages, Store
from parcours.testing.builders import NOW, add_contacts, add_events, arrival, contact, message
from parcours.testing.contracts.manifest import segment


class ViewsContract:
    """What views promise."""

    def test_stages_count_people_by_their_attribute(self, store: Store) -> None:
        stages = ("customer", "customer", "lead", "", None, 5)
        people = [contact(attributes={} if stage is None else {"stage": stage}) for stage in stages]
        ids = store.write(1, lambda tx: tx.people.create(people))
        assert store.read(1, lambda tx: tx.views.stages()) == {"customer": 2, "lead": 1, "": 3}
        held = store.read(1, lambda tx: tx.people.load(ids))
        moved = [
            replace(held[ids[0]], attributes={"stage": "lead"}),
            replace(held[ids[1]], merged_into=ids[0]),
            replace(held[ids[5]], erased=True),
        ]
        store.write(1, lambda tx: tx.people.save(moved))
        assert store.read(1, lambda tx: tx.views.stages()) == {"lead": 2, "": 2}

    def test_latest_events_are_routed_ones_newest_first(self, store: Store) -> None:
        (person,) = add_contacts(store)
        add_events(store, person, "A", "B", "C")
        store.write(1, lambda tx: tx.inbox.append([arrival(name="unrouted")]))
        assert [event.name for event in store.read(1, lambda tx: tx.views.latest_events(2))] == ["C", "B"]

    def test_the_inbox_of_a_contact_holds_turned_events_too(self, store: Store) -> None:
        one, two = add_contacts(store, 2)
        add_events(store, one, "A", "B")
        add_events(store, two, "other")
        store.write(1, lambda tx: tx.inbox.turn([(one, 1, NOW)]))
        assert [event.name for event in store.read(1, lambda tx: tx.views.inbox_of(one))] == ["A", "B"]

    def test_messages_are_counted_by_step_and_state(self, store: Store) -> None:
        states = (MessageState.SENT, MessageState.SENT, MessageState.PLANNED)
        store.write(1, lambda tx: tx.messages.plan([message(state=state) for state in states]))
        store.write(1, lambda tx: tx.messages.plan([message(journey="a", step="x")]))
        assert store.read(1, lambda tx: tx.views.step_messages()) == [
            StepMessages("a", "x", "planned", 1),
            StepMessages("welcome", "hello", "planned", 1),
            StepMessages("welcome", "hello", "sent", 2),
        ]
        assert len(store.read(1, lambda tx: tx.views.step_messages("welcome"))) == 2

    def test_events_count_history_and_inbox(self, store: Store) -> None:
        (person,) = add_contacts(store)
        add_events(store, person, "A", "B")
        assert store.read(1, lambda tx: tx.views.events()) == 2
        store.write(1, lambda tx: tx.manifest.swap([segment("a")], []))
        assert store.read(1, lambda tx: tx.views.events()) == 12
