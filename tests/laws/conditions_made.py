"""Conditions, at random: every atom, joined by all, any and not."""

from collections.abc import Callable
from typing import Any

from tests.laws.dice import Dice, once_in, some
from tests.laws.reference.model import Document

EVENTS = ("Alpha", "Beta", "Gamma")
TAGS = ("red", "blue")
TOPICS = ("offers", "news")
NUMBERS = (0, 1, 2, 3)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ORDERINGS = ("=", "!=", "<", "<=", ">", ">=")
Atom = Callable[[Dice], Document]


def property_clause(dice: Dice) -> Document:
    """A clause on the event's properties."""
    form = dice.number(0, 4)
    if form < 2:
        return {"property": "n", "op": dice.pick(ORDERINGS), "value": dice.pick(NUMBERS)}
    if form == 2:
        return {"property": "word", "op": dice.pick(("=", "!=", "starts_with", "contains")), "value": dice.pick(("x", "y"))}
    return {"property": "word", "op": "exists"} if form == 3 else {"property": "n", "op": "in", "value": [1, 3]}


def joined(dice: Dice, atom: Atom, depth: int = 2) -> Document:
    """`all`, `any` and `not` over atoms."""
    form = dice.number(0, 6)
    if depth == 0 or form < 4:
        return atom(dice)
    if form == 4:
        return {"not": joined(dice, atom, depth - 1)}
    return {"all" if form == 5 else "any": some(dice, 1, 3, lambda: joined(dice, atom, depth - 1))}


def where(dice: Dice) -> Document:
    """`where` once in four times."""
    return {"where": property_clause(dice)} if once_in(dice, 4) else {}


def count(dice: Dice) -> Document:
    """An event done so often."""
    times: tuple[Document, ...] = (
        {},
        {"at_least": 1},
        {"at_least": 2},
        {"at_least": 1},
        {"at_most": 0},
        {"at_most": 0},
        {"at_most": 1},
        {"at_most": 2},
    )
    within = {"within": dice.pick(("1h", "30m", "2h", "1d"))} if once_in(dice, 2) else {}
    return {"event": dice.pick(EVENTS)} | (where(dice) if once_in(dice, 2) else {}) | dice.pick(times) | within


def sum_of(dice: Dice) -> Document:
    """An event done for so much."""
    within = {"within": dice.pick(("1d", "2d", "7d"))} if once_in(dice, 3) else {}
    return {"event": dice.pick(EVENTS), "sum": "n", "op": dice.pick(ORDERINGS), "value": dice.pick((0, 1, 2.5, 4))} | where(dice) | within


def flag(dice: Dice) -> Document:
    """A tag, a segment, a stage, a consent."""
    form = dice.number(0, 4)
    if form < 2:
        return {"tag": dice.pick(TAGS)}
    if form == 2:
        return {"segment": "staff"}
    if form == 3:
        return {"stage": dice.pick(("lead", "customer"))}
    return {"consent": dice.pick(TOPICS)} | ({"channel": "sms"} if once_in(dice, 3) else {})


def attribute(dice: Dice) -> Document:
    """A clause on an attribute."""
    form = dice.number(0, 4)
    if form < 2:
        return {"attribute": "level", "op": dice.pick(ORDERINGS), "value": dice.pick(NUMBERS)}
    if form == 2:
        return {"attribute": "plan", "op": dice.pick(("=", "!=")), "value": "pro"}
    return {"attribute": "plan", "op": "exists"} if form == 3 else {"attribute": "company.size", "op": ">=", "value": 2}


def score(dice: Dice) -> Document:
    """A clause on a score."""
    return {"score": "heat", "op": dice.pick(ORDERINGS), "value": dice.pick((0, 5, 7.5))}


def messages(dice: Dice) -> Document:
    """Of the last messages, so many opened or clicked."""
    channel = {"channel": "sms"} if once_in(dice, 6) else {}
    return {"last_messages": dice.number(1, 3), dice.pick(("opened", "clicked")): dice.pick(("none", 1, 1))} | channel


def clock(dice: Dice) -> Document:
    """A local time or weekday."""
    if once_in(dice, 2):
        return {"weekday": sorted({dice.pick(DAYS) for _ in range(dice.number(1, 4))}, key=DAYS.index)}
    return {"time": dice.pick(({"from": "09:00", "to": "18:00"}, {"from": "22:00", "to": "06:00"}))}


def recent(dice: Dice) -> Document:
    """An event done lately."""
    times = {"at_least": 2} if once_in(dice, 3) else {}
    return {"event": dice.pick(EVENTS), "within": dice.pick(("30m", "1h", "1d"))} | where(dice) | times


def near(dice: Dice) -> Document:
    """A date that was lately, or will be soon."""
    return {"attribute": "day", "op": dice.pick(("within_last", "within_next")), "value": dice.pick(("1h", "1d", "7d"))}


def steady(dice: Dice) -> Document:
    """An atom on the person that only events change."""
    return dice.pick((flag, flag, attribute, score))(dice)


def person_atom(dice: Dice) -> Document:
    """Any atom on the person."""
    return dice.pick((flag, attribute, count, count, count, sum_of, score, messages, clock, near))(dice)


def reaction(dice: Dice, senders: list[str]) -> Document:
    """A reaction to a step's message."""
    return {dice.pick(("opened", "clicked", "delivered", "bounced")): dice.pick(senders)}


def any_atom(senders: list[str]) -> Atom:
    """Any atom a branch may ask."""
    return lambda dice: reaction(dice, senders) if senders and once_in(dice, 4) else person_atom(dice)


def awaited_atom(senders: list[str]) -> Atom:
    """Any atom a wait_for may wait for."""

    def atom(dice: Dice) -> Document:
        if once_in(dice, 3):
            return dice.pick((steady, steady, clock, recent, near))(dice)
        if senders and once_in(dice, 3):
            return reaction(dice, senders)
        return {"event": dice.pick(EVENTS)} | where(dice) | ({"at_least": 2} if once_in(dice, 4) else {})

    return atom


def reacting_steps(value: Any) -> set[str]:
    """The steps that reaction atoms name."""
    if isinstance(value, list):
        return set().union(*(reacting_steps(item) for item in value))
    if not isinstance(value, dict):
        return set()
    own = {value[kind] for kind in ("delivered", "bounced", "opened", "clicked") if kind in value and "last_messages" not in value}
    return own.union(*(reacting_steps(item) for item in value.values()))
