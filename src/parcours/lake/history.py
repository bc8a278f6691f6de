"""The event history of one workspace on files: segments, and traces derived from them."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from parcours.app.ports import SegmentFile
from parcours.core.terms.events import Event
from parcours.core.trace import Partition
from parcours.lake.durable import make_folder, sync_folder
from parcours.lake.merging import parts_to_merge
from parcours.lake.rows import ORDER, SCHEMA, events_of, table_of, without
from parcours.lake.segments import fault_of, read_segment, write_segment
from parcours.lake.traces import TraceFiles


class SegmentHistory:
    """Segments under `root/segments`, traces under `root/traces`. Any number of processes may read; the manifest says what counts."""

    def __init__(self, root: Path) -> None:
        make_folder(root)
        self._root = root
        self._traces = TraceFiles(root)

    def append(self, partition: int, events: Sequence[tuple[Event, int, str]], codes: dict[str, int], /) -> SegmentFile:
        """Write one segment durably of (event, source, client message id). Raises ValueError without events, OSError from the disk."""
        if not events:
            raise ValueError("a segment has at least one event")
        return write_segment(self._root, partition, table_of(events, codes))

    def events(self, segments: Sequence[SegmentFile], names: dict[int, str], contacts: Sequence[int] | None = None, /) -> Iterator[Event]:
        """Events of the segments (of some contacts), by (contact, occurred, seq)."""
        if segments:
            for event, _, _ in events_of(self._sorted(segments, contacts), names):
                yield event

    def _sorted(self, segments: Sequence[SegmentFile], contacts: Sequence[int] | None = None) -> pa.Table:
        tables = [read_segment(self._root, segment, SCHEMA.names, contacts) for segment in segments]
        return tables[0] if len(tables) == 1 else pa.concat_tables(tables).sort_by(ORDER)

    def rows(self, segments: Sequence[SegmentFile], names: dict[int, str], /) -> Iterator[tuple[Event, int, str]]:
        """(event, source, client message id) of every row of the segments, file by file."""
        for segment in segments:
            yield from events_of(read_segment(self._root, segment, SCHEMA.names), names)

    def partition(self, number: int, segments: Sequence[SegmentFile], properties: Sequence[str] = (), /) -> Partition:
        """Traces of a partition and columns of these top-level properties, memory-mapped; made anew when its segments changed."""
        return self._traces.open(number, segments, properties)

    def verify(self, segments: Sequence[SegmentFile], progress: Callable[[int], None], /) -> list[str]:
        """Re-read files and checksums; `progress` is told how many files are done."""
        faults = []
        for done, segment in enumerate(segments, 1):
            fault = fault_of(self._root, segment)
            if fault is not None:
                faults.append(fault)
            progress(done)
        return faults

    def erase(self, segments: Sequence[SegmentFile], contact: int, /) -> list[tuple[SegmentFile, SegmentFile | None]]:
        """Rewrite the files that hold the contact without it; answers (old, new or None when empty)."""
        rewritten: list[tuple[SegmentFile, SegmentFile | None]] = []
        for segment in segments:
            if read_segment(self._root, segment, ["contact"], [contact]).num_rows:
                left = without(read_segment(self._root, segment), [contact])
                rewritten.append((segment, write_segment(self._root, segment.partition, left) if left.num_rows else None))
        return rewritten

    def compact(self, partition: int, segments: Sequence[SegmentFile], /) -> tuple[SegmentFile, list[str]] | None:
        """Merge the parts of a partition when the small ones exceed a tenth of it; answers (new file, paths it replaces), or None."""
        parts = parts_to_merge(segments)
        if not parts:
            return None
        return write_segment(self._root, partition, self._sorted(parts)), [part.path for part in parts]

    def strays(self, segments: Sequence[SegmentFile], before: int, /) -> list[str]:
        """Paths of segment files written before `before` (real time) that are none of these, unfinished ones included."""
        kept = {segment.path for segment in segments}
        files = sorted(path for path in (self._root / "segments").glob("*/*") if path.stat().st_mtime_ns < before * 1000)
        return [path for path in (str(file.relative_to(self._root)) for file in files) if path not in kept]

    def discard(self, paths: Sequence[str], /) -> None:
        """Delete files that no manifest row names any more, and traces made of them."""
        self._traces.forget(paths)
        for path in paths:
            place = self._root / path
            place.unlink(missing_ok=True)
            if place.parent.is_dir():
                sync_folder(place.parent)
