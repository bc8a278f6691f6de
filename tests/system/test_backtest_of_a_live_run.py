"""A backtest of what a live system lived says what the live system did: the same numbers, journey by journey.

With caps and quiet hours that change on the way, a holdout, people in several zones, clocks that go back, a pause, and slow turns.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest

from parcours.app.backtest import stored_backtest
from parcours.app.operations import run
from parcours.app.pages.graph import BY_VALUE
from parcours.app.ports import END, MessageState, Tx
from parcours.app.services import Services
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.cli.demo_setup import demo_files
from parcours.cli.documents import read_document
from parcours.core.journey import WorkspaceEvent
from parcours.core.journey.reasons import ENDS, HOLDS, REFUSALS, Reason, key
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from tests.app.sending import Hands
from tests.system.plain_life import PEOPLE, live
from tests.system.test_law_05_live_equals_replay import DAY, HOUR, collect

START = 1_319_700_000_000_000
"""2011-10-27: clocks go back on the 30th in Paris, on the 6th of November in New York."""
ZONES = ("Europe/Paris", "America/New_York", "Asia/Tokyo")
NOT_SENT = (Reason.NO_CONSENT, Reason.CAPPED, Reason.CAP_GIVEN_UP, Reason.LATE_SKIPPED)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A workspace that has lived."""
    folder = tmp_path_factory.mktemp("live")
    with closing(open_store(folder / "live.sqlite")) as store:
        channels = {"email": MailboxChannel(store, 1)}
        made = (Hands(START, START), 1, EmailRenderer(), channels, b"s" * 32, "http://localhost", folder)
        services = Services(store, open_history(folder / "lake"), LocalFiles(), *made)
        lived(services)
        yield services


def do(services: Services, operation: str, **arguments: Any) -> None:
    run(services, operation, arguments, lambda _done, _total: None)


def documents() -> list[dict[str, Any]]:
    """The demo's journeys, with a holdout and, in one of them, a wait that listens."""
    found = [read_document(file) | {"holdout": "30%"} for file in demo_files("journeys")]
    return [document | {"topic": "offers", "transactional": False} for document in found]


def later(services: Services) -> None:
    """Some time passes: nothing that happens to the workspace happens in the midst of a turn."""
    assert isinstance(services.clock, Hands)
    services.clock.pass_time(HOUR)


def lived(services: Services) -> None:
    """Publish, then live; settings and a pause come in between."""
    for file in demo_files("templates"):
        do(services, "templates.put", document=read_document(file))
    do(services, "settings.set", key="caps", value=[{"channel": "email", "most": 1, "within": "10d"}])
    for document in documents():
        do(services, "journeys.publish", document=document)
    for person in range(PEOPLE):
        traits = {"timezone": ZONES[person % len(ZONES)]}
        collect(services, {"type": "identify", "userId": f"u{person}", "messageId": f"z{person}", "traits": traits})
    chance, held = random.Random(1), documents()[0]["journey"]
    live(services, chance)
    later(services)
    do(services, "settings.set", key="quiet_hours", value={"from": "12:00", "to": "23:00"})
    do(services, "journeys.pause", journey=held)
    live(services, chance)
    later(services)
    do(services, "journeys.resume", journey=held)
    live(services, chance)


def counted_live(services: Services, journey: str) -> dict[str, Any]:
    """What the live system wrote down of one journey."""

    def unit(tx: Tx) -> dict[str, Any]:
        flow = tx.views.flow(journey, BY_VALUE)
        messages = [message for message in tx.messages.find(None, (), END, 100_000) if message.journey == journey]
        reasons: Counter[str] = Counter()
        for row in flow:
            reasons[key(Reason(row.reason))] += row.count
        held_back = Counter(message.step for message in messages if message.state == MessageState.WITHHELD)
        return {
            "entered": reasons["entered"] + reasons["entered_later"],
            "refused": {key(each): reasons[key(each)] for each in REFUSALS if reasons[key(each)]},
            "ended": {key(each): reasons[key(each)] for each in ENDS if reasons[key(each)]},
            "held": {key(each): reasons[key(each)] for each in HOLDS if reasons[key(each)]},
            "not_sent": {key(each): reasons[key(each)] for each in NOT_SENT if reasons[key(each)]},
            "goal_reached": reasons["goal"] + reasons["goal_later"],
            "still_inside": sum(row.live for row in tx.runs.summary(journey)),
            "sent": Counter(message.step for message in messages) - held_back,
            "withheld": held_back,
            "flow": Counter({(row.step, row.reason, row.v1): row.count for row in flow if row.reason in BY_VALUE}),
        }

    return services.store.read(1, unit)


def counted_again(services: Services, document: dict[str, Any]) -> dict[str, Any]:
    """What the backtest says of it, as lived."""
    asked = {"start": START, "end": services.clock.now() + 1, "strict_consent": True, "as_lived": True}
    report = stored_backtest(services, lambda _done, _total: None, document, **asked)
    steps = report["steps"]
    numbers = {Reason.CASE: int(Reason.CASE), Reason.ARM: int(Reason.ARM)}
    by_value = {key(each): number for each, number in numbers.items()}
    return {
        **{name: report[name] for name in ("entered", "refused", "ended", "held", "not_sent", "goal_reached", "still_inside")},
        "sent": +Counter({step: one["sent"] for step, one in steps.items()}),
        "withheld": +Counter({step: one["withheld"] for step, one in steps.items()}),
        "flow": Counter(
            {(way["from"], by_value[way["reason"]], way["value"]): way["count"] for way in report["flow"] if way["reason"] in by_value}
        ),
    }


def test_the_numbers_are_those_of_the_live_run(services: Services) -> None:
    total: Counter[str] = Counter()
    for document in documents():
        live_numbers = counted_live(services, document["journey"])
        assert counted_again(services, document) == live_numbers, document["journey"]
        total.update({"withheld": live_numbers["withheld"].total(), **live_numbers["held"], **live_numbers["not_sent"]})
    assert min(total[name] for name in ("withheld", "quiet", "capped")) > 0, total
    assert services.clock.now() - START > 60 * DAY


@pytest.mark.parametrize("forgotten", ["settings", "paused", "gap"])
def test_what_happened_to_the_workspace_and_is_forgotten_is_noticed(
    services: Services, monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    """The law's own test."""
    monkeypatch.setattr("parcours.app.backtest.WorkspaceEvent", partial(_but, forgotten))
    assert any(counted_again(services, each) != counted_live(services, each["journey"]) for each in documents())


def _but(forgotten: str, **event: Any) -> WorkspaceEvent:
    """The event, unless it is of the forgotten kind: then it says nothing."""
    return WorkspaceEvent(**event | {"kind": "published"} if event["kind"] == forgotten else event)
