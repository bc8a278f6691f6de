"""The batch form of property conditions: one evaluation per distinct value of a column, then one look-up per event.

It calls the live evaluator on each distinct value, so that batch and live cannot differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcours.core.terms.conditions import opcodes
from parcours.core.terms.conditions.clauses import Truth, property_clause
from parcours.core.terms.conditions.matchers import Matcher
from parcours.core.terms.conditions.paths import top_key
from parcours.core.terms.conditions.tree import All, AnyOf, Condition, Not, Property

Truths = NDArray[np.int8]
Instants = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Column:
    """One top-level property of n events: `codes` int32[n] index `values`, the distinct JSON values; -1 where the event has no such key."""

    codes: NDArray[np.int32]
    values: Sequence[Any]


def truth_code(truth: Truth) -> int:
    """opcodes.TRUE, FALSE or UNKNOWN."""
    return opcodes.UNKNOWN if truth is None else opcodes.TRUE if truth else opcodes.FALSE


def _distinct(clause: Property, key: str, column: Column, at: int) -> Truths:
    truths = [truth_code(property_clause(clause, {key: value}, at)) for value in column.values]
    return np.array([*truths, truth_code(property_clause(clause, {}, at))], dtype=np.int8)


def _pairs(clause: Property, key: str, column: Column, at: Instants) -> Truths:
    pairs, where = np.unique(np.stack([column.codes.astype(np.int64), at]), axis=1, return_inverse=True)
    held = [{} if code < 0 else {key: column.values[code]} for code in pairs[0]]
    truths = [truth_code(property_clause(clause, each, int(moment))) for each, moment in zip(held, pairs[1], strict=True)]
    return np.array(truths, dtype=np.int8)[where.reshape(-1)]


def clause_truths(clause: Property, columns: Mapping[str, Column], at: Instants) -> Truths:
    """The truth (opcodes) of one clause for each event; `at` int64[n] is each event's instant, used by within_last and within_next."""
    key = top_key(clause.path)
    column = columns.get(key, Column(np.full(len(at), -1, dtype=np.int32), ()))
    if clause.op.startswith("within"):
        return _pairs(clause, key, column, at)
    return _distinct(clause, key, column, 0)[column.codes]


def condition_truths(tree: Condition, columns: Mapping[str, Column], at: Instants) -> Truths:
    """The truth (opcodes) of a condition made of property clauses, for each event. Raises TypeError on any other condition."""
    match tree:
        case Property():
            return clause_truths(tree, columns, at)
        case Not(item):
            return (opcodes.TRUE - condition_truths(item, columns, at)).astype(np.int8)
        case All(items):
            return reduce(np.minimum, (condition_truths(item, columns, at) for item in items), _all(opcodes.TRUE, at))
        case AnyOf(items):
            return reduce(np.maximum, (condition_truths(item, columns, at) for item in items), _all(opcodes.FALSE, at))
    raise TypeError(f"not a condition on properties: {type(tree).__name__}")


def _all(truth: int, at: Instants) -> Truths:
    return np.full(len(at), truth, dtype=np.int8)


def matcher_hits(
    matcher: Matcher, named: NDArray[np.bool_], kinds: NDArray[np.uint8], columns: Mapping[str, Column], at: Instants
) -> NDArray[np.bool_]:
    """Which events a matcher takes: bool[n]. `named` says which bear its event name; `columns` hold those events' properties."""
    hits: NDArray[np.bool_] = named & ((matcher.kinds >> kinds.astype(np.int64) & 1) == 1)
    if matcher.carries is not None:
        column = columns.get(matcher.carries)
        hits = hits & (column.codes >= 0) if column is not None else np.zeros(len(at), dtype=np.bool_)
    if matcher.clause is not None:
        hits = hits & (condition_truths(matcher.clause, columns, at) == opcodes.TRUE)
    return hits
