"""Law 1, cut: a history given at once, or cut between instants into many calls, gives the same contact, actions and trace."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.laws import kernel
from tests.laws.case import Case, Outcome
from tests.laws.comparing import assert_same
from tests.laws.dice import Thrown
from tests.laws.strategies import case_of_seed, cases


def cut(case: Case, instants: list[int]) -> tuple[list[Outcome], list[object]]:
    """The case in as many calls as there are instants, and one to the end; the outcomes joined, and the records."""
    tables, records = kernel.linked(case), kernel.fresh(case)
    joined = [Outcome() for _ in case.contacts]
    ends = sorted({*(at for at in instants if at < case.until), case.until})
    for start, end in pairwise([-(2**62), *ends]):
        part = [[e for e in events if start < e.turned <= end] for events in case.events]
        outcomes, records = kernel.turned(tables, records, part, end)
        for whole, one in zip(joined, outcomes, strict=True):
            whole.actions += one.actions
            whole.trace += one.trace
            whole.runs = one.runs
    return joined, list(records)


def same_when_cut(case: Case, instants: list[int], seed: int | None = None) -> None:
    """Raises AssertionError unless the cut case comes to the same."""
    whole, records = cut(case, [])
    parts, later = cut(case, instants)
    assert_same(case, whole, parts, "whole - and cut +", seed)
    assert later == records


@given(cases(), st.data())
def test_anywhere(case: Case, data: st.DataObject) -> None:
    """Cut at events, beside them, and between."""
    near = sorted({e.turned + shift for events in case.events for e in events for shift in (-1, 0, 1)})
    same_when_cut(case, data.draw(st.lists(st.sampled_from(near), max_size=6)))


def test_in_bulk(seeds: list[int]) -> None:
    """Cut at every event, at its eve, and at a few instants of no importance."""
    for seed in seeds:
        case, dice = case_of_seed(seed), Thrown(seed)
        at_events = [e.turned for events in case.events for e in events]
        between = [dice.number(min(at_events), case.until) for _ in range(5) if min(at_events) < case.until]
        same_when_cut(case, [*at_events, *(at - 1 for at in at_events), *between], seed)
