"""Compiled programs join atoms as Kleene's logic does, whatever they skip."""

from hypothesis import given
from hypothesis import strategies as st

from parcours.core.terms.conditions.clauses import Truth, property_condition
from parcours.core.terms.conditions.explain import explain
from parcours.core.terms.conditions.lower import bind, lower, split_by_event
from parcours.core.terms.conditions.tree import REACTIONS, All, AnyOf, Condition, LocalTime, Not, Property, Reaction, Segment, Tag, Weekday
from parcours.core.terms.durations import DAY, HOUR
from parcours.core.terms.events import Event
from tests.core.terms.conditions import scanning
from tests.core.terms.conditions.machine import Machine
from tests.core.terms.conditions.strategies import START, conditions, history, joined, properties, property_conditions


def reaction(atom: Reaction, words: dict[str, int]) -> Truth:
    word = words.get(atom.step, 0)
    if not word & 1 or (atom.kind in ("opened", "clicked") and not word & 2):
        return None
    return bool(word >> 2 + REACTIONS.index(atom.kind) & 1)


def truth(tree: Condition, events: list[Event], at: int, event: Event, words: dict[str, int], local: int) -> Truth:
    """The truth of any condition by recursion over its tree."""
    match tree:
        case All(items):
            truths = [truth(item, events, at, event, words, local) for item in items]
            return False if False in truths else None if None in truths else True
        case AnyOf(items):
            truths = [truth(item, events, at, event, words, local) for item in items]
            return True if True in truths else None if None in truths else False
        case Not(item):
            inner = truth(item, events, at, event, words, local)
            return None if inner is None else not inner
        case Property():
            return property_condition(tree, event.properties, event.turned)
        case Reaction():
            return reaction(tree, words)
        case LocalTime(start, end):
            minute = local % DAY // 60_000_000
            return start <= minute < end if start < end else not end <= minute < start
        case Weekday(days):
            return (local // DAY + 3) % 7 in days
    return scanning.truth(tree, events, at)


words = st.dictionaries(st.sampled_from(["first", "second"]), st.integers(0, 511))


@given(conditions, history(), properties, words, st.integers(-12, 14))
def test_a_program_equals_its_tree(
    tree: Condition, events: list[Event], found: dict[str, object], sent: dict[str, int], hours: int
) -> None:
    at = max([START, *(event.turned for event in events)])
    event = Event(1, 99, "Offered", at, at, at, properties=found)
    local = at + hours * HOUR
    machine = Machine(tree, "Offered").feed_all(events)
    expected = truth(tree, events, at, event, sent, local)
    assert machine.truth(at, event, sent, local) is expected
    assert explain(tree, lambda atom: truth(atom, events, at, event, sent, local)).truth is expected


@given(conditions, history(), properties)
def test_what_explains_a_condition_decides_it(tree: Condition, events: list[Event], found: dict[str, object]) -> None:
    """Every clause that did not decide may be anything at all, and the answer stays."""
    at = START + 100 * DAY
    event = Event(1, 99, "Offered", at, at, at, properties=found)
    told = explain(tree, lambda atom: truth(atom, events, at, event, {}, at))
    decided = {id(clause.atom) for clause in told.clauses}
    if told.truth is not None:
        for other in (True, False, None):

            def truth_of(atom: Condition, other: Truth = other) -> Truth:
                return truth(atom, events, at, event, {}, at) if id(atom) in decided else other

            assert explain(tree, truth_of).truth is told.truth


def test_one_false_item_explains_an_all_and_one_true_item_an_any() -> None:
    truths: dict[str, Truth] = {"yes": True, "no": False, "maybe": None}
    told = All((Tag("yes"), AnyOf((Tag("maybe"), Not(Tag("no")), Tag("yes"))), Tag("no"), Tag("no")))
    explained = explain(told, lambda atom: truths[atom.name] if isinstance(atom, Tag) else None)
    assert [(clause.path, clause.truth) for clause in explained.clauses] == [("all[2]", False)]
    explained = explain(told.items[1], lambda atom: truths[atom.name] if isinstance(atom, Tag) else None)
    assert [(clause.path, clause.truth) for clause in explained.clauses] == [("any[1].not", False)]


@given(st.recursive(st.one_of(property_conditions, st.sampled_from([Tag("vip"), Segment("loyal")])), joined, max_leaves=8), properties)
def test_a_condition_split_by_event_is_both_its_parts(tree: Condition, found: dict[str, object]) -> None:
    event = Event(1, 1, "Offered", START, START, START, properties=found)
    parts = [part for part in split_by_event(tree) if part is not None]
    truths = [Machine(part, "Offered").truth(START, event) for part in parts]
    whole = Machine(tree, "Offered").truth(START, event)
    assert whole is (False if False in truths else None if None in truths else True)


def test_a_property_without_an_event_is_a_problem() -> None:
    assert [problem.code for problem in lower(Property("a", "=", 1)).problems] == ["not_here"]


def test_an_atom_without_a_place_is_an_error() -> None:
    lowered = lower(Tag("vip"))
    try:
        bind(lowered, {}, {}, {})
    except KeyError:
        return
    raise AssertionError("bind gave an atom a place that it has not")
