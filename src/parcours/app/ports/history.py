"""History: immutable segments of turned events, and traces derived from them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from parcours.core.terms.events import Event

if TYPE_CHECKING:
    from parcours.core.trace import Partition


@dataclass(frozen=True, slots=True)
class SegmentFile:
    """A manifest row: one immutable Parquet file. `path` is relative to the lake; `sha256` of the whole file."""

    path: str
    partition: int
    rows: int
    size: int
    sha256: str
    first: int
    last: int
    created: int


class Manifest(Protocol):
    """Which segments make up the history, and the codes of event names (never reused)."""

    def segments(self, partition: int | None = None, /) -> list[SegmentFile]: ...

    def swap(self, add: Sequence[SegmentFile], drop: Sequence[str], /) -> None:
        """Add and drop files in one step (archive, merge of small parts, erasure)."""
        ...

    def codes(self, names: Sequence[str] = (), /) -> dict[str, int]:
        """All event codes of the workspace, after giving new ones to unknown `names`."""
        ...


class Upkeep(Protocol):
    """Keeping the files of the lake whole, few, and without those who are to be forgotten."""

    def verify(self, segments: Sequence[SegmentFile], progress: Callable[[int], None], /) -> list[str]:
        """Re-read files and checksums; answers one sentence per fault."""
        ...

    def erase(self, segments: Sequence[SegmentFile], contact: int, /) -> list[tuple[SegmentFile, SegmentFile | None]]:
        """Rewrite the files that hold the contact without it; answers (old, new or None when empty). Old files go after the swap."""
        ...

    def compact(self, partition: int, segments: Sequence[SegmentFile], /) -> tuple[SegmentFile, list[str]] | None:
        """Merge all parts of a partition when those beside the largest exceed a tenth of it; answers (new file, paths it replaces).

        None when it is not worth it. Old files go after the manifest swap.
        """
        ...

    def discard(self, paths: Sequence[str], /) -> None:
        """Delete files that no manifest row names any more."""
        ...

    def strays(self, segments: Sequence[SegmentFile], before: int, /) -> list[str]:
        """Paths of segment files written before `before` (real time) that are none of these: left by a crash, or replaced long ago."""
        ...


class History(Upkeep, Protocol):
    """The lake of one workspace. Live turns never read it."""

    def append(self, partition: int, events: Sequence[tuple[Event, int, str]], codes: dict[str, int], /) -> SegmentFile:
        """Write one segment durably (temp, fsync, rename, fsync dir) of (event, source, client_message_id); the caller adds its row."""
        ...

    def events(self, segments: Sequence[SegmentFile], names: dict[int, str], contacts: Sequence[int] | None = None, /) -> Iterator[Event]:
        """Events of the segments (of some contacts), by (contact, occurred, seq)."""
        ...

    def rows(self, segments: Sequence[SegmentFile], names: dict[int, str], /) -> Iterator[tuple[Event, int, str]]:
        """(event, source, client message id) of every row of the segments, file by file, in bounded memory; for exports."""
        ...

    def partition(self, number: int, segments: Sequence[SegmentFile], properties: Sequence[str] = (), /) -> "Partition":
        """Traces of a partition, sorted by (contact, occurred, seq), and columns of these top-level properties.

        Memory-mapped; made anew when the segments changed, so the first call after that takes its time.
        """
        ...
