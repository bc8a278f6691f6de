"""Law 3, duplicate: events with a seq already seen change nothing."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from parcours.core.terms.events import Event
from tests.laws import kernel
from tests.laws.case import Case
from tests.laws.comparing import assert_same
from tests.laws.dice import Dice, Drawn, Thrown, once_in
from tests.laws.strategies import case_of_seed, cases


def with_duplicates(events: tuple[Event, ...], dice: Dice) -> tuple[Event, ...]:
    """Some events twice: at their instant, or at that of a later event."""
    listed = list(events)
    for index, event in enumerate(events):
        if once_in(dice, 3):
            listed.append(replace(event, turned=events[dice.number(index, len(events) - 1)].turned))
    return tuple(sorted(listed, key=lambda e: (e.turned, e.seq)))


def same_with_duplicates(case: Case, dice: Dice, seed: int | None = None) -> None:
    """Raises AssertionError unless duplicates, in the same call and in a later one, come to nothing."""
    twice = replace(case, events=tuple(with_duplicates(events, dice) for events in case.events))
    assert_same(case, kernel.by_kernel(case), kernel.by_kernel(twice), "once - and twice +", seed)
    tables = kernel.linked(case)
    _, records = kernel.turned(tables, kernel.fresh(case), case.events, case.until)
    again = [[replace(event, turned=case.until) for event in events] for events in case.events]
    outcomes, after = kernel.turned(tables, records, again, case.until)
    assert after == records
    assert not any(outcome.actions or outcome.trace for outcome in outcomes)


@given(cases(), st.data())
def test_small(case: Case, data: st.DataObject) -> None:
    """Duplicates anywhere."""
    same_with_duplicates(case, Drawn(data.draw))


def test_in_bulk(seeds: list[int]) -> None:
    """Many at once."""
    for seed in seeds[::2]:
        same_with_duplicates(case_of_seed(seed), Thrown(seed), seed)
