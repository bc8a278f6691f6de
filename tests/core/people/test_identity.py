"""Identity, by laws over whole histories of calls and by examples."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.people.identity import Key, Known, Resolution, alias, resolve

Call = tuple[str, str | None, str | None]


@dataclass
class World:
    """Contacts and the keys that point to them, as a host would keep them."""

    owners: dict[Key, int] = field(default_factory=dict)
    contacts: dict[int, Known] = field(default_factory=dict)
    made: int = 0

    def known(self, *keys: Key | None) -> dict[Key, Known]:
        return {key: self.contacts[self.owners[key]] for key in keys if key in self.owners}

    def decide(self, call: Call) -> Resolution:
        kind, user, other = call
        if kind == "alias":
            assert user is not None
            assert other is not None
            return alias(user, other, self.known(("user", user), ("user", other), ("anonymous", other)))
        return resolve(user, other, self.known(("user", user) if user else None, ("anonymous", other) if other else None))

    def apply(self, decided: Resolution) -> int:
        if decided.merge is not None:
            loser, survivor = decided.merge
            self.owners = {key: survivor if owner == loser else owner for key, owner in self.owners.items()}
            self.contacts.pop(loser)
        contact = decided.contact
        if contact is None:
            contact = self.made = self.made + 1
            self.contacts[contact] = Known(contact, None, created=contact)
        if decided.user_id is not None:
            self.contacts[contact] = replace(self.contacts[contact], user_id=decided.user_id)
        self.owners.update(dict.fromkeys(decided.links, contact))
        return contact

    def call(self, call: Call) -> int:
        return self.apply(self.decide(call))


users, visitors = st.sampled_from(["U", "V", "W"]), st.sampled_from(["a", "b", "c"])
identifies = st.tuples(st.just("identify"), users, st.none() | visitors)
anonymous = st.tuples(st.just("identify"), st.none(), visitors)
aliases = st.tuples(st.just("alias"), users, st.one_of(users, visitors))
calls = st.lists(st.one_of(identifies, anonymous, aliases), max_size=12)
without_alias = st.lists(st.one_of(identifies, anonymous), max_size=12)


@given(without_alias)
def test_a_user_id_is_never_shared_and_never_moves(history: list[Call]) -> None:
    world, owned = World(), dict[str, int]()
    for call in history:
        world.call(call)
        for kind, value in world.owners:
            if kind == "user":
                assert owned.setdefault(value, world.owners[kind, value]) == world.owners[kind, value]
    assert len(set(owned.values())) == len(owned)
    assert {known.user_id for known in world.contacts.values() if known.user_id} == set(owned)


@given(calls)
def test_only_an_alias_or_a_contact_without_user_id_merges_and_the_older_known_one_stays(history: list[Call]) -> None:
    world = World()
    for call in history:
        decided = world.decide(call)
        if decided.merge is not None:
            loser, survivor = (world.contacts[contact] for contact in decided.merge)
            assert call[0] == "alias" or loser.user_id is None
            assert (survivor.user_id is None, survivor.created) < (loser.user_id is None, loser.created)
        world.apply(decided)


@given(calls)
def test_every_key_leads_to_a_living_contact_and_both_ids_of_a_call_to_the_same(history: list[Call]) -> None:
    world = World()
    for call in history:
        contact = world.call(call)
        kind, user, other = call
        assert contact in world.contacts
        assert set(world.owners.values()) <= set(world.contacts)
        if kind == "identify":
            assert {world.owners[key] for key in (("user", user), ("anonymous", other)) if key[1] is not None} == {contact}  # type: ignore[index]
        else:
            assert world.owners["user", str(user)] == contact


@given(calls)
def test_the_same_call_again_changes_nothing(history: list[Call]) -> None:
    world = World()
    for call in history:
        contact = world.call(call)
        again = world.decide(call)
        assert (again.contact, again.merge, again.user_id) == (contact, None, None)
        assert all(world.owners.get(key) == contact for key in again.links)


def test_a_shared_computer_points_to_whoever_signed_in_last_and_merges_nobody() -> None:
    world = World()
    first = world.call(("identify", "U", "a"))
    second = world.call(("identify", "V", "a"))
    assert first != second
    assert world.call(("identify", None, "a")) == second
    assert world.call(("identify", "U", None)) == first
    assert len(world.contacts) == 2


def test_a_visitor_who_signs_up_keeps_the_contact_and_who_signs_in_is_merged() -> None:
    world = World()
    visitor = world.call(("identify", None, "a"))
    assert world.call(("identify", "U", "a")) == visitor
    other = world.call(("identify", None, "b"))
    assert world.decide(("identify", "U", "b")).merge == (other, visitor)


@pytest.mark.parametrize(("older", "younger"), [("U", "V"), ("V", "U")])
def test_an_alias_of_two_known_contacts_keeps_the_older(older: str, younger: str) -> None:
    world = World()
    kept, lost = world.call(("identify", older, None)), world.call(("identify", younger, None))
    assert world.decide(("alias", "U", "V")).merge == (lost, kept)
