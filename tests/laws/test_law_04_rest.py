"""Law 4, rest: nothing due and no event, nothing changes."""

from hypothesis import given

from parcours.core.terms.events import NEVER
from tests.laws import kernel
from tests.laws.case import Case
from tests.laws.strategies import case_of_seed, cases

AGES = 10**17


def rests(case: Case) -> None:
    """Raises AssertionError if a contact at rest changes before its next deadline, or at it: an event of that instant may yet come."""
    tables = kernel.linked(case)
    _, records = kernel.turned(tables, kernel.fresh(case), case.events, case.until)
    for record in records:
        held = case.pauses or case.gaps
        quiet_until = max(case.until, min(record.due - 1 if held else record.due, case.until + AGES))
        for until in (case.until, (case.until + quiet_until) // 2, quiet_until):
            outcomes, after = kernel.turned(tables, [record], [[]], until)
            assert after == [record]
            assert outcomes[0].actions == outcomes[0].trace == []
        assert record.due >= case.until, "everything due before the end was done"
        if record.due < NEVER:
            outcomes, after = kernel.turned(tables, [record], [[]], record.due + 1)
            assert after != [record], "what is due happens"


@given(cases())
def test_small(case: Case) -> None:
    """At rest, nothing."""
    rests(case)


def test_in_bulk(seeds: list[int]) -> None:
    """Many at once."""
    for seed in seeds[::2]:
        rests(case_of_seed(seed))
