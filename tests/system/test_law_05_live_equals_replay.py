"""Law 5: what a live system recorded, replayed as lived in one call, gives actions with the same ids.

The live side is the real thing: the door's intake, a SQLite store, routing, turns at odd times, delivery to the mailbox whose receipts
come back as events, an archive in between; only the clock is moved by hand.
"""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from parcours.app.archive import archive
from parcours.app.collect import parcel
from parcours.app.deliver import deliver
from parcours.app.operations import run
from parcours.app.ports import Tx
from parcours.app.refold import in_order, partition_history
from parcours.app.route import route
from parcours.app.services import Services
from parcours.app.turn import turn
from parcours.app.zones import zone_of
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.cli.demo_setup import demo_files
from parcours.cli.documents import read_document
from parcours.core.journey import advance
from parcours.core.journey.state import ContactRecord
from parcours.core.terms.events import NEVER, Event
from parcours.core.terms.ids import PARTITIONS
from parcours.core.terms.intake import Envelope
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from parcours.workers.drain import drain
from parcours.workers.shards import EVERYTHING
from tests.app.sending import Hands

DAY = 86_400_000_000
HOUR = DAY // 24
START = 1_320_000_000_000_000
PEOPLE = 12
STEPS = 90


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


def happening(services: Services, chance: random.Random, number: int) -> dict[str, Any]:
    """Something a customer does, or that is said of one, now."""
    who = {"userId": f"u{chance.randrange(PEOPLE)}", "messageId": f"m{number}"}
    match chance.randrange(6):
        case 0:
            zone = chance.choice(["Europe/Paris", "America/New_York"])
            return {
                **who,
                "type": "identify",
                "traits": {"email": f"{who['userId']}@example.org", "plan": chance.choice(["a", "b"]), "tz": zone},
            }
        case 1:
            kind = chance.choice(["Consent Granted", "Consent Granted", "Consent Withdrawn"])
            return {
                **who,
                "type": "track",
                "event": kind,
                "properties": {"channel": "email", "topic": chance.choice(["*", "offers", "service"])},
            }
        case _:
            value = chance.choice([20, 150, 600, 1200])
            return {
                **who,
                "type": "track",
                "event": "Order Completed",
                "properties": {"order_id": f"o{number}", "value": value, "currency": "EUR"},
            }


def live(services: Services, chance: random.Random) -> None:
    """Days of a shop's life, in turns at odd times."""
    clock = services.clock
    assert isinstance(clock, Hands)
    for person in range(PEOPLE):
        collect(
            services, {"type": "identify", "userId": f"u{person}", "messageId": f"i{person}", "traits": {"email": f"u{person}@example.org"}}
        )
        granted = {"channel": "email", "topic": "*"}
        collect(
            services,
            {"type": "track", "event": "Consent Granted", "userId": f"u{person}", "messageId": f"c{person}", "properties": granted},
        )
    for number in range(STEPS):
        clock.pass_time(chance.choice([HOUR // 60, HOUR, 7 * HOUR, DAY, 3 * DAY]))
        for each in range(chance.randrange(4)):
            collect(services, happening(services, chance, number * 10 + each))
        while route(services) or turn(services, EVERYTHING):
            pass
        if chance.random() < 0.8:
            deliver(services)
        if chance.random() < 0.1:
            archive(services, enough=1)
    drain(services)


def recorded(services: Services) -> list[tuple[ContactRecord, list[Event]]]:
    """Everybody as new, with every event that was turned."""
    found = []
    for partition in range(PARTITIONS):
        for number, archived in partition_history(services, partition).items():

            def unit(tx: Tx, number: int = number, archived: list[Event] = archived) -> tuple[ContactRecord, list[Event]]:
                contact = tx.people.load([number])[number]
                fresh = [event for event in tx.views.inbox_of(number) if event.turned < NEVER]
                return ContactRecord(number, contact.public_id, zone_of(contact.attributes)), in_order((*archived, *fresh))

            found.append(services.store.read(1, unit))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_a_replay_as_lived_gives_the_same_actions(services: Services, seed: int) -> None:
    for operation, folder in (("templates.put", "templates"), ("journeys.publish", "journeys")):
        for file in demo_files(folder):
            run(services, operation, {"document": read_document(file)}, lambda _done, _total: None)
    live(services, random.Random(seed))
    lived = recorded(services)
    linked = services.store.read(1, lambda tx: services.link(tx, [record.zone for record, _ in lived]))
    until = max((services.clock.now(), *(event.turned for _, events in lived for event in events)))
    replayed = advance(linked, [record for record, _ in lived], [events for _, events in lived], until)
    sent = {message.id for message in services.store.read(1, lambda tx: tx.messages.find(None, (), NEVER, 100_000))}
    assert len(sent) > 20
    assert {action.id for action in replayed.actions if action.kind == "send"} == sent


def test_a_replay_that_forgets_a_recorded_event_is_noticed(services: Services) -> None:
    """The law's own test: without the recorded withdrawals of consent the replay would send more."""
    for operation, folder in (("templates.put", "templates"), ("journeys.publish", "journeys")):
        for file in demo_files(folder):
            run(services, operation, {"document": read_document(file)}, lambda _done, _total: None)
    live(services, random.Random(1))
    lived = [(record, [event for event in events if event.name != "Consent Withdrawn"]) for record, events in recorded(services)]
    linked = services.store.read(1, lambda tx: services.link(tx, [record.zone for record, _ in lived]))
    until = max((services.clock.now(), *(event.turned for _, events in lived for event in events)))
    replayed = advance(linked, [record for record, _ in lived], [events for _, events in lived], until)
    sent = {message.id for message in services.store.read(1, lambda tx: tx.messages.find(None, (), NEVER, 100_000))}
    assert {action.id for action in replayed.actions if action.kind == "send"} > sent
