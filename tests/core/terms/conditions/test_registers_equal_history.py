"""A register, fed event by event, tells what scanning the whole history tells; and knows when time alone changes its answer."""

from hypothesis import given
from hypothesis import strategies as st

from parcours.core.terms.conditions.tree import Condition, Done, Tag
from parcours.core.terms.durations import DAY
from parcours.core.terms.events import NEVER, Event
from tests.core.terms.conditions import scanning
from tests.core.terms.conditions.machine import Machine
from tests.core.terms.conditions.strategies import SPAN, START, counts, history, person_atoms, sums

AFTER = st.integers(0, 2 * SPAN)


@given(person_atoms, history(), AFTER)
def test_a_register_equals_a_scan_of_history(atom: Condition, events: list[Event], later: int) -> None:
    at = max([START, *(event.turned for event in events)]) + later
    assert Machine(atom).feed_all(events).truth(at) is scanning.truth(atom, events, at)


@given(person_atoms, history(), st.integers(0, SPAN))
def test_between_events_the_answer_changes_only_when_the_register_said(atom: Condition, events: list[Event], later: int) -> None:
    at = max([START, *(event.turned for event in events)])
    machine = Machine(atom).feed_all(events)
    soonest = machine.changes_at(at)
    assert soonest > at
    assert machine.truth(min(at + later, soonest - 1)) is machine.truth(at)


@given(counts, history(), st.integers(0, SPAN))
def test_a_window_closes_at_the_instant_its_register_says(atom: Done, events: list[Event], later: int) -> None:
    at = max([START, *(event.turned for event in events)]) + later
    machine = Machine(atom).feed_all(events)
    closes = machine.changes_at(at)
    if closes != NEVER:
        assert machine.truth(closes) is not machine.truth(at)


PURCHASES = st.lists(st.tuples(st.integers(0, SPAN), st.sampled_from([0.1, 19.99, 7])), max_size=8)


def bought(seq: int, at: int, value: float) -> Event:
    return Event(1, seq, "Bought", at, at, at, properties={"value": value})


@given(st.one_of(counts, sums), PURCHASES.flatmap(lambda made: st.tuples(st.just(made), st.permutations(made))))
def test_counts_times_and_sums_do_not_depend_on_the_order_of_events(atom: Done, orders: tuple[list[tuple[int, float]], ...]) -> None:
    machines = [Machine(atom).feed_all([bought(seq, START + at, value) for seq, (at, value) in enumerate(order)]) for order in orders]
    assert len({machine.truth(START + SPAN + DAY) for machine in machines}) == 1


@given(st.integers(1, 9), st.lists(st.tuples(st.integers(0, 12), st.sampled_from([0.1, 19.99, 7])), max_size=9), st.integers(0, 9))
def test_sums_by_day_equal_a_scan_whatever_day_the_events_are_told(days: int, made: list[tuple[int, float]], later: int) -> None:
    events = [bought(seq, START + day * DAY, value) for seq, (day, value) in enumerate(made)]
    newest = max([START, *(event.turned for event in events)])
    at = newest + later * DAY + DAY - 1
    young = [event for event in events if newest // DAY - event.turned // DAY < days]
    total = sum(event.properties["value"] for event in young if at // DAY - event.turned // DAY < days)
    for threshold in (round(total, 2), round(total + 0.01, 2)):
        atom = Done("Bought", None, sum_path="value", op=">=", value=threshold, within=days * DAY)
        assert Machine(atom).feed_all(events).truth(at) is scanning.truth(atom, events, at)


def test_a_planted_fault_is_seen() -> None:
    """A scan that forgets removals must disagree with the register somewhere."""
    events = [
        Event(1, 1, "Tag Added", START, START, START, properties={"tag": "vip"}),
        Event(1, 2, "Tag Removed", START + 1, START + 1, START + 1, properties={"tag": "vip"}),
    ]
    forgetful = scanning.truth(Tag("vip"), events[:1], START + 2)
    assert Machine(Tag("vip")).feed_all(events).truth(START + 2) is not forgetful


def test_sums_of_cents_are_exact() -> None:
    machine = Machine(Done("Bought", None, sum_path="value", op="=", value=0.3))
    assert machine.feed_all([bought(1, START, 0.1), bought(2, START, 0.2)]).truth(START) is True


def test_what_is_exactly_as_old_as_the_window_is_outside_it() -> None:
    machine = Machine(Done("Seen", at_least=1, within=DAY)).feed_all([Event(1, 1, "Seen", START, START, START)])
    assert machine.changes_at(START) == START + DAY
    assert machine.truth(START + DAY - 1) is True
    assert machine.truth(START + DAY) is False
