"""Contacts and how they are known."""

from dataclasses import replace

import pytest

from parcours.app.ports import Store
from parcours.testing.builders import NOW, add_contacts, anonymous, contact, user


class PeopleContract:
    """What people promise."""

    def test_a_contact_comes_back_as_it_was(self, store: Store) -> None:
        said = contact(
            user_id="client-1",
            attributes={"email": "a@example.org", "plan": None, "address": {"city": "Lyon"}, "count": 3},
            tags=("vip", "new"),
            consents={"email.offers": True, "email.*": False},
            holds=("frozen",),
            next_seq=12,
            last_seen=NOW,
            partition=63,
        )
        (number,) = store.write(1, lambda tx: tx.people.create([said]))
        assert store.read(1, lambda tx: tx.people.load([number, 99])) == {number: replace(said, id=number)}
        assert store.read(1, lambda tx: tx.people.by_public_id(said.public_id)) == replace(said, id=number)

    def test_ids_are_dense(self, store: Store) -> None:
        assert add_contacts(store, 3) == [1, 2, 3]
        assert store.write(1, lambda tx: tx.people.create([])) == []
        assert add_contacts(store, 2) == [4, 5]

    def test_save_replaces_every_field(self, store: Store) -> None:
        one, two = add_contacts(store, 2)
        changed = replace(store.read(1, lambda tx: tx.people.load([one]))[one], user_id="new", tags=("x",), attributes={"a": 1}, next_seq=5)
        store.write(1, lambda tx: tx.people.save([changed]))
        loaded = store.read(1, lambda tx: tx.people.load([one, two]))
        assert loaded[one] == changed
        assert loaded[two].user_id is None

    def test_save_of_an_unknown_contact_is_an_error(self, store: Store) -> None:
        with pytest.raises(ValueError):
            store.write(1, lambda tx: tx.people.save([contact(id=77)]))

    def test_a_public_id_is_given_once(self, store: Store) -> None:
        said = contact()
        store.write(1, lambda tx: tx.people.create([said]))
        with pytest.raises(ValueError):
            store.write(1, lambda tx: tx.people.create([said]))

    def test_identities_find_their_contact_and_can_be_pointed_elsewhere(self, store: Store) -> None:
        one, two = add_contacts(store, 2)
        store.write(1, lambda tx: tx.people.link({user("u"): one, anonymous("u"): two}))
        assert store.read(1, lambda tx: tx.people.find([user("u"), anonymous("u"), user("?")])) == {user("u"): one, anonymous("u"): two}
        store.write(1, lambda tx: tx.people.link({anonymous("u"): one}))
        assert store.read(1, lambda tx: tx.people.find([anonymous("u")])) == {anonymous("u"): one}

    def test_an_identity_of_a_merged_contact_finds_the_last_survivor(self, store: Store) -> None:
        one, two, three = add_contacts(store, 3)
        store.write(1, lambda tx: tx.people.link({user("u"): one}))
        loaded = store.read(1, lambda tx: tx.people.load([one, two]))
        store.write(1, lambda tx: tx.people.save([replace(loaded[one], merged_into=two), replace(loaded[two], merged_into=three)]))
        assert store.read(1, lambda tx: tx.people.find([user("u")])) == {user("u"): three}
        assert store.read(1, lambda tx: tx.people.count()) == 1

    def test_erased_contacts_are_hidden_from_all_but_load(self, store: Store) -> None:
        said = contact(user_id="gone", attributes={"email": "gone@example.org"})
        (number,) = store.write(1, lambda tx: tx.people.create([said]))
        store.write(1, lambda tx: tx.people.link({user("gone"): number}))
        store.write(1, lambda tx: tx.people.save([replace(said, id=number, erased=True)]))
        assert store.read(1, lambda tx: tx.people.find([user("gone")])) == {}
        assert store.read(1, lambda tx: tx.people.by_public_id(said.public_id)) is None
        assert store.read(1, lambda tx: tx.people.search("", 0, 9)) == []
        assert store.read(1, lambda tx: tx.people.count()) == 0
        assert store.read(1, lambda tx: tx.people.load([number]))[number].erased

    def test_a_public_id_that_is_none_finds_nobody(self, store: Store) -> None:
        add_contacts(store)
        for text in ("", "1", "not-a-uuid", "00000000-0000-0000-0000-000000000000"):
            assert store.read(1, lambda tx, text=text: tx.people.by_public_id(text)) is None  # type: ignore[misc]

    def test_search_reads_user_id_mail_name_and_public_id_whatever_the_case(self, store: Store) -> None:
        people = [
            contact(user_id="CLIENT-100%"),
            contact(attributes={"email": "Marie@Example.org"}),
            contact(attributes={"name": "Zoé D'Été", "city": "Lyon"}),
        ]
        one, two, three = store.write(1, lambda tx: tx.people.create(people))

        def found(text: str) -> list[int]:
            return [each.id for each in store.read(1, lambda tx: tx.people.search(text, 0, 9))]

        assert found("") == [one, two, three]
        assert found("client") == [one]
        assert found("0%") == [one]
        assert found("marie@EXAMPLE") == [two]
        assert found("zoé d'été") == [three]
        assert found("ZOÉ") == [three]
        assert found(people[1].public_id[:13]) == [two]
        assert found("Lyon") == []

    def test_search_comes_in_pages(self, store: Store) -> None:
        ids = add_contacts(store, 5, user_id="same")
        assert [each.id for each in store.read(1, lambda tx: tx.people.search("same", ids[1], 2))] == ids[2:4]
        assert [each.id for each in store.read(1, lambda tx: tx.people.search("", ids[3], 9))] == ids[4:]
