"""A backtest over columns says what one over single events says, to the last sample."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from parcours.core.journey import columns
from parcours.core.journey.backtest import Replay, Traveller, backtest, backtest_partition
from parcours.core.journey.columns import properties_needed, roster_of
from parcours.core.terms.events import Event
from parcours.core.terms.money import MISSING
from tests.core.journey.partitions import partition_of
from tests.laws.case import Case
from tests.laws.kernel import linked
from tests.laws.strategies import case_of_seed, cases


def alone(case: Case, journey: str) -> Case:
    """The case of one journey, in which no turn was slow: a draft is replayed so, as it happened."""
    return replace(case, publications=tuple(each for each in case.publications if each.journey == journey), gaps=())


def lives_of(case: Case) -> list[tuple[Traveller, list[Event]]]:
    """Everybody who has events, each of which is there once."""
    pairs = []
    for one, events in zip(case.contacts, case.events, strict=True):
        once = list({(event.occurred, event.seq): event for event in events}.values())
        if once:
            pairs.append((Traveller(one.number, one.public_id, one.zone, once), once))
    return sorted(pairs, key=lambda pair: pair[0].contact)


def same_report(case: Case, seed: int | None = None) -> int:
    """Raises AssertionError unless both ways give the report of each journey of the case; answers how many entries they count."""
    lives, entered = lives_of(case), 0
    if not lives:
        return 0
    instants = sorted(event.occurred for _, events in lives for event in events)
    start, end = instants[len(instants) // 4], instants[-1] + 1 - len(instants) % 2
    for journey in sorted({each.journey for each in case.publications}):
        tables = linked(alone(case, journey))
        replay = Replay(tables, journey, start, end)
        *_, slow = backtest(replay, [traveller for traveller, _ in lives])
        partition, dictionary = partition_of([events for _, events in lives], properties_needed(tables))
        roster = roster_of(tables, [(traveller.public_id, traveller.zone) for traveller, _ in lives])
        fast = backtest_partition(replay, partition, dictionary, roster)
        assert replace(fast, hashes={}) == replace(slow, hashes={}), (seed, journey)
        entered += slow.entered
    return entered


@given(cases(contacts=2, most_events=8))
def test_small(case: Case) -> None:
    """Two people."""
    same_report(case)


def all_same(seeds: Iterable[int]) -> int:
    """Many cases."""
    return sum(same_report(case_of_seed(seed, contacts=3), seed) for seed in seeds)


def test_in_bulk(seeds: list[int]) -> None:
    """Three people, up to three journeys, one after another; somebody enters."""
    assert all_same(seeds[::2]) > 0


def ignores_clauses(patch: pytest.MonkeyPatch) -> None:
    """Every event of the name counts, whatever its properties."""
    patch.setattr(columns, "_keep_hits", lambda *_: None)


def forgets_values(patch: pytest.MonkeyPatch) -> None:
    """Sums and instances read nothing."""
    patch.setattr(columns, "_values", lambda *given: np.full(len(given[-1]), MISSING, dtype=np.int64))


def counts_the_end(patch: pytest.MonkeyPatch) -> None:
    """The event at the end is one more."""
    true = columns._taken
    patch.setattr(columns, "_taken", lambda linked, partition, dictionary, end: true(linked, partition, dictionary, end + 1))


@pytest.mark.parametrize("fault", [ignores_clauses, forgets_values, counts_the_end])
def test_a_planted_fault_is_seen(monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]) -> None:
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        all_same(range(150))
