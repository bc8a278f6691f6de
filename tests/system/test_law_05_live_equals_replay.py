"""Law 5: what a live system recorded, replayed as lived, gives actions with the same ids, and the same trace.

The live side is the real thing: the door's intake, a SQLite store, routing, turns at odd times, delivery to the mailbox whose receipts
come back as events, an archive in between; visitors who turn out to be users, users who turn out to be one, history that comes late,
somebody who is forgotten. Only the clock is moved by hand.
"""

import random
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from parcours.app.archive import archive
from parcours.app.collect import parcel
from parcours.app.deliver import deliver
from parcours.app.operations import run
from parcours.app.ports import END
from parcours.app.services import Services
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.cli.demo_setup import demo_files
from parcours.cli.documents import read_document
from parcours.core.journey.reasons import Reason
from parcours.core.terms.events import Event
from parcours.core.terms.intake import Envelope
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from tests.app.sending import Hands
from tests.system.witness import EVERYBODY, Replay, Witness, lived_lines, recorded

DAY = 86_400_000_000
HOUR = DAY // 24
START = 1_320_000_000_000_000
PEOPLE = 10
VISITORS = 30
STEPS = 80
STEP = 7
"""Microseconds beside each pause, so that no deadline falls on a turn's own instants."""
CARE: dict[str, Any] = {
    "journey": "care",
    "title": {"fr": "Soin", "en": "Care"},
    "owner": "marie@example.org",
    "entry": [{"on": {"event": "Order Completed"}, "where": {"event": "Order Completed", "at_least": 2, "within": "20d"}}],
    "reentry": "after_exit",
    "goal": {"event": "Order Completed", "within": "2d"},
    "exit": {"when": "end"},
    "topic": "offers",
    "steps": [
        {"id": "pause", "wait": "5d"},
        {"id": "tell", "send": {"email": "win-back"}},
        {"id": "rest", "wait": {"until": {"time": "09:00"}}},
    ],
}
"""Where two who become one are often both inside."""


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with closing(open_store(tmp_path / "live.sqlite")) as store:
        channels = {"email": MailboxChannel(store, 1)}
        clock = Hands(START, START)
        yield Services(
            store,
            open_history(tmp_path / "lake"),
            LocalFiles(),
            clock,
            1,
            EmailRenderer(),
            channels,
            b"s" * 32,
            "http://localhost",
            tmp_path,
        )


def collect(services: Services, *messages: dict[str, Any]) -> None:
    made = parcel(messages, Envelope(received=services.clock.now(), trusted=True), 1)
    assert not [outcome for outcome in made.outcomes if not isinstance(outcome, int)]
    services.store.write(1, lambda tx: tx.inbox.append(made.arrivals))


def user(chance: random.Random) -> str:
    return f"u{chance.randrange(PEOPLE)}"


def somebody(chance: random.Random) -> dict[str, str]:
    """A user, or a visitor nobody knows."""
    return {"userId": user(chance)} if chance.random() < 0.6 else {"anonymousId": f"a{chance.randrange(VISITORS)}"}


def happening(services: Services, chance: random.Random, number: int) -> dict[str, Any]:
    """Something a customer does, or that is said of one: now, or some days ago."""
    who = {**somebody(chance), "messageId": f"m{number}"}
    match chance.randrange(12):
        case 0:
            traits = {"plan": chance.choice(["a", "b"]), "timezone": chance.choice(["Europe/Paris", "America/New_York"])}
            return {**who, "type": "identify", "traits": traits}
        case 1 | 2:
            kind = chance.choice(["Consent Granted", "Consent Granted", "Consent Withdrawn"])
            said = {"channel": "email", "topic": chance.choice(["*", "offers", "service", "loyalty"])}
            return {**who, "type": "track", "event": kind, "properties": said}
        case 3 | 4:
            return {"type": "identify", "userId": user(chance), "anonymousId": f"a{chance.randrange(VISITORS)}", "messageId": f"m{number}"}
        case 5 if chance.random() < 0.2:
            one, other = chance.sample(range(4, PEOPLE), 2)
            return {"type": "alias", "userId": f"u{one}", "previousId": f"u{other}", "messageId": f"m{number}"}
        case form:
            order = {"order_id": f"o{number}", "value": chance.choice([20, 150, 600, 1200]), "currency": "EUR"}
            told = {**who, "type": "track", "event": "Order Completed", "properties": order}
            return {**told, "timestamp": some_days_ago(services, chance)} if form in (6, 7) else told


def some_days_ago(services: Services, chance: random.Random) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime((services.clock.now() - chance.randrange(2, 40) * DAY) / 1e6))


def live(services: Services, chance: random.Random) -> Witness:
    """Days of a shop's life, in turns at odd times."""
    clock, witness = services.clock, Witness(services)
    assert isinstance(clock, Hands)
    for person in range(PEOPLE):
        who, traits = {"userId": f"u{person}"}, {"email": f"u{person}@example.org"}
        granted = {"channel": "email", "topic": "*"}
        collect(services, {**who, "type": "identify", "messageId": f"i{person}", "traits": traits})
        collect(services, {**who, "type": "track", "event": "Consent Granted", "messageId": f"c{person}", "properties": granted})
    for number in range(STEPS):
        clock.pass_time(chance.choice([HOUR // 60, HOUR, 7 * HOUR, DAY, 3 * DAY]) + STEP)
        for each in range(chance.randrange(4)):
            collect(services, happening(services, chance, number * 10 + each))
        if number == 20:
            collect(
                services, *({"type": "track", "event": "Order Completed", "userId": f"u{n % 2}", "messageId": f"t{n}"} for n in range(4))
            )
        if number == 21:
            collect(services, {"type": "alias", "userId": "u0", "previousId": "u1", "messageId": "one"})
        witness.work()
        if chance.random() < 0.8:
            deliver(services)
        if chance.random() < 0.1:
            archive(services, enough=1)
        if number == STEPS * 3 // 4:
            run(services, "contacts.forget", {"contact": "u3"}, lambda _done, _total: None)
    witness.work()
    return witness


def published(services: Services) -> None:
    for operation, folder in (("templates.put", "templates"), ("journeys.publish", "journeys")):
        for file in demo_files(folder):
            run(services, operation, {"document": read_document(file)}, lambda _done, _total: None)
    run(services, "journeys.publish", {"document": CARE}, lambda _done, _total: None)


def replayed(services: Services, witness: Witness, events: list[Event]) -> Replay:
    linked = services.store.read(1, lambda tx: services.link(tx, ["America/New_York"]))
    people = services.store.read(1, lambda tx: tx.people.load(list(EVERYBODY)))
    replay = Replay(linked, witness, events, {number: each.public_id for number, each in people.items() if not each.erased})
    replay.everybody(max((services.clock.now(), *(event.turned for event in events))))
    return replay


def sent(services: Services) -> set[bytes]:
    return {message.id for message in services.store.read(1, lambda tx: tx.messages.find(None, (), END, 100_000))}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_replay_as_lived_gives_the_same_actions(services: Services, seed: int) -> None:
    published(services)
    witness = live(services, random.Random(seed))
    assert len(witness.merges) > 4
    assert len(witness.late) > 4
    assert len(sent(services)) > 20
    assert Reason.MERGED in {line[3] for line in lived_lines(services)}
    replay = replayed(services, witness, recorded(services))
    assert replay.lines() == lived_lines(services)
    assert {action.id for action in replay.actions if action.kind == "send"} == sent(services)


def test_a_replay_that_forgets_a_recorded_event_is_noticed(services: Services) -> None:
    """The law's own test: without the recorded withdrawals of consent the replay would send more."""
    published(services)
    witness = live(services, random.Random(1))
    replay = replayed(services, witness, [event for event in recorded(services) if event.name != "Consent Withdrawn"])
    assert {action.id for action in replay.actions if action.kind == "send"} > sent(services)


def test_a_replay_that_merges_nobody_is_noticed(services: Services) -> None:
    """The law's own test: whoever replays two contacts that became one as two gets other decisions."""
    published(services)
    witness = live(services, random.Random(1))
    witness.merges = []
    assert replayed(services, witness, recorded(services)).lines() != lived_lines(services)
