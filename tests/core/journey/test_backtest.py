"""A backtest counts what the kernel does; over columns it counts the same as over events."""

import random
from dataclasses import replace
from typing import Any

import pytest

from parcours.core.journey import Linked, Placed, link
from parcours.core.journey.backtest import Replay, Traveller, backtest, backtest_partition
from parcours.core.journey.columns import properties_needed, roster_of
from parcours.core.journey.report import Report
from parcours.core.terms.events import Event
from tests.core.journey.documents import CART, compiled, journey
from tests.core.journey.partitions import partition_of
from tests.core.journey.telling import START, instant

HOUR = 3_600_000_000
END = START + 40 * 24 * HOUR
NAMES = ("Product Added", "Product Viewed", "Order Completed", "Cart Cleared", "Contact Identified", "Consent Withdrawn", "Stage Changed")
LOYAL = journey(
    {"id": "w", "wait": {"until": {"time": "09:00"}}},
    {"id": "m", "send": {"email": "x"}},
    journey="loyal",
    entry=[
        {
            "on": {"event": "Order Completed"},
            "where": {"event": "Order Completed", "sum": "value", "op": ">=", "value": 100, "within": "20d"},
        }
    ],
)


def drafts(start: int, **settings: Any) -> Linked:
    placed = [Placed(compiled(document), 1, start) for document in (CART, LOYAL)]
    return link(placed, strict_consent=False, caps=[{"most": 2, "within": "7d"}], **settings)


def life(dice: random.Random, contact: int) -> list[Event]:
    events = []
    for seq in range(dice.randrange(60)):
        name = dice.choice(NAMES)
        properties: dict[str, Any] = {}
        if dice.random() < 0.9:
            properties["value"] = dice.choice([5, 20, 30.5, 70, "many", None])
        if dice.random() < 0.9:
            properties["cart_id"] = dice.choice(["a", "b", 1, None])
        if name == "Contact Identified":
            properties["timezone"] = dice.choice(["Europe/Paris", "Asia/Tokyo", 3])
        if name == "Consent Withdrawn":
            properties |= {"channel": "email", "topic": dice.choice(["offers", "*", "news"])}
        if name == "Stage Changed":
            properties["stage"] = dice.choice(["customer", "prospect"])
        at = START + dice.randrange(45 * 24) * HOUR
        events.append(Event(contact, seq, name, at, at, at, properties=properties))
    return events


def last(reports: Any) -> Report:
    *_, whole = reports
    assert isinstance(whole, Report)
    return whole


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("key", ["abandoned-cart", "loyal"])
def test_columns_count_what_events_count(seed: int, key: str) -> None:
    dice = random.Random(seed)
    lives = [life(dice, contact) for contact in range(40)]
    lives = [events for events in lives if events]
    people = [(f"person-{events[0].contact}", dice.choice([None, "Asia/Tokyo"])) for events in lives]
    start = START + 5 * 24 * HOUR
    linked = drafts(start)
    replay = Replay(linked, key, start, END)
    one = last(backtest(replay, [Traveller(e[0].contact, *who, e) for who, e in zip(people, lives, strict=True)]))
    cut, dictionary = partition_of(lives, properties_needed(linked))
    other = backtest_partition(replay, cut, dictionary, roster_of(linked, people))
    assert one.entered > 0
    assert replace(one, hashes={}) == replace(other, hashes={})


def test_the_report_says_who_came_who_left_and_why() -> None:
    linked = drafts(START)
    bought = [
        Event(1, 1, "Product Added", instant("10:00"), 0, 0, properties={"value": 30, "cart_id": "c"}),
        Event(1, 2, "Product Added", instant("10:30"), 0, 0, properties={"value": 30, "cart_id": "c"}),
        Event(1, 3, "Order Completed", instant("10:40"), 0, 0, properties={"value": 30}),
    ]
    waited = [Event(2, 1, "Product Added", instant("10:00"), 0, 0, properties={"value": 30, "cart_id": "c"})]
    late = [Event(3, 1, "Product Added", END - HOUR // 2, 0, 0, properties={"value": 30, "cart_id": "c"})]
    people = [Traveller(number, f"p{number}", None, events) for number, events in enumerate((bought, waited, late), 1)]
    document = last(backtest(Replay(linked, "abandoned-cart", START, END), people)).document()
    assert {key: document[key] for key in ("entered", "refused", "goal_reached", "goal_before_first_message", "ended", "still_inside")} == {
        "entered": 3,
        "refused": {"inside": 1},
        "goal_reached": 1,
        "goal_before_first_message": 1,
        "ended": {"goal": 1, "done": 1},
        "still_inside": 1,
    }
    assert document["steps"]["pause"] == {"arrived": 3, "left": 2, "sent": 0, "withheld": 0}
    assert document["steps"]["reminder"] == {"arrived": 1, "left": 1, "sent": 1, "withheld": 0}
    assert document["messages_per_person_week"]["counts"] == {"2": 1}
    assert [sample["contact"] for sample in document["samples"]] == ["p1", "p2", "p3"]


def test_what_came_before_only_fills_registers() -> None:
    linked = drafts(instant("24:00"))
    orders = [Event(1, hour, "Order Completed", instant(f"{hour}:00"), 0, 0, properties={"value": 40}) for hour in (1, 2, 30)]
    report = last(backtest(Replay(linked, "loyal", instant("24:00"), END), [Traveller(1, "p", None, orders)]))
    assert report.entered == 1
    assert not report.refused
