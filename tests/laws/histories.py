"""Whole cases, at random: journeys published and paused, caps, quiet hours, zones, and what happens to contacts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from parcours.core.terms.events import NEVER, Kind
from tests.laws.case import Case, Contact, Publication
from tests.laws.conditions_made import EVENTS, NUMBERS, TAGS, TOPICS
from tests.laws.dice import Dice, once_in, some, subset
from tests.laws.documents import endless, journey, of_each_cart
from tests.laws.growing import Happening, Plan, grow
from tests.laws.mutations import mutated
from tests.laws.reference.lengths import UNITS, instant
from tests.laws.reference.model import Cap, Document

MINUTE, HOUR, DAY = UNITS["m"], UNITS["h"], UNITS["d"]
STARTS = (
    ("Europe/Paris", "2026-05-05T09:00"),
    ("Europe/Paris", "2026-03-28T18:00"),
    ("Europe/Paris", "2026-10-24T18:00"),
    ("America/New_York", "2026-03-07T18:00"),
    ("Africa/Cairo", "2026-04-23T18:00"),
    ("Australia/Lord_Howe", "2026-04-04T18:00"),
    ("Asia/Kolkata", "2028-02-28T09:00"),
)
ZONES = ("Europe/Paris", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "UTC")
STRIDES = (0, 0, 1, 10 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 30 * MINUTE, HOUR, HOUR, HOUR, 2 * HOUR, DAY, DAY, DAY - 1)
DATES = ("2026-05-07T10:00:00Z", "2026-03-29", "2026-10-25T02:30:00", "2028-02-29", "1988-02-29", "2026-05-06", "soon", None)
TRAITS: dict[str, Sequence[Any]] = {
    "level": (*NUMBERS, None),
    "plan": ("pro", "free", None),
    "company": ({"size": 1}, {"size": 2}, {}, None),
    "day": DATES,
    "timezone": (*ZONES, "Nowhere/Land", None),
}
FACTS: tuple[tuple[str, Document], ...] = (
    ("Tag Added", {"tag": "red"}),
    ("Segment Entered", {"segment": "staff"}),
    ("Stage Changed", {"stage": "lead"}),
    ("Score Changed", {"score": "heat", "value": 5}),
)
STANDINGS = ("Complaint Opened", "Complaint Closed", "Contact Frozen", "Contact Unfrozen", "Address Suppressed", "Address Restored")


def values(dice: Dice) -> Document:
    """The properties of a customer's event."""
    given = {"cart": dice.pick(("a", "b", 1))} if not once_in(dice, 6) else subset(dice, {"cart": (None, [1], True)})
    return given | subset(dice, {"n": (*NUMBERS, 2.5, "2"), "word": ("x", "y", "xy")})


def named(dice: Dice) -> tuple[str, Document]:
    """An event's name and properties."""
    form = dice.number(0, 11)
    if form < 5:
        return dice.pick(EVENTS), values(dice)
    if form == 5:
        return "Contact Identified", subset(dice, TRAITS)
    if form < 8:
        return dice.pick(("Tag Added", "Tag Added", "Tag Removed")), {"tag": dice.pick(TAGS)}
    if form == 8:
        return dice.pick(("Segment Entered", "Segment Left")), {"segment": "staff"}
    if form == 9:
        return "Stage Changed", {"stage": dice.pick(("lead", "customer", "other"))}
    if form == 10:
        return "Score Changed", {"score": "heat", "value": dice.pick((0, 5, 7.5, 10))}
    return permission(dice)


def permission(dice: Dice) -> tuple[str, Document]:
    """An event about whether the contact may be written to."""
    channel = {"channel": dice.pick(("email", "sms"))}
    if once_in(dice, 2):
        return dice.pick(STANDINGS), channel
    return dice.pick(("Consent Granted", "Consent Withdrawn")), channel | {"topic": dice.pick((*TOPICS, "*"))}


def happening(dice: Dice) -> Happening:
    """One event, mostly a customer's, rarely history, rarely the echo of a run's own change."""
    name, properties = named(dice)
    echo = name in ("Tag Added", "Tag Removed", "Contact Identified") and once_in(dice, 6)
    return name, properties, Kind.RUN if echo else Kind.CUSTOMER, once_in(dice, 12)


def plan(dice: Dice) -> Plan:
    """What becomes of a message: never sent, or sent, tracked or not, and reacted to."""
    delays = (1, MINUTE, 10 * MINUTE, HOUR)
    if once_in(dice, 6):
        return Plan(False, [(dice.pick(delays), dice.pick(("Skipped", "Failed")), True)])
    kinds = ("Delivered", "Opened", "Opened", "Clicked", "Clicked", "Bounced")
    reactions = some(dice, 0, 3, lambda: (dice.pick(delays), dice.pick(kinds), not once_in(dice, 4)))
    return Plan(not once_in(dice, 4), [(dice.pick(delays), "Sent", True), *reactions])


def publications(dice: Dice, key: str, start: int, instants: list[int]) -> list[Publication]:
    """A first version, and perhaps a second in the midst of things."""
    document = dice.pick((endless, of_each_cart))(key) if once_in(dice, 30) else journey(dice, key)
    listed = [Publication(document, 1, start - DAY)]
    if once_in(dice, 2):
        new, redirects = mutated(dice, document)
        listed.append(Publication(new, 2, dice.pick(instants), not once_in(dice, 4), redirects))
    return listed


def cap(dice: Dice) -> Cap:
    """A limit on messages."""
    channel = dice.pick(("email", "sms")) if once_in(dice, 4) else None
    return Cap(
        dice.pick((1, 1, 2, 2, 2, 0)), dice.pick((None, HOUR, DAY, 7 * DAY)), channel, dice.pick(TOPICS) if once_in(dice, 4) else None
    )


def caps(dice: Dice) -> tuple[Cap, ...]:
    """A few limits."""
    return tuple(some(dice, 0, 2, lambda: cap(dice)))


def quiet(dice: Dice) -> tuple[int, int] | None:
    """Quiet hours once in three times."""
    return dice.pick(((21 * 60, 8 * 60), (12 * 60, 13 * 60))) if once_in(dice, 3) else None


def span(dice: Dice, instants: list[int], endless: bool) -> tuple[int, int]:
    """From one instant to another, perhaps without an end."""
    start = dice.pick(instants) + dice.pick((10 * MINUTE, 0, HOUR))
    return start, NEVER if endless and once_in(dice, 4) else start + dice.pick((HOUR, DAY, 12 * HOUR, 2 * DAY))


def life(dice: Dice, grid: list[int], doors: list[str], most: int) -> list[tuple[int, Happening]]:
    """What happens to a contact, who has agreed to be written to: the first thing starts a journey, or would."""
    agreed = [("Consent Granted", {"channel": channel, "topic": "*"}, Kind.CUSTOMER, True) for channel in ("email", "sms")]
    told: list[tuple[int, Happening]] = [(grid[0] - HOUR, one) for one in agreed]
    if once_in(dice, 2):
        told.append((grid[0] - HOUR, ("Contact Identified", {key: dice.pick(some) for key, some in TRAITS.items()}, Kind.CUSTOMER, True)))
    told += [(grid[0] - HOUR, (*fact, Kind.CUSTOMER, True)) for fact in FACTS if once_in(dice, 2)]
    told.append((grid[0], (dice.pick(doors), values(dice), Kind.CUSTOMER, False)))
    told += crowd(dice, grid, doors)
    for _ in range(dice.number(3, most)):
        knock: Happening = (dice.pick(doors), values(dice), Kind.CUSTOMER, False)
        told.append((dice.pick(grid), knock if once_in(dice, 3) else happening(dice)))
    return told


def crowd(dice: Dice, grid: list[int], doors: list[str]) -> list[tuple[int, Happening]]:
    """Now and then very many at once: carts, or the same door again and again; or one date after another."""
    form = dice.number(0, 39)
    if form == 0:
        return [(grid[1] + n, (EVENTS[0], {"cart": n}, Kind.CUSTOMER, False)) for n in range(34)]
    if form == 1:
        door = dice.pick(doors)
        return [(grid[1] + n * MINUTE, (door, values(dice), Kind.CUSTOMER, False)) for n in range(10)]
    if form < 6:
        return [(dice.pick(grid), ("Contact Identified", {"day": dice.pick(DATES)}, Kind.CUSTOMER, False)) for _ in range(5)]
    return []


def contact(dice: Dice, number: int) -> Contact:
    """One contact."""
    return Contact(10 + number, f"00000000-0000-4000-8000-{dice.number(0, 999):09d}{number:03d}", dice.pick((None, *ZONES)))


def case(dice: Dice, contacts: int = 1, most_journeys: int = 2, most_events: int = 16) -> Case:
    """A whole case, with the receipts of the messages that the reference decides."""
    zone, moment = dice.pick(STARTS)
    start = instant(zone, datetime.fromisoformat(moment))
    grid = [start]
    for _ in range(dice.number(4, most_events)):
        grid.append(grid[-1] + dice.pick(STRIDES))
    instants = [start, *grid, start + 12 * HOUR]
    keys = ("one", "two", "three")[: dice.number(1, most_journeys)]
    listed = [publication for key in keys for publication in publications(dice, key, start, instants)]
    doors = sorted({line["on"]["event"] for publication in listed for line in publication.document["entry"]})
    empty = Case(
        publications=tuple(listed),
        contacts=tuple(
            Contact(10 + n, f"00000000-0000-4000-8000-{dice.number(0, 99):012d}", dice.pick((None, *ZONES))) for n in range(contacts)
        ),
        events=(),
        until=grid[-1] + dice.pick((0, HOUR, DAY, 10 * DAY)),
        pauses=((dice.pick(keys), *span(dice, grid[:5], True)),) if once_in(dice, 3) else (),
        gaps=(span(dice, grid[:5], False),) if once_in(dice, 3) else (),
        caps=caps(dice),
        quiet=quiet(dice),
        later=((dice.pick(instants), caps(dice), quiet(dice)),) if once_in(dice, 6) else (),
        zone=zone,
    )
    lives = [life(dice, grid, doors, most_events) for _ in range(contacts)]
    return grow(empty, lives, some(dice, 1, 4, lambda: plan(dice)))
