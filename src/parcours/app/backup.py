"""Back up: the database as it is at one instant, then the files of the history that it names. The server may go on meanwhile."""

from collections.abc import Callable
from typing import Any, Final

from parcours.app.operations import Refusal
from parcours.app.ports.backup import DatabaseCopy, SegmentCopy

MOST_SNAPSHOTS: Final = 10
"""Files that are erased or merged while they are copied make another snapshot necessary; so many are tried."""


def back_up(database: DatabaseCopy, files: SegmentCopy, made_at: Callable[[], int], progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Make a whole backup; answers what is in it. Raises Refusal when the files change faster than they can be copied.

    `made_at` tells the instant (real time, µs): the backup holds everything acknowledged before it.
    """
    for _ in range(MOST_SNAPSHOTS):
        instant = made_at()
        segments = database.take()
        if not segments:
            progress(1, 1)
        gone = [segment for done, segment in enumerate(segments, 1) if not _copied(files, segment, progress, done, len(segments))]
        if not gone:
            facts = {"made_at": instant, "segments": len(segments), "archived_events": sum(segment.rows for segment in segments)}
            database.seal(facts)
            return facts
    raise Refusal(f"Files of the history were replaced during each of {MOST_SNAPSHOTS} tries: back up when nobody is being forgotten.")


def _copied(files: SegmentCopy, segment: Any, progress: Callable[[int, int], None], done: int, total: int) -> bool:
    copied = files.copy(segment)
    progress(done, total)
    return copied
