"""Columns in batch and one event live: the same truth, clause by clause and matcher by matcher."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.terms.conditions.clauses import property_condition
from parcours.core.terms.conditions.columns import condition_truths, matcher_hits, truth_code
from parcours.core.terms.conditions.matchers import Matcher
from parcours.core.terms.conditions.tree import Condition
from tests.core.terms.conditions.strategies import instants, properties, property_conditions
from tests.core.trace.columns import ABSENT, column_of

events = st.lists(st.tuples(properties, instants), max_size=8)


@given(property_conditions, events)
def test_a_condition_on_columns_equals_one_on_each_event(tree: Condition, seen: list[tuple[dict[str, Any], int]]) -> None:
    columns = {key: column_of([found.get(key, ABSENT) for found, _ in seen]) for key in ("a", "b", "items", "when")}
    at = np.array([moment for _, moment in seen], dtype=np.int64)
    live = [truth_code(property_condition(tree, found, moment)) for found, moment in seen]
    assert condition_truths(tree, columns, at).tolist() == live


KINDS = st.sampled_from([0b1111, 0b1011])


@given(st.one_of(st.none(), property_conditions), st.sampled_from([None, "a", "nowhere"]), KINDS, events, st.data())
def test_a_matcher_on_columns_equals_one_on_each_event(
    clause: Condition | None, carries: str | None, kinds: int, seen: list[tuple[dict[str, Any], int]], data: st.DataObject
) -> None:
    matcher = Matcher("Bought", clause, carries, kinds)
    named = [data.draw(st.sampled_from(["Bought", "Seen"])) for _ in seen]
    kind = [data.draw(st.integers(0, 3)) for _ in seen]
    columns = {key: column_of([found.get(key, ABSENT) for found, _ in seen]) for key in ("a", "b", "items", "when")}
    at = np.array([moment for _, moment in seen], dtype=np.int64)
    hits = matcher_hits(matcher, np.array(named, dtype=object) == "Bought", np.array(kind, dtype=np.uint8), columns, at)
    live = [matcher.matches(name, k, found, moment) for name, k, (found, moment) in zip(named, kind, seen, strict=True)]
    assert hits.tolist() == live
