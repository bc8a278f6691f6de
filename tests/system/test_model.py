"""A live system against a pure model, by whatever sequence of things Hypothesis thinks of: events, visitors who become known, users who
become one, consent, late history, pauses, the clock, delivery, the archive, erasure, and a process that ends and starts again.

After each step what is stored and what is sent must be what the model says (reliability invariants I1 to I8).
"""

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from parcours.app.archive import archive
from parcours.app.collect import parcel
from parcours.app.deliver import deliver
from parcours.app.operations import run
from parcours.app.ports import END, Contact, Identity, MessageState, Store, Tx
from parcours.app.refold import partition_history
from parcours.app.route import route
from parcours.app.services import Services
from parcours.app.turn import turn
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.core.journey.state import Status
from parcours.core.terms.events import NEVER
from parcours.core.terms.ids import PARTITIONS
from parcours.core.terms.intake import Envelope
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import migrate, open_store
from parcours.workers.shards import EVERYTHING
from tests.app.sending import DOCUMENT, HOUR, MINUTE, NOW, Hands
from tests.fixtures.postgres import PostgresServer
from tests.system.people_model import EVERY, TOPIC, Everybody, Human

DAY = 24 * HOUR
OPEN = (MessageState.PLANNED, MessageState.CLAIMED)
EVERYBODY = range(1, 200)
USERS, VISITORS = st.sampled_from(["u1", "u2", "u3"]), st.sampled_from(["a1", "a2", "a3"])
NEWS: dict[str, Any] = {
    "journey": "news",
    "title": {"fr": "Nouvelles", "en": "News"},
    "owner": "marie@example.org",
    "entry": [{"on": {"event": "Order Completed"}}],
    "holdout": "0%",
    "reentry": "after_exit",
    "topic": TOPIC,
    "exits": [{"event": "Cart Cleared"}],
    "steps": [
        {"id": "pause", "wait": "1h"},
        {"id": "first", "send": {"email": "win-back"}},
        {"id": "more", "wait_for": {"event": "Order Completed"}, "timeout": "1d", "then": "done"},
        {"id": "last", "send": {"email": "win-back"}},
    ],
}
REGULARS: dict[str, Any] = {
    **NEWS,
    "journey": "regulars",
    "entry": [{"on": {"event": "Order Completed"}, "where": {"event": "Order Completed", "at_least": 3, "within": "30d"}}],
    "steps": [{"id": "tell", "send": {"email": "win-back"}}, {"id": "mark", "tag": "regular"}],
}


class Life(RuleBasedStateMachine):
    """`opener` opens the store; `ended` tells where the database is, to open it again."""

    opener: ClassVar[Callable[[Path], Store]]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock, self.people, self.number = Hands(NOW, NOW), Everybody(), 0
        self.mails: Counter[str] = Counter()
        self.paused = False
        self.open()
        self.publish()

    def open(self) -> None:
        store = type(self).opener(self.folder)
        channels = {"email": MailboxChannel(store, 1)}
        lake = open_history(self.folder / "lake")
        self.services = Services(
            store, lake, LocalFiles(), self.clock, 1, EmailRenderer(), channels, b"s" * 32, "http://localhost", self.folder
        )

    def publish(self) -> None:
        """Unless the database came with them."""
        if self.services.store.read(1, lambda tx: tx.definitions.templates()):
            return
        self.operate("templates.put", document=DOCUMENT)
        for document in (NEWS, REGULARS):
            self.operate("journeys.publish", document=document)

    def operate(self, name: str, **given: Any) -> None:
        run(self.services, name, given, lambda _done, _total: None)

    def happens(self, human: Human, call: dict[str, Any], days_ago: int = 0) -> None:
        """One message comes, twice, and is acknowledged."""
        self.number += 1
        then = time.gmtime((self.clock.now() - days_ago * DAY) / 1e6)
        when = {} if not days_ago else {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", then)}
        message = {"messageId": f"m{self.number}", **call, **when}
        for _ in range(2):
            made = parcel([message], Envelope(received=self.clock.now(), trusted=True), 1)
            assert not [outcome for outcome in made.outcomes if not isinstance(outcome, int)]
            kept = self.services.store.write(1, lambda tx, made=made: tx.inbox.append(made.arrivals))  # type: ignore[misc]
        assert kept == [False], "the second time it is known"
        human.acked.add(made.arrivals[0].message_id.hex())
        while route(self.services):
            pass

    @rule(user=USERS | st.none(), visitor=VISITORS, name=st.sampled_from(["Order Completed", "Order Completed", "Cart Cleared"]))
    def acts(self, user: str | None, visitor: str, name: str) -> None:
        who = {"anonymousId": visitor} if user is None else {"userId": user}
        human = self.people.acts(user, visitor if user is None else None)
        self.happens(human, {"type": "track", "event": name, **who})

    @rule(user=USERS, visitor=VISITORS)
    def is_known(self, user: str, visitor: str) -> None:
        human = self.people.acts(user, visitor)
        traits = {"email": f"{user}@example.org", "plan": user}
        self.happens(human, {"type": "identify", "userId": user, "anonymousId": visitor, "traits": traits})

    @rule(user=USERS, previous=USERS | VISITORS)
    def is_the_same(self, user: str, previous: str) -> None:
        if user != previous:
            self.happens(self.people.alias(user, previous), {"type": "alias", "userId": user, "previousId": previous})

    @rule(user=USERS | st.none(), visitor=VISITORS, topic=st.sampled_from([TOPIC, EVERY]), granted=st.booleans())
    def speaks(self, user: str | None, visitor: str, topic: str, granted: bool) -> None:
        who = {"anonymousId": visitor} if user is None else {"userId": user}
        human = self.people.acts(user, visitor if user is None else None)
        human.says(topic, granted)
        name = "Consent Granted" if granted else "Consent Withdrawn"
        self.happens(human, {"type": "track", "event": name, "properties": {"channel": "email", "topic": topic}, **who})

    @rule(user=USERS, days=st.integers(2, 20))
    def did_long_ago(self, user: str, days: int) -> None:
        self.happens(self.people.acts(user, None), {"type": "track", "event": "Order Completed", "userId": user}, days_ago=days)

    @rule(micros=st.sampled_from([MINUTE, HOUR, 5 * HOUR, DAY]))
    def time_passes(self, micros: int) -> None:
        self.clock.pass_time(micros + 7)

    @rule()
    def turns(self) -> None:
        turn(self.services, EVERYTHING)
        assert not self.services.contacts_aside.waiting

    @rule()
    def delivers(self) -> None:
        deliver(self.services)
        self.mails_are_allowed()

    @rule()
    def archives(self) -> None:
        archive(self.services, enough=1)

    @rule()
    def pauses_or_goes_on(self) -> None:
        self.operate("journeys.resume" if self.paused else "journeys.pause", journey="news")
        self.paused = not self.paused

    @rule()
    def publishes_anew(self) -> None:
        self.number += 1
        later = {**NEWS, "steps": [{"id": "pause", "wait": f"{30 + self.number}m"}, *NEWS["steps"][1:]]}
        self.operate("journeys.publish", document=later)

    @precondition(lambda self: self.number > 8)
    @rule(user=USERS)
    def is_forgotten(self, user: str) -> None:
        if ("user", user) in self.people.owners:
            self.people.forget(user)
            self.operate("contacts.forget", contact=user)

    @rule()
    def starts_again(self) -> None:
        self.services.store.close()
        self.open()

    def contact(self, tx: Tx, human: Human) -> Contact | None:
        keys = [Identity(kind, value) for (kind, value), owner in self.people.owners.items() if owner is human]  # type: ignore[arg-type]
        found = set(tx.people.find(keys).values())
        assert len(found) == 1, (human, found)
        return tx.people.load(list(found))[found.pop()]

    @invariant()
    def everybody_is_who_they_are(self) -> None:
        """One contact each, with the consent of the model; nobody else has anything to do, and nobody is twice inside."""

        def unit(tx: Tx) -> None:
            humans = self.people.humans()
            contacts = {contact.id: human for human in humans if (contact := self.contact(tx, human)) is not None}
            assert len(contacts) == len(humans)
            for number, contact in tx.people.load(list(contacts)).items():
                said = contact.consents.get(f"email.{TOPIC}", contact.consents.get(f"email.{EVERY}"))
                assert (said is False) == contacts[number].refuses(TOPIC), contact.consents
            gone = [number for number in tx.people.load(list(EVERYBODY)) if number not in contacts]
            assert not any(tx.views.inbox_of(number) for number in gone)
            assert not any(record.runs for record in tx.runs.records(gone))
            for record in tx.runs.records(list(contacts)):
                inside = Counter((each.journey, each.instance) for each in record.runs if each.status == Status.LIVE)
                assert max(inside.values(), default=0) <= 1

        self.services.store.read(1, unit)

    def mails_are_allowed(self) -> None:
        """A mail that leaves now is for somebody who does not refuse it; none leaves twice."""

        def unit(tx: Tx) -> None:
            refused = [
                contact.id for human in self.people.humans() if human.refuses(TOPIC) and (contact := self.contact(tx, human)) is not None
            ]
            mails = Counter(mail.message_id.hex() for mail in tx.mailbox.page("", None, NEVER, 10_000))
            assert max(mails.values(), default=0) <= 1
            new = set(mails) - set(self.mails)
            owners = {mail.message_id.hex(): mail.contact for mail in tx.mailbox.page("", None, NEVER, 10_000)}
            assert not [each for each in new if owners[each] in refused]
            self.mails |= mails

        self.services.store.read(1, unit)

    def teardown(self) -> None:
        try:
            self.everything_comes_to_its_end()
        finally:
            self.services.store.close()
            shutil.rmtree(self.folder)

    def everything_comes_to_its_end(self) -> None:
        """Faults off: all that was acknowledged is there once, and no message stays on its way."""
        if self.paused:
            self.pauses_or_goes_on()
        for _ in range(12):
            self.clock.pass_time(7 * HOUR)
            while route(self.services) or turn(self.services, EVERYTHING):
                pass
            deliver(self.services)
            self.mails_are_allowed()
        archived = [
            event for number in range(PARTITIONS) for events in partition_history(self.services, number).values() for event in events
        ]

        def unit(tx: Tx) -> Counter[str]:
            assert not [message for message in tx.messages.find(None, (), END, 10_000) if message.state in OPEN]
            waiting = [event for number in tx.people.load(list(EVERYBODY)) for event in tx.views.inbox_of(number)]
            return Counter(event.message_id.hex() for event in (*archived, *waiting) if event.kind == 0)

        kept = self.services.store.read(1, unit)
        assert max(kept.values(), default=1) == 1
        assert set(kept) == {identifier for human in self.people.humans() for identifier in human.acked}


EXAMPLES = int(os.environ.get("PARCOURS_LIVES", "6"))
LIVES = settings(
    max_examples=EXAMPLES,
    stateful_step_count=30,
    deadline=None,
    database=None,
    derandomize=EXAMPLES == 6,
    phases=[Phase.generate] if EXAMPLES == 6 else [Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def test_lives_on_sqlite(tmp_path: Path) -> None:
    """`PARCOURS_LIVES=500` lives other lives each time, and many."""
    blank = tmp_path / "blank.sqlite"
    migrate(blank)

    def opener(folder: Path) -> Store:
        path = folder / "parcours.sqlite"
        if not path.exists():
            shutil.copy(blank, path)
        return open_store(path)

    machine = type("OnSqlite", (Life,), {"opener": staticmethod(opener)})
    first = machine()  # every life begins with what this one published
    first.services.store.close()
    shutil.copy(first.folder / "parcours.sqlite", blank)
    run_state_machine_as_test(machine, settings=LIVES)


@pytest.mark.postgres
def test_lives_on_postgresql(postgres_server: PostgresServer) -> None:
    """The same, with a database for each life."""
    urls: dict[Path, str] = {}

    def opener(folder: Path) -> Store:
        if folder not in urls:
            urls[folder] = postgres_server.sqlalchemy_url(postgres_server.create())
        return open_store(urls[folder])

    run_state_machine_as_test(type("OnPostgres", (Life,), {"opener": staticmethod(opener)}), settings=settings(LIVES, max_examples=2))
