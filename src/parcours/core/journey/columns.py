"""Events of many people to the kernel's arrays, from dictionary-coded columns: one look at each distinct value, none at single events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from parcours.core.journey.link import Linked, ValueColumn
from parcours.core.journey.matching import ColumnReader
from parcours.core.journey.naming import Names
from parcours.core.journey.state import ContactRecord
from parcours.core.journey.tables import Bits, Events, Ints
from parcours.core.terms.chance import contact_seed
from parcours.core.terms.conditions.columns import Column, matcher_hits
from parcours.core.terms.conditions.matchers import Matcher
from parcours.core.terms.conditions.paths import top_key
from parcours.core.terms.conditions.tree import All, AnyOf, Condition, Not, Property
from parcours.core.terms.money import MISSING
from parcours.core.trace.masks import WORD, pack
from parcours.core.trace.partition import Dictionary, Partition
from parcours.core.trace.relevant import relevant_rows, takes_of

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


@dataclass(frozen=True, slots=True)
class Roster(Sequence[ContactRecord]):
    """Who n contacts are: their public ids, the place of each one's zone among the linked ones (int64[n]), their seeds (uint64[n])."""

    public_ids: Sequence[str]
    zones: Ints
    seeds: Bits

    def __len__(self) -> int:
        """How many contacts."""
        return len(self.public_ids)

    def __getitem__(self, row: Any) -> Any:
        """The record of one, about whom nothing else is known; its number is its place."""
        return ContactRecord(int(row), self.public_ids[row])

    def only(self, rows: Ints) -> "Roster":
        """Some of them."""
        return Roster([self.public_ids[row] for row in rows.tolist()], self.zones[rows], self.seeds[rows])

    def part(self, first: int, last: int) -> "Roster":
        """Those from first to last, excluded."""
        return Roster(self.public_ids[first:last], self.zones[first:last], self.seeds[first:last])


def roster_of(linked: Linked, people: Sequence[tuple[str, str | None]]) -> Roster:
    """The roster of (public id, zone)."""
    seeds = np.array([contact_seed(public_id) for public_id, _ in people], dtype=np.uint64)
    return Roster([one for one, _ in people], np.array([linked.zones.index(zone) for _, zone in people], dtype=np.int64), seeds)


def events_as_happened(linked: Linked, names: Names, partition: Partition, dictionary: Dictionary, end: int) -> tuple[Events, Ints]:
    """The events of a partition before `end` that any matcher takes, each counted when it occurred, and whose they are.

    The contacts in the answer are those who have such an event, numbered from 0; beside it stands their place in the partition. Nothing is
    history, and receipts are of no run of this replay.
    """
    rows, starts, mask = _taken(linked, partition, dictionary, end)
    contacts = np.flatnonzero(np.diff(starts))
    values = [_values(linked, names, column, partition.columns, rows) for column in linked.columns]
    events = Events(
        starts=np.append(starts[contacts], len(rows)),
        turned=partition.traces.occurred[rows],
        seq=partition.traces.seq[rows],
        history=np.zeros(len(rows), dtype=np.uint8),
        mask=mask,
        values=np.stack(values, axis=1) if values else np.zeros((len(rows), 0), dtype=np.int64),
        receipts=NONE[:, :4],
        expected=NONE,
    )
    return events, contacts


def _taken(linked: Linked, partition: Partition, dictionary: Dictionary, end: int) -> tuple[Ints, Ints, Bits]:
    """(rows, where each contact's begin among them and the end, masks): names and kinds by one look-up, clauses on what that left."""
    traces, matchers = partition.traces, linked.matchers.matchers
    takes = takes_of(dictionary, matchers)
    rows, _ = relevant_rows(traces.starts, traces.event, traces.kind, np.logical_or.reduce(takes, axis=0))
    rows = rows[traces.occurred[rows] < end]
    named: Bits = pack(takes.reshape(len(matchers), -1)).reshape(*takes.shape[1:], -1)
    mask = named[traces.kind[rows], np.minimum(traces.event[rows], takes.shape[2] - 1)]
    for bit, matcher in enumerate(matchers):
        if matcher.clause is not None or matcher.carries is not None:
            _keep_hits(mask, bit, matcher, partition, rows)
    some = mask.any(axis=1)
    rows, mask = rows[some], mask[some]
    return rows, np.searchsorted(rows, traces.starts), mask


def _keep_hits(mask: Bits, bit: int, matcher: Matcher, partition: Partition, rows: Ints) -> None:
    """Clear the bit of a matcher where its clause does not hold."""
    word, one = bit // WORD, np.uint64(1 << bit % WORD)
    here = np.flatnonzero(mask[:, word] & one)
    there, traces = rows[here], partition.traces
    needed = {top_key(path) for path in _paths(matcher)}
    columns = {key: Column(each.codes[there], each.values) for key, each in partition.columns.items() if key in needed}
    hits = matcher_hits(matcher, np.ones(len(there), dtype=np.bool_), traces.kind[there], columns, traces.occurred[there])
    mask[here[~hits], word] &= ~one


def _values(linked: Linked, names: Names, wanted: ValueColumn, columns: Mapping[str, Column], rows: Ints) -> Ints:
    key = top_key(wanted.path)
    column = columns.get(key)
    if column is None:
        return np.full(len(rows), MISSING, dtype=np.int64)
    reader = ColumnReader(linked, names, wanted)
    codes = column.codes[rows]
    answers = np.full(len(column.values) + 1, MISSING, dtype=np.int64)
    present = np.flatnonzero(np.bincount(codes[codes >= 0], minlength=len(column.values)))
    answers[present] = [reader.read({key: column.values[code]}) for code in present.tolist()]
    return answers[codes]


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
