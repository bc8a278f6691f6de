"""Law 6, batch: contacts together give what each gives alone, in any order."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.laws import kernel
from tests.laws.case import Case
from tests.laws.comparing import assert_same
from tests.laws.strategies import case_of_seed, cases


def only(case: Case, order: list[int]) -> Case:
    """The case with these contacts, in this order."""
    return replace(case, contacts=tuple(case.contacts[n] for n in order), events=tuple(case.events[n] for n in order))


def same_in_any_company(case: Case, order: list[int], seed: int | None = None) -> None:
    """Raises AssertionError unless company and order change nothing."""
    together = kernel.by_kernel(case)
    alone = [kernel.by_kernel(only(case, [n]))[0] for n in range(len(case.contacts))]
    assert_same(case, together, alone, "together - and alone +", seed)
    assert_same(case, [together[n] for n in order], kernel.by_kernel(only(case, order)), "in order - and shuffled +", seed)


@given(cases(contacts=3, most_journeys=1, most_events=8), st.permutations(range(3)))
def test_small(case: Case, order: list[int]) -> None:
    """Three contacts."""
    same_in_any_company(case, order)


def test_in_bulk(seeds: list[int]) -> None:
    """Five contacts, the other way round."""
    for seed in seeds[::8]:
        same_in_any_company(case_of_seed(seed, contacts=5), [4, 3, 2, 1, 0], seed)
