"""Texts that break programs go through every column and come back as they were."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from parcours.app.ports import Identity, Placement, Store, StoredLink, Template, Tx
from parcours.testing.builders import NOW, add_contacts, arrival, contact, message, naughty_texts, run, save_runs
from parcours.testing.contracts.mailbox import mail


@pytest.fixture(scope="session")
def naughty() -> Sequence[str]:
    """The texts; a test module may put more in their place."""
    return naughty_texts()


class NaughtyTextContract:
    """What every column of text promises."""

    def test_in_arrivals(self, store: Store, naughty: Sequence[str]) -> None:
        arrivals = [
            arrival(
                client_message_id=text,
                name=text,
                user_id=text,
                anonymous_id=text,
                previous_id=text,
                properties={text: [text, {"in": text}]},
            )
            for text in naughty
        ]
        assert store.write(1, lambda tx: tx.inbox.append(arrivals)) == [True] * len(arrivals)
        rows = store.read(1, lambda tx: tx.inbox.unrouted(len(arrivals)))
        assert [row.arrival for row in rows] == arrivals
        placed = [Placement(row.row, 1, place, 7, row.arrival.name, row.arrival.properties) for place, row in enumerate(rows, 1)]
        store.write(1, lambda tx: tx.inbox.place(placed))
        events = store.read(1, lambda tx: tx.inbox.events([1]))[1]
        assert [(event.name, event.properties) for event in events] == [(each.name, each.properties) for each in arrivals]

    def test_in_contacts_and_identities(self, store: Store, naughty: Sequence[str]) -> None:
        people = [
            contact(user_id=text, attributes={"email": text, "stage": text, text: text}, tags=(text,), consents={text: True})
            for text in naughty
        ]
        ids = store.write(1, lambda tx: tx.people.create(people))
        assert store.read(1, lambda tx: tx.people.load(ids)) == {
            number: replace(said, id=number) for number, said in zip(ids, people, strict=True)
        }
        links = {Identity(kind, text): number for text, number in zip(naughty, ids, strict=True) for kind in ("user", "anonymous")}
        store.write(1, lambda tx: tx.people.link(links))
        assert store.read(1, lambda tx: tx.people.find(list(links))) == links
        found = store.read(
            1, lambda tx: [[each.id for each in tx.people.search(text, number - 1, 1)] for text, number in zip(naughty, ids, strict=True)]
        )
        assert found == [[number] for number in ids]
        assert store.read(1, lambda tx: tx.views.stages()) == dict.fromkeys(naughty, 1)

    def test_in_runs_messages_and_mails(self, store: Store, naughty: Sequence[str]) -> None:
        (person,) = add_contacts(store)
        record = save_runs(store, person, *(run(instance=text, entered=NOW + place) for place, text in enumerate(naughty)))
        assert store.read(1, lambda tx: tx.runs.records([person])) == [record]
        messages = [message(reason=text, address=text, payload={text: text}) for text in naughty]
        store.write(1, lambda tx: tx.messages.plan(messages))
        assert store.read(1, lambda tx: tx.messages.load([each.id for each in messages])) == {each.id: each for each in messages}
        links = [StoredLink(each.id, 1, text) for each, text in zip(messages, naughty, strict=True)]
        store.write(1, lambda tx: tx.messages.keep_links(links))
        assert store.read(1, lambda tx: [tx.messages.link(each.message_id, 1) for each in links]) == links
        mails = [mail(sender=text, recipient=text, subject=text) for text in naughty]
        store.write(1, lambda tx: [tx.mailbox.keep(each) for each in mails])  # type: ignore[func-returns-value]
        kept = store.read(1, lambda tx: tx.mailbox.page("", None, 2**62, 10_000))
        assert [(each.sender, each.recipient, each.subject) for each in reversed(kept)] == [(text, text, text) for text in naughty]

    def test_in_definitions_and_codes(self, store: Store, naughty: Sequence[str]) -> None:

        def unit(tx: Tx) -> None:
            for text in naughty:
                tx.definitions.set_setting(text, {"value": text})
                tx.definitions.save_template(Template(text, {text: text}, "d", NOW))

        store.write(1, unit)
        assert store.read(1, lambda tx: tx.definitions.settings()) == {text: {"value": text} for text in naughty}
        templates = store.read(1, lambda tx: tx.definitions.templates())
        assert {name: each.document for name, each in templates.items()} == {text: {text: text} for text in naughty}
        assert set(store.write(1, lambda tx: tx.manifest.codes(naughty))) == set(naughty)
