"""The truth of one atom by scanning a contact's whole history: slow and obvious, what registers must equal."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from parcours.core.terms.conditions.clauses import Truth, evaluate_clause, property_clause, property_condition
from parcours.core.terms.conditions.tree import (
    All,
    Attribute,
    Condition,
    Consent,
    Done,
    Messages,
    Property,
    Score,
    Segment,
    Stage,
    Tag,
)
from parcours.core.terms.durations import DAY
from parcours.core.terms.events import Event, Kind

COMPARE: dict[str, Any] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _last(events: Sequence[Event], on: str, off: str, **wanted: tuple[str, ...]) -> bool | None:
    said = None
    for event in events:
        if event.name in (on, off) and all(event.properties[key] in values for key, values in wanted.items()):
            said = event.name == on
    return said


def _consent(atom: Consent, events: Sequence[Event]) -> bool:
    granted = False
    for event in events:
        if event.properties.get("channel") != atom.channel:
            continue
        topic = event.properties["topic"]
        if event.name == "Consent Withdrawn" and topic in (atom.topic, "*"):
            granted = False
        if event.name == "Consent Granted" and (topic == atom.topic or (topic == "*" and atom.topic != "tracking_email")):
            granted = True
    return granted


def _done(atom: Done, events: Sequence[Event], at: int) -> bool:
    where = atom.where or All(())
    found = [e for e in events if e.name == atom.event and property_condition(where, e.properties, e.turned) is True]
    if atom.sum_path is not None:
        if atom.within is not None:
            found = [e for e in found if e.turned // DAY > at // DAY - atom.within // DAY]
        amounts = [e.properties.get(atom.sum_path) for e in found]
        total = sum((Decimal(str(a)) for a in amounts if isinstance(a, int | float) and not isinstance(a, bool)), Decimal(0))
        return bool(COMPARE[str(atom.op)](total, Decimal(str(atom.value))))
    if atom.within is not None:
        found = [e for e in found if at - e.turned < atom.within]
    return len(found) <= atom.at_most if atom.at_most is not None else len(found) >= (atom.at_least or 1)


def _messages(atom: Messages, events: Sequence[Event]) -> Truth:
    tracked = [(place, e.properties["message"]) for place, e in enumerate(events) if e.name == "Email Sent" and e.properties["tracked"]]
    if len(tracked) < atom.last:
        return None
    name = f"Email {atom.reaction.capitalize()}"
    human = [(place, e.properties["message"]) for place, e in enumerate(events) if e.name == name and e.properties.get("human", True)]
    number = sum(any(m == message and later > sent for later, m in human) for sent, message in tracked[-atom.last :])
    return number == 0 if atom.at_least == 0 else number >= atom.at_least


def truth(atom: Condition, events: Sequence[Event], at: int) -> Truth:
    """The truth of one atom about a person at an instant, after these events."""
    others = [event for event in events if event.kind != Kind.RUN]
    match atom:
        case Done():
            return _done(atom, events, at)
        case Messages():
            return _messages(atom, events)
        case Attribute(path, op, value):
            traits: dict[str, Any] = {}
            for event in others:
                if event.name == "Contact Identified":
                    traits |= event.properties
            return property_clause(Property(path, op, value), traits, at)
        case Score(name, op, value):
            given = [e.properties["value"] for e in events if e.name == "Score Changed" and e.properties["score"] == name]
            return evaluate_clause(op, value, given[-1] if given else None)
        case Tag(name):
            return bool(_last(others, "Tag Added", "Tag Removed", tag=(name,)))
        case Segment(name):
            return bool(_last(events, "Segment Entered", "Segment Left", segment=(name,)))
        case Stage(name):
            stages = [e.properties["stage"] for e in events if e.name == "Stage Changed"]
            return bool(stages) and stages[-1] == name
        case Consent():
            return _consent(atom, events)
    raise TypeError(type(atom).__name__)
