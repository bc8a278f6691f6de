"""The event history in memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count

import numpy as np

from parcours.app.ports import SegmentFile
from parcours.core.terms.conditions.columns import Column
from parcours.core.terms.events import Event
from parcours.core.trace import Partition, traces_of
from parcours.testing.memory.state import plain

Row = tuple[Event, int, str]


def _order(row: Row) -> tuple[int, int, int]:
    return (row[0].contact, row[0].occurred, row[0].seq)


class MemoryHistory:
    """Segments that are lists."""

    def __init__(self) -> None:
        self._files: dict[str, list[Row]] = {}
        self._codes: dict[str, int] = {}
        self._numbers = count(1)

    def append(self, partition: int, events: Sequence[Row], codes: dict[str, int], /) -> SegmentFile:
        """Keep one segment of (event, source, client message id). Raises ValueError without events, KeyError for a name without a code."""
        if not events:
            raise ValueError("a segment has at least one event")
        self._codes |= {event.name: codes[event.name] for event, _, _ in events}
        return self._keep(
            partition, [(replace(event, properties=plain(event.properties)), source, client) for event, source, client in events]
        )

    def _keep(self, partition: int, rows: list[Row]) -> SegmentFile:
        number = next(self._numbers)
        path = f"segments/{partition:02d}/{number}"
        self._files[path] = sorted(rows, key=_order)
        instants = [event.occurred for event, _, _ in rows]
        return SegmentFile(path, partition, len(rows), 0, "", min(instants), max(instants), number)

    def events(self, segments: Sequence[SegmentFile], names: dict[int, str], contacts: Sequence[int] | None = None, /) -> Iterator[Event]:
        """Events of the segments (of some contacts), by (contact, occurred, seq)."""
        rows = sorted((row for segment in segments for row in self._files[segment.path]), key=_order)
        return (self._named(event, names) for event, _, _ in rows if contacts is None or event.contact in contacts)

    def _named(self, event: Event, names: dict[int, str]) -> Event:
        return replace(event, name=names[self._codes[event.name]])

    def rows(self, segments: Sequence[SegmentFile], names: dict[int, str], /) -> Iterator[Row]:
        """(event, source, client message id) of every row of the segments, file by file."""
        return ((self._named(event, names), source, client) for segment in segments for event, source, client in self._files[segment.path])

    def partition(self, number: int, segments: Sequence[SegmentFile], properties: Sequence[str] = (), /) -> Partition:
        """Traces of a partition and columns of these top-level properties."""
        rows = sorted((row for segment in segments for row in self._files[segment.path]), key=_order)
        events = [event for event, _, _ in rows]
        traces = traces_of(
            [event.contact for event in events],
            [self._codes[event.name] for event in events],
            [event.occurred for event in events],
            [event.seq for event in events],
            [int(event.kind) for event in events],
            [event.turned for event in events],
            [int(event.history) for event in events],
        )
        return Partition(number, traces, {name: _column(events, name) for name in properties})

    def verify(self, segments: Sequence[SegmentFile], progress: Callable[[int], None], /) -> list[str]:
        """One sentence for each segment that is gone; nothing else can happen to it here."""
        faults = []
        for done, segment in enumerate(segments, 1):
            if segment.path not in self._files:
                faults.append(f"{segment.path} is missing: restore it from a backup.")
            progress(done)
        return faults

    def erase(self, segments: Sequence[SegmentFile], contact: int, /) -> list[tuple[SegmentFile, SegmentFile | None]]:
        """Segments that hold the contact, and what takes their place (None when nothing is left)."""
        rewritten: list[tuple[SegmentFile, SegmentFile | None]] = []
        for segment in segments:
            rows = self._files[segment.path]
            left = [row for row in rows if row[0].contact != contact]
            if len(left) < len(rows):
                rewritten.append((segment, self._keep(segment.partition, left) if left else None))
        return rewritten

    def compact(self, partition: int, segments: Sequence[SegmentFile], /) -> tuple[SegmentFile, list[str]] | None:
        """Merge all parts when those beside the largest exceed a tenth of the partition."""
        rows = [row for segment in segments for row in self._files[segment.path]]
        small = len(rows) - max((segment.rows for segment in segments), default=0)
        if small * 10 <= len(rows):
            return None
        return self._keep(partition, rows), [segment.path for segment in segments]

    def strays(self, segments: Sequence[SegmentFile], before: int, /) -> list[str]:
        """Segments that are none of these, all of them old enough."""
        kept = {segment.path for segment in segments}
        return [path for path in self._files if path not in kept and before > 0]

    def discard(self, paths: Sequence[str], /) -> None:
        """Forget segments."""
        for path in paths:
            self._files.pop(path, None)


def _column(events: Sequence[Event], name: str) -> Column:
    codes: list[int] = []
    values: list[object] = []
    known: dict[str, int] = {}
    for event in events:
        if name not in event.properties:
            codes.append(-1)
            continue
        value = event.properties[name]
        code = known.setdefault(repr(value), len(values))
        if code == len(values):
            values.append(value)
        codes.append(code)
    return Column(np.array(codes, dtype=np.int32), values)
