"""Routing on a real SQLite store: whose event it is, in which order, and what it teaches."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parcours.app.ports import Arrival, Contact, Identity, Store, Tx
from parcours.app.route import route_arrivals
from parcours.core.terms.ids import message_key
from parcours.store import open_store

HOUR = 3_600_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "route.sqlite")
    yield opened
    opened.close()


def says(number: int, call: str = "track", name: str = "Page Viewed", **given: Any) -> Arrival:
    return Arrival(message_key(str(number)), str(number), 1, call, name, number * HOUR, number * HOUR, **given)  # type: ignore[arg-type]


def routed(store: Store, *arrivals: Arrival) -> None:
    store.write(1, lambda tx: tx.inbox.append(arrivals))
    store.write(1, lambda tx: route_arrivals(tx, 100))


def owner(store: Store, kind: str, value: str) -> Contact | None:
    def unit(tx: Tx) -> Contact | None:
        found = tx.people.find([Identity(kind, value)])  # type: ignore[arg-type]
        return tx.people.load(list(found.values())).get(next(iter(found.values()), 0))

    return store.read(1, unit)


def test_an_anonymous_visitor_who_identifies_becomes_the_user(store: Store) -> None:
    routed(
        store,
        says(1, anonymous_id="a"),
        says(2, "identify", "Contact Identified", user_id="U", anonymous_id="a", properties={"email": "u@x.fr"}),
    )
    user, visitor = owner(store, "user", "U"), owner(store, "anonymous", "a")
    assert user is not None
    assert user == visitor
    assert (user.user_id, user.attributes, user.next_seq) == ("U", {"email": "u@x.fr"}, 3)


def test_an_anonymous_contact_without_user_id_merges_into_a_known_one(store: Store) -> None:
    routed(store, says(1, user_id="U"), says(2, anonymous_id="a"))
    routed(store, says(3, user_id="U", anonymous_id="a"))
    user, visitor = owner(store, "user", "U"), owner(store, "anonymous", "a")
    assert user is not None
    assert user == visitor
    seqs = store.read(1, lambda tx: [event.seq for event in tx.inbox.events([user.id])[user.id]])
    assert len(seqs) == len(set(seqs)) == 3
    assert store.read(1, lambda tx: tx.people.count()) == 1


def test_a_user_id_is_never_shared_the_anonymous_id_is_pointed_anew(store: Store) -> None:
    routed(store, says(1, user_id="V", anonymous_id="a"), says(2, user_id="U", anonymous_id="a"), says(3, anonymous_id="a"))
    one, two = owner(store, "user", "V"), owner(store, "user", "U")
    assert one is not None
    assert two is not None
    assert one.id != two.id
    assert (one.next_seq, two.next_seq) == (2, 3)


def test_alias_merges_two_known_people_and_the_older_survives(store: Store) -> None:
    withdrawn = {"channel": "email", "topic": "offers"}
    routed(store, says(1, user_id="old"), says(2, user_id="new"), says(3, name="Consent Withdrawn", user_id="new", properties=withdrawn))
    routed(store, says(4, "alias", "Contact Identified", user_id="new", previous_id="old"))
    one, two = owner(store, "user", "old"), owner(store, "user", "new")
    assert one is not None
    assert one == two
    assert (one.user_id, one.created) == ("old", HOUR)
    assert one.consents == {"email.offers": False}


def test_identify_keeps_changed_traits_only_and_null_removes(store: Store) -> None:
    routed(store, says(1, "identify", "Contact Identified", user_id="U", properties={"plan": "pro", "city": "Lyon"}))
    routed(store, says(2, "identify", "Contact Identified", user_id="U", properties={"plan": "pro", "city": None}))
    user = owner(store, "user", "U")
    assert user is not None
    assert user.attributes == {"plan": "pro"}
    said = store.read(1, lambda tx: [event.properties for event in tx.inbox.events([user.id])[user.id]])
    assert said == [{"plan": "pro", "city": "Lyon"}, {"city": None}]


def test_tags_consents_and_holds_are_learnt(store: Store) -> None:
    routed(
        store,
        says(1, name="Tag Added", user_id="U", properties={"tag": "vip"}),
        says(2, name="Consent Granted", user_id="U", properties={"channel": "email", "topic": "*"}),
        says(3, name="Complaint Opened", user_id="U"),
        says(4, name="Address Suppressed", user_id="U", properties={"channel": "email"}),
        says(5, name="Complaint Closed", user_id="U"),
    )
    user = owner(store, "user", "U")
    assert user is not None
    assert (user.tags, dict(user.consents), user.holds) == (("vip",), {"email.*": True}, ("suppressed:email",))


def test_what_both_did_in_the_batch_of_the_merge_is_the_survivors(store: Store) -> None:
    routed(store, says(1, user_id="U"), says(2, anonymous_id="a"), says(3, user_id="U", anonymous_id="a"), says(4, anonymous_id="a"))
    user, visitor = owner(store, "user", "U"), owner(store, "anonymous", "a")
    assert user is not None
    assert user == visitor
    waiting = store.read(1, lambda tx: tx.inbox.waiting(range(64), 9))
    assert waiting == [user.id], "nobody else has anything to do"
    assert len({event.seq for event in store.read(1, lambda tx: tx.inbox.events(waiting))[user.id]}) == 4
