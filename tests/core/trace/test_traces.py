"""Traces are sorted, whole, and cut into contacts; quantiles are exact until they say otherwise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.terms.conditions.matchers import Matcher
from parcours.core.terms.conditions.tree import Property
from parcours.core.terms.durations import HOUR, MINUTE
from parcours.core.trace import Dictionary, Partition, traces_of
from parcours.core.trace.masks import hits_of, pack
from parcours.core.trace.quantiles import Durations, merge_durations
from parcours.core.trace.sessions import LONGEST, SILENCE, session_starts
from tests.core.trace.columns import column_of

rows = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 5), st.integers(0, 99)), unique=True, max_size=20)


@given(rows)
def test_traces_are_sorted_and_cut_into_contacts(events: list[tuple[int, int, int]]) -> None:
    contact, occurred, seq = zip(*events, strict=True) if events else ((), (), ())
    traces = traces_of(contact, [0] * len(events), occurred, seq)
    assert list(zip(traces.contact, traces.occurred, traces.seq, strict=True)) == sorted(events)
    assert list(traces.contacts) == sorted({event[0] for event in events})
    assert [len(set(traces.contact[a:b])) for a, b in zip(traces.starts, traces.starts[1:], strict=False)] == [1] * len(traces.contacts)
    for number in (1, 9):
        assert set(traces.contact[traces.rows_of(number)]) == {number} & set(contact)


def test_an_event_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        traces_of([1, 1], [0, 0], [5, 5], [1, 1])


def test_a_gap_of_exactly_thirty_minutes_does_not_split_and_a_day_does() -> None:
    half = 30 * MINUTE
    occurred = np.array([0, half, 2 * half + 1, *range(3 * half, 52 * half, half)], dtype=np.int64)
    starts = session_starts(np.array([0, len(occurred)]), occurred, SILENCE, LONGEST)
    assert [int(occurred[row]) for row in starts[:-1]] == [0, 2 * half + 1, 51 * half]
    assert 51 * half - (2 * half + 1) >= 24 * HOUR > 50 * half - (2 * half + 1)


def test_masks_are_the_evaluator_s_and_pack_into_bits() -> None:
    traces = traces_of([1, 1, 2], [0, 1, 0], [1, 2, 3], [1, 2, 3])
    partition = Partition(0, traces, {"value": column_of([10, 30, None])})
    matchers = [Matcher("Bought", Property("value", "<", 20)), Matcher("Seen"), Matcher("Unheard of")] * 30
    hits = hits_of(partition, Dictionary({"Bought": 0, "Seen": 1}), matchers)
    assert hits[:3].tolist() == [[True, False, False], [False, True, False], [False, False, False]]
    masks = pack(hits)
    assert masks.shape == (3, 2)
    assert [[int(masks[row, bit // 64]) >> bit % 64 & 1 for row in range(3)] for bit in range(90)] == hits.astype(int).tolist()


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=60), st.lists(st.integers(0, 10**12), max_size=60))
def test_too_many_durations_are_told_to_one_percent(one: list[int], other: list[int]) -> None:
    parts = Durations(np.array(one, dtype=np.int64)), Durations(np.array(other, dtype=np.int64))
    exact, rough = merge_durations(*parts), merge_durations(*parts, most=0)
    assert (exact.exact is not None, rough.exact is not None) == (True, False)
    assert len(exact) == len(rough) == len(one) + len(other)
    for share in (0.0, 0.5, 1.0):
        true = np.quantile([*one, *other], share, method="lower")
        assert rough.quantiles((share,))[0] == pytest.approx(true, rel=0.0101, abs=1)
