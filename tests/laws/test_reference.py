"""The reference itself obeys the laws of cut, duplicate and rest: an oracle is tested first."""

from dataclasses import replace

from tests.laws.case import Case, Outcome, by_reference, outcome_of, person_of, world_of
from tests.laws.comparing import assert_same
from tests.laws.dice import Thrown
from tests.laws.reference.interpreter import advance
from tests.laws.strategies import case_of_seed


def cut(case: Case, instants: list[int]) -> Outcome:
    """The first contact's life in many calls."""
    world, person, start = world_of(case), person_of(case.contacts[0]), -(2**62)
    for end in sorted({*(at for at in instants if at < case.until), case.until}):
        advance(world, person, [e for e in case.events[0] if start < e.turned <= end], end)
        start = end
    return outcome_of(person)


def test_cut_and_duplicates_and_rest_change_nothing(seeds: list[int]) -> None:
    """Cut at each event and at its eve; everything fed twice; nothing more at the end."""
    for seed in seeds[::4]:
        case, dice = case_of_seed(seed), Thrown(seed)
        (whole,) = by_reference(case)
        at_events = [e.turned for e in case.events[0]]
        between = [dice.number(at_events[0], case.until) for _ in range(5)] if at_events[0] < case.until else []
        assert_same(case, [whole], [cut(case, [*at_events, *(at - 1 for at in at_events), *between])], "whole - and cut +", seed)
        twice = sorted([*case.events[0], *(replace(e, turned=case.until) for e in case.events[0])], key=lambda e: (e.turned, e.seq))
        assert_same(case, [whole], by_reference(replace(case, events=(tuple(twice),))), "once - and twice +", seed)
