"""Hypothesis strategies: small worlds of names and values in which conditions often hold, fail and are unknown."""

from typing import Any

from hypothesis import strategies as st

from parcours.core.terms.conditions.forms import OPERATORS
from parcours.core.terms.conditions.tree import (
    REACTIONS,
    All,
    AnyOf,
    Attribute,
    Condition,
    Consent,
    Done,
    LocalTime,
    Messages,
    Not,
    Property,
    Reaction,
    Score,
    Segment,
    Stage,
    Tag,
    Weekday,
)
from parcours.core.terms.durations import DAY, HOUR
from parcours.core.terms.events import Event, Kind
from parcours.core.terms.instants import format_instant

START = 1_767_225_600_000_000
"""2026-01-01T00:00:00Z."""
SPAN = 40 * DAY
PATHS = ("a", "b", "b.c", "items[].id", "when")
WORDS = ("red", "blue", "r", "é", "e\u0301")
SCALARS: list[Any] = [0, 1, 2, 1.0, 2.5, -1, True, False, *WORDS]

instants = st.integers(0, SPAN // HOUR).map(lambda hours: START + hours * HOUR)
moments = instants.map(format_instant)
scalars = st.sampled_from(SCALARS)
orders = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])


@st.composite
def op_and_value(draw: st.DrawFn) -> tuple[Any, Any]:
    """An operator with a value it may have."""
    op = draw(st.sampled_from([op for op in OPERATORS if op not in ("<=", ">")]))
    match op:
        case "exists":
            return op, None
        case "in":
            return op, tuple(draw(st.lists(scalars, min_size=1, max_size=3)))
        case "starts_with":
            return op, draw(st.sampled_from(WORDS))
        case "<" | ">=":
            return op, draw(st.sampled_from([0, 1, 2.5]))
        case "before" | "after":
            return op, draw(instants)
        case "within_last" | "within_next":
            return op, draw(st.sampled_from([DAY, 10 * DAY]))
    return op, draw(scalars)


clauses = st.builds(lambda path, pair: Property(path, *pair), st.sampled_from(PATHS), op_and_value())


def joined(items: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """`all`, `any` and `not` of conditions."""
    lists = st.lists(items, min_size=1, max_size=3).map(tuple)
    return st.one_of(lists.map(All), lists.map(AnyOf), items.map(Not))


property_conditions: st.SearchStrategy[Condition] = st.recursive(clauses, joined, max_leaves=5)

values = st.one_of(scalars, st.none(), moments, st.lists(scalars, max_size=2), st.fixed_dictionaries({}, optional={"c": scalars}))
properties = st.fixed_dictionaries(
    {},
    optional={
        "a": values,
        "b": st.one_of(values, st.fixed_dictionaries({"c": values})),
        "items": st.lists(st.one_of(scalars, st.fixed_dictionaries({"id": scalars})), max_size=3),
        "when": st.one_of(moments, st.none()),
        "value": st.one_of(st.sampled_from([0.1, 0.2, 19.99, 100, -5, 1e300, "12"]), st.none()),
    },
)

windows = st.sampled_from([None, DAY, 7 * DAY, 30 * DAY])
counts = st.builds(
    lambda name, where, number, least, window: Done(name, where, number + 1 if least else None, None if least else number, within=window),
    st.sampled_from(["Bought", "Seen"]),
    st.one_of(st.none(), clauses),
    st.integers(0, 3),
    st.booleans(),
    windows,
)
sums = st.builds(
    lambda op, threshold, window: Done("Bought", None, sum_path="value", op=op, value=threshold, within=window),
    orders,
    st.sampled_from([0, 20, 100, 0.3]),
    windows,
)
attributes = st.builds(
    lambda path, pair: Attribute(path, *pair), st.sampled_from([path for path in PATHS if "[]" not in path]), op_and_value()
)
flags: st.SearchStrategy[Condition] = st.one_of(
    st.sampled_from(["vip", "staff"]).map(Tag),
    st.sampled_from(["loyal", "new"]).map(Segment),
    st.sampled_from(["lead", "customer"]).map(Stage),
    st.builds(Score, st.just("heat"), orders, st.sampled_from([10, 50.5])),
    st.builds(Consent, st.sampled_from(["email", "sms"]), st.sampled_from(["offers", "news", "tracking_email"])),
)
messages = st.builds(
    lambda last, reaction, least: Messages(last, reaction, min(last, least)),
    st.integers(1, 3),
    st.sampled_from(REACTIONS[1:3]),
    st.integers(0, 2),
)
person_atoms: st.SearchStrategy[Condition] = st.one_of(counts, sums, attributes, flags, messages)
other_atoms: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Reaction, st.sampled_from(REACTIONS), st.sampled_from(["first", "second"])),
    st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: LocalTime(*pair)),
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: Weekday(tuple(sorted(days)))),
)
conditions: st.SearchStrategy[Condition] = st.recursive(st.one_of(clauses, person_atoms, other_atoms), joined, max_leaves=8)

_TOPICS = st.sampled_from(["offers", "news", "*", "tracking_email"])
_NAMED: list[tuple[str, st.SearchStrategy[dict[str, Any]]]] = [
    ("Bought", properties),
    ("Seen", properties),
    ("Contact Identified", properties),
    ("Tag Added", st.fixed_dictionaries({"tag": st.sampled_from(["vip", "staff"])})),
    ("Tag Removed", st.fixed_dictionaries({"tag": st.sampled_from(["vip", "staff"])})),
    ("Segment Entered", st.fixed_dictionaries({"segment": st.sampled_from(["loyal", "new"])})),
    ("Segment Left", st.fixed_dictionaries({"segment": st.sampled_from(["loyal", "new"])})),
    ("Stage Changed", st.fixed_dictionaries({"stage": st.sampled_from(["lead", "customer", None])})),
    ("Score Changed", st.fixed_dictionaries({"score": st.sampled_from(["heat", "other"]), "value": st.sampled_from([5, 50.5, 99, None])})),
    ("Consent Granted", st.fixed_dictionaries({"channel": st.sampled_from(["email", "sms"]), "topic": _TOPICS})),
    ("Consent Withdrawn", st.fixed_dictionaries({"channel": st.sampled_from(["email", "sms"]), "topic": _TOPICS})),
]


@st.composite
def history(draw: st.DrawFn) -> list[Event]:
    """Events of one contact in order, messages and reactions to them among them."""
    gaps = draw(st.lists(st.integers(1, 4 * DAY // HOUR), min_size=0, max_size=14))
    at, events, sent = START, [], 0
    for seq, gap in enumerate(gaps):
        at += gap * HOUR
        kind = Kind.CUSTOMER
        if draw(st.integers(0, 3)) == 0:
            name, kind = draw(st.sampled_from(["Email Sent", "Email Opened", "Email Clicked"])), Kind.RECEIPT
            sent += name == "Email Sent"
            number = sent if name == "Email Sent" else draw(st.integers(1, max(1, sent)))
            told = [{"tracked": True}, {"tracked": False}] if name == "Email Sent" else [{}, {"human": True}, {"human": False}]
            found: dict[str, Any] = {"message": f"m{number}", **draw(st.sampled_from(told))}
        else:
            name, strategy = draw(st.sampled_from(_NAMED))
            found = draw(strategy)
            kind = draw(st.sampled_from([Kind.CUSTOMER, Kind.CUSTOMER, Kind.RUN, Kind.WORKSPACE]))
        events.append(Event(1, seq, name, at, at, at, kind, found))
    return events
