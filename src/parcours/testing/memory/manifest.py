"""The manifest in memory."""

from collections.abc import Sequence

from parcours.app.ports import SegmentFile
from parcours.testing.memory.state import Clash, State


class MemoryManifest:
    """Segments and event codes."""

    def __init__(self, state: State) -> None:
        self._state = state

    def segments(self, partition: int | None = None, /) -> list[SegmentFile]:
        """Files of one partition or of all, by partition and age."""
        found = [segment for segment in self._state.segments.values() if partition in (None, segment.partition)]
        return sorted(found, key=lambda segment: (segment.partition, segment.created, segment.path))

    def swap(self, add: Sequence[SegmentFile], drop: Sequence[str], /) -> None:
        """Add and drop files in one step. Raises Clash when a file to drop is gone or one to add is there."""
        self._state.writing()
        for path in dict.fromkeys(drop):
            if self._state.segments.pop(path, None) is None:
                raise Clash("a segment to replace is no longer part of the history: read the list again")
        for segment in add:
            if segment.path in self._state.segments:
                raise Clash("this segment is part of the history already")
            self._state.segments[segment.path] = segment

    def codes(self, names: Sequence[str] = (), /) -> dict[str, int]:
        """All event codes, after giving new ones to unknown `names`."""
        for name in names:
            if name not in self._state.codes:
                self._state.codes[name] = self._state.next("event_code")
        return dict(self._state.codes)
