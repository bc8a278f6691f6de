"""Law 5, the pure half: what live turns recorded, replayed `as_lived`, gives actions with the same ids.

A live worker turns at instants of its own, feeds what has arrived by then, and stores each turn slower than five minutes as an event.
"""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from parcours.core.terms.events import Event
from tests.laws import kernel
from tests.laws.case import Case, Outcome
from tests.laws.comparing import assert_same
from tests.laws.dice import Dice, Drawn, Thrown
from tests.laws.strategies import case_of_seed, cases

MINUTE = 60_000_000
SLOW = 5 * MINUTE


def lived(case: Case, dice: Dice) -> tuple[list[Outcome], Case]:
    """Live turns at instants that chance picks; the outcomes, and the case as it was recorded."""
    records, lives = kernel.fresh(case), [list[Event]() for _ in case.contacts]
    joined, gaps, now = [Outcome() for _ in case.contacts], list[tuple[int, int]](), min(e.turned for events in case.events for e in events)
    tables = kernel.linked(replace(case, gaps=()))
    waiting = [sorted(events, key=lambda e: (e.turned, e.seq)) for events in case.events]
    while now < case.until:
        last, now = now, min(case.until, now + dice.pick((4 * MINUTE, 30 * MINUTE, 7 * 60 * MINUTE, 26 * 60 * MINUTE)))
        gaps += [(last, now)] if now - last > SLOW else []
        mail = [[e for e in events if e.turned <= now] for events in waiting]
        waiting = [[e for e in events if e.turned > now] for events in waiting]
        turns = [[replace(e, turned=now + order) for order, e in enumerate(events)] for events in mail]
        longest = max([now, *(e.turned for events in turns for e in events)])
        tables = kernel.linked(replace(case, gaps=tuple(gaps))) if now - last > SLOW else tables
        outcomes, records = kernel.turned(tables, records, turns, longest)
        for whole, one, life, events in zip(joined, outcomes, lives, turns, strict=True):
            whole.actions += one.actions
            whole.trace += one.trace
            whole.runs = one.runs
            life += events
        now = longest
    return joined, replace(case, gaps=tuple(gaps), events=tuple(tuple(life) for life in lives), until=now)


def same_when_replayed(case: Case, dice: Dice, seed: int | None = None) -> None:
    """Raises AssertionError unless the record, replayed at once, gives what was lived."""
    outcomes, recorded = lived(replace(case, gaps=()), dice)
    assert_same(recorded, outcomes, kernel.by_kernel(recorded), "lived - and replayed +", seed)


@given(cases(most_events=8), st.data())
def test_small(case: Case, data: st.DataObject) -> None:
    """Turns at any pace."""
    same_when_replayed(case, Drawn(data.draw))


def test_in_bulk(seeds: list[int]) -> None:
    """Many at once."""
    for seed in seeds[::8]:
        same_when_replayed(case_of_seed(seed), Thrown(seed), seed)
