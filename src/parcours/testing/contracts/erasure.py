"""Forgetting a contact."""

from dataclasses import replace

import pytest

from parcours.app.ports import END, Store, StoredLink
from parcours.testing.builders import (
    NOW,
    add_contacts,
    add_events,
    anonymous,
    arrival,
    contact,
    identifier,
    message,
    run,
    save_runs,
    trace_row,
    user,
)
from parcours.testing.contracts.mailbox import mail


def _somebody(store: Store, name: str) -> int:
    said = contact(
        user_id=name, attributes={"email": f"{name}@example.org", "stage": "customer"}, tags=("vip",), consents={"email.*": True}
    )
    (person,) = store.write(1, lambda tx: tx.people.create([said]))
    store.write(1, lambda tx: tx.people.link({user(name): person, anonymous(f"a-{name}"): person}))
    add_events(store, person, "Order Completed", user_id=name)
    save_runs(store, person, run(), due=NOW, registers=b"r")
    store.write(1, lambda tx: tx.runs.trace([trace_row(person)]))
    sent = message(contact=person, address=f"{name}@example.org")
    store.write(1, lambda tx: tx.messages.plan([sent]))
    store.write(1, lambda tx: tx.messages.keep_links([StoredLink(sent.id, 1, "https://example.org")]))
    store.write(1, lambda tx: tx.mailbox.keep(mail(message_id=sent.id, contact=person)))
    return person


class ErasureContract:
    """What erasure promises."""

    def test_nothing_of_the_contact_is_left_but_a_tombstone(self, store: Store) -> None:
        gone, other = _somebody(store, "gone"), _somebody(store, "other")
        links = [store.read(1, lambda tx, p=p: tx.messages.find(p, [], END, 9))[0].id for p in (gone, other)]  # type: ignore[misc]
        store.write(1, lambda tx: tx.erasure.erase(gone, NOW))
        left = store.read(1, lambda tx: tx.people.load([gone]))[gone]
        assert left.erased
        assert (left.user_id, left.attributes, left.tags, left.consents, left.holds) == (None, {}, (), {}, ())
        assert store.read(1, lambda tx: tx.people.find([user("gone"), anonymous("a-gone"), user("other")])) == {user("other"): other}
        assert store.read(1, lambda tx: tx.inbox.waiting(range(64), 9)) == [other]
        assert store.read(1, lambda tx: tx.runs.due(range(64), 2**62, 9)) == [other]
        assert store.read(1, lambda tx: tx.runs.trace_of(gone, 9)) == []
        assert store.read(1, lambda tx: [each.contact for each in tx.messages.find(None, [], END, 9)]) == [other]
        assert store.read(1, lambda tx: [tx.messages.link(each, 1) is None for each in links]) == [True, False]
        assert store.read(1, lambda tx: [each.contact for each in tx.mailbox.page("", None, 2**62, 9)]) == [other]
        assert store.read(1, lambda tx: (tx.views.live_runs(), tx.views.stages(), tx.people.count())) == (1, {"customer": 1}, 1)
        assert [(row.live, row.passed) for row in store.read(1, lambda tx: tx.runs.summary("welcome"))] == [(1, 1)]
        assert store.read(1, lambda tx: tx.extracts.known_as([gone, other])) == {other: ("other", "a-other")}

    def test_what_arrived_under_its_names_goes_too_and_ids_stay_known(self, store: Store) -> None:
        person = _somebody(store, "gone")
        late = [
            arrival(user_id="gone"),
            arrival(user_id=None, anonymous_id="a-gone"),
            arrival(user_id="somebody else"),
            arrival(contact=person, user_id=None),
        ]
        store.write(1, lambda tx: tx.inbox.append(late))
        store.write(1, lambda tx: tx.erasure.erase(person, NOW))
        assert [row.arrival for row in store.read(1, lambda tx: tx.inbox.unrouted(9))] == [late[2]]
        assert store.write(1, lambda tx: tx.inbox.append(late)) == [False] * 4

    def test_those_merged_into_it_go_with_it(self, store: Store) -> None:
        survivor, loser, first = _somebody(store, "survivor"), _somebody(store, "loser"), _somebody(store, "first")
        held = store.read(1, lambda tx: tx.people.load([loser, first]))
        store.write(1, lambda tx: tx.people.save([replace(held[loser], merged_into=survivor), replace(held[first], merged_into=loser)]))
        store.write(1, lambda tx: tx.erasure.erase(survivor, NOW))
        assert all(each.erased for each in store.read(1, lambda tx: tx.people.load([survivor, loser, first])).values())
        assert store.read(1, lambda tx: sorted(tx.erasure.owed())) == sorted([survivor, loser, first])
        assert store.read(1, lambda tx: tx.inbox.waiting(range(64), 9)) == []

    def test_the_history_is_owed_until_it_is_settled_oldest_first(self, store: Store) -> None:
        one, two, three = add_contacts(store, 3)
        for person, at in ((two, NOW), (one, NOW + 1), (three, NOW + 2)):
            store.write(1, lambda tx, p=person, a=at: tx.erasure.erase(p, a))  # type: ignore[misc]
        store.write(1, lambda tx: tx.erasure.erase(two, NOW + 9))
        assert store.read(1, lambda tx: tx.erasure.owed()) == [two, one, three]
        store.write(1, lambda tx: tx.erasure.settle([two, three]))
        assert store.read(1, lambda tx: tx.erasure.owed()) == [one]
        store.write(1, lambda tx: tx.erasure.erase(two, NOW + 9))
        assert store.read(1, lambda tx: tx.erasure.owed()) == [one]

    def test_nobody_cannot_be_forgotten(self, store: Store) -> None:
        with pytest.raises(LookupError):
            store.write(1, lambda tx: tx.erasure.erase(5, NOW))

    def test_suppressed_addresses_are_kept_as_digests(self, store: Store) -> None:
        digests = [identifier() for _ in range(3)]
        store.write(1, lambda tx: tx.erasure.suppress(digests[:2], NOW))
        store.write(1, lambda tx: tx.erasure.suppress(digests[:1], NOW + 1))
        assert store.read(1, lambda tx: tx.erasure.suppressed(digests)) == set(digests[:2])
        assert store.read(1, lambda tx: tx.erasure.suppressed([])) == set()
