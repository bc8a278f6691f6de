"""Relevant rows: the events that one of a question's matchers names. A fold that looks at nothing else reads the rest only once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parcours.core.terms.compiled import compiled
from parcours.core.terms.conditions.columns import Column, matcher_hits
from parcours.core.terms.conditions.matchers import ANY_KIND, Matcher
from parcours.core.trace.masks import Hits
from parcours.core.trace.partition import Dictionary, Partition

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Relevant:
    """m of a partition's n events: `rows` int64[m] which, ascending; `starts` int64[u + 1] where each unit begins among them, and the end.

    `occurred` int64[m] (UTC microseconds); `hits` bool[k, m]: whether matcher i takes relevant event j.
    """

    rows: Ints
    starts: Ints
    occurred: Ints
    hits: Hits


def relevant(partition: Partition, dictionary: Dictionary, matchers: Sequence[Matcher], starts: Ints) -> Relevant:
    """The rows that bear a name and a kind of one of the matchers, unit by unit; `starts` int64[u + 1] are the units' rows, and the end."""
    traces, takes = partition.traces, takes_of(dictionary, matchers)
    named: NDArray[np.bool_] = np.logical_or.reduce(takes, axis=0)
    rows, among = relevant_rows(starts, traces.event, traces.kind, named)
    occurred, kind, event = traces.occurred[rows], traces.kind[rows], traces.event[rows]
    hits = named_hits(event, kind, takes)
    columns: dict[str, Column] = {}
    for place, matcher in enumerate(matchers):
        if matcher.clause is not None or matcher.carries is not None:
            columns = columns or {name: Column(column.codes[rows], column.values) for name, column in partition.columns.items()}
            hits[place] = matcher_hits(matcher, hits[place], kind, columns, occurred)
    return Relevant(rows, among, occurred, hits)


def takes_of(dictionary: Dictionary, matchers: Sequence[Matcher]) -> Hits:
    """bool[k, kinds, codes]: whether matcher i looks at events of that kind and name. The last code stands for names nobody knows."""
    kinds = np.arange(ANY_KIND.bit_length())
    takes = np.zeros((len(matchers), len(kinds), max(dictionary.codes.values(), default=-1) + 2), dtype=np.bool_)
    for place, matcher in enumerate(matchers):
        code = dictionary.codes.get(matcher.event)
        if code is not None:
            takes[place, :, code] = (matcher.kinds >> kinds & 1) == 1
    return takes


@compiled
def relevant_rows(starts: Ints, event: NDArray[np.int32], kind: NDArray[np.uint8], named: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """(rows int64[m], starts int64[u + 1]) of the events that `named` bool[kinds, codes] takes."""
    units, others = len(starts) - 1, named.shape[1] - 1
    rows, among = np.empty(len(event), dtype=np.int64), np.empty(units + 1, dtype=np.int64)
    found = 0
    for unit in range(units):
        among[unit] = found
        for row in range(starts[unit], starts[unit + 1]):
            rows[found] = row
            found += named[kind[row], min(event[row], others)]
    among[units] = found
    return rows[:found], among


@compiled
def named_hits(event: NDArray[np.int32], kind: NDArray[np.uint8], takes: Hits) -> Hits:
    """bool[k, n]: whether `takes` bool[k, kinds, codes] has the kind and name of event j."""
    count, others = takes.shape[0], takes.shape[2] - 1
    hits = np.empty((count, len(event)), dtype=np.bool_)
    for place in range(count):
        for row in range(len(event)):
            hits[place, row] = takes[place, kind[row], min(event[row], others)]
    return hits
