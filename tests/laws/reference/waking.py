"""When time alone may change the answer to a condition: windows that close, dates that come near, clocks that strike."""

from parcours.core.terms.events import NEVER
from tests.laws.reference import clauses, lengths
from tests.laws.reference.conditions import clock, events, fits, traits, zone_of
from tests.laws.reference.lengths import DAY, microseconds
from tests.laws.reference.model import Document, Person, World


def next_change(world: World, person: Person, condition: Document | None, after: int) -> int:
    """The first instant after another at which time alone may change the answer, as far as what is known now goes."""
    return min((at for at in changes(world, person, condition or {}, after) if at > after), default=NEVER)


def changes(world: World, person: Person, condition: Document, after: int) -> list[int]:
    """Instants at which time alone may change the answer; the first after `after` is among them."""
    for joined in ("all", "any"):
        if joined in condition:
            return [at for item in condition[joined] for at in changes(world, person, item, after)]
    if "not" in condition:
        return changes(world, person, condition["not"], after)
    if "event" in condition and "within" in condition:
        return window_ends(person, condition, after)
    if "attribute" in condition:
        return date_bounds(person, condition)
    if "time" in condition or "weekday" in condition:
        return strikes(zone_of(world, person), condition, after)
    return []


def window_ends(person: Person, condition: Document, after: int) -> list[int]:
    """An event is too old from its instant plus the window on; a sum loses a day at each midnight UTC."""
    if "sum" in condition:
        return [(after // DAY + 1) * DAY]
    done = [e for e in events(person) if e.name == condition["event"] and fits(condition.get("where"), e) is True]
    return [e.turned + microseconds(condition["within"]) for e in done]


def date_bounds(person: Person, condition: Document) -> list[int]:
    """The first instants inside and outside of within_last and within_next, for the date as it is."""
    at = clauses.instant(clauses.found(traits(person), condition["attribute"])[0])
    if at is None or condition["op"] not in ("within_last", "within_next"):
        return []
    window = microseconds(condition["value"])
    return [at, at + window + 1] if condition["op"] == "within_last" else [at - window, at + 1]


def strikes(zone: str, condition: Document, after: int) -> list[int]:
    """The next times named, the next midnight, the next change of the clocks."""
    named = [lengths.next_clock(zone, after + 1, clock(text)) for text in condition.get("time", {}).values()]
    shift = lengths.next_shift(zone, after)
    return [*named, lengths.midnight(zone, after, 1), *([shift] if shift else [])]
