"""Events of many people to the kernel's arrays, from dictionary-coded columns: one look at each distinct value, none at single events."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parcours.core.journey.link import Linked, ValueColumn
from parcours.core.journey.matching import ColumnReader
from parcours.core.journey.naming import Names
from parcours.core.journey.tables import Events
from parcours.core.terms.conditions.columns import Column
from parcours.core.terms.conditions.matchers import Matcher
from parcours.core.terms.conditions.paths import top_key
from parcours.core.terms.conditions.tree import All, AnyOf, Condition, Not, Property
from parcours.core.terms.money import MISSING
from parcours.core.trace.masks import hits_of, pack
from parcours.core.trace.partition import Dictionary, Partition

NONE: Final = np.zeros((0, 5), dtype=np.int64)


def properties_needed(linked: Linked) -> tuple[str, ...]:
    """The top-level properties that partitions must bring as columns."""
    found = {top_key(column.path) for column in linked.columns}
    for matcher in linked.matchers.matchers:
        found |= {top_key(path) for path in _paths(matcher)}
    return tuple(sorted(found))


def _paths(matcher: Matcher) -> list[str]:
    carried = [] if matcher.carries is None else [matcher.carries]
    return carried + ([] if matcher.clause is None else _clause_paths(matcher.clause))


def _clause_paths(tree: Condition) -> list[str]:
    match tree:
        case All(items) | AnyOf(items):
            return [path for item in items for path in _clause_paths(item)]
        case Not(item):
            return _clause_paths(item)
        case Property(path):
            return [path]
    raise TypeError(f"not a condition on properties: {type(tree).__name__}")


def events_as_happened(linked: Linked, names: Names, partition: Partition, dictionary: Dictionary) -> Events:
    """The events of a partition, each counted when it occurred; nothing is history, and receipts are of no run of this replay."""
    traces = partition.traces
    count = len(traces)
    values = [_values(linked, names, column, partition.columns, count) for column in linked.columns]
    return Events(
        starts=traces.starts,
        turned=traces.occurred,
        seq=traces.seq,
        history=np.zeros(count, dtype=np.uint8),
        mask=pack(hits_of(partition, dictionary, linked.matchers.matchers)),
        values=np.stack(values, axis=1) if values else np.zeros((count, 0), dtype=np.int64),
        receipts=NONE[:, :4],
        expected=NONE,
    )


def _values(linked: Linked, names: Names, wanted: ValueColumn, columns: Mapping[str, Column], count: int) -> NDArray[np.int64]:
    key = top_key(wanted.path)
    column = columns.get(key)
    if column is None:
        return np.full(count, MISSING, dtype=np.int64)
    reader = ColumnReader(linked, names, wanted)
    distinct = [reader.read({key: value}) for value in column.values]
    return np.array([*distinct, MISSING], dtype=np.int64)[column.codes]


def part_of(events: Events, first: int, last: int) -> Events:
    """The events of contacts first to last, excluded; without receipts."""
    start, stop = int(events.starts[first]), int(events.starts[last])
    rows = slice(start, stop)
    return events._replace(
        starts=events.starts[first : last + 1] - start,
        turned=events.turned[rows],
        seq=events.seq[rows],
        history=events.history[rows],
        mask=events.mask[rows],
        values=events.values[rows],
    )


def before(partition: Partition, end: int) -> Partition:
    """The partition without events from `end` on; contacts stay, also those without events."""
    traces = partition.traces
    kept = traces.occurred < end
    if bool(kept.all()):
        return partition
    counts = np.concatenate(([0], np.cumsum(kept)))
    fields: Sequence[str] = ("contact", "event", "occurred", "turned", "seq", "kind", "history")
    cut: dict[str, Any] = {name: getattr(traces, name)[kept] for name in fields}
    shorter = type(traces)(**cut, starts=counts[traces.starts].astype(np.int64))
    return Partition(partition.number, shorter, {key: Column(each.codes[kept], each.values) for key, each in partition.columns.items()})
