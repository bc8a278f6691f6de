"""Law 2, reference: the kernel equals a slow, obvious interpreter that scans history instead of keeping registers."""

from hypothesis import given

from tests.laws.case import Case, by_reference
from tests.laws.comparing import assert_same
from tests.laws.kernel import by_kernel
from tests.laws.strategies import case_of_seed, cases


@given(cases())
def test_small(case: Case) -> None:
    """Cases that Hypothesis can make smaller when they differ."""
    assert_same(case, by_reference(case), by_kernel(case), "reference - and kernel +")


def test_in_bulk(seeds: list[int]) -> None:
    """Three journeys at once and more events."""
    for seed in seeds:
        case = case_of_seed(seed)
        assert_same(case, by_reference(case), by_kernel(case), "reference - and kernel +", seed)
