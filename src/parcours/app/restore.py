"""Restore: a backup becomes a data directory whose sends are on hold until somebody releases them."""

from collections.abc import Callable
from typing import Any, Final

from parcours.app.doubting import doubt_what_waits
from parcours.app.operations import Refusal
from parcours.app.ports import Store
from parcours.app.ports.backup import DatabaseCopy, SegmentCopy

RESTORED: Final = "Restored from a backup: it may have left after the backup was made."


def restore(database: DatabaseCopy, files: SegmentCopy, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Copy a whole backup into a new directory, each file checked; answers how much there was. Raises Refusal for a missing file."""
    segments = database.take()
    for done, segment in enumerate(segments, 1):
        if not files.copy(segment):
            raise Refusal(f"{segment.path} is missing in the backup: restore another one.")
        progress(done, len(segments))
    return {"segments": len(segments), "archived_events": sum(segment.rows for segment in segments)}


def hold(store: Store, workspace: int, now: int) -> int:
    """Put sending on hold, and what was about to leave before a person: answers how many messages that were.

    They may have left between the backup and the loss, so none may leave by itself again.
    """
    store.write(workspace, lambda tx: tx.definitions.set_setting("sending", "hold"))
    return doubt_what_waits(store, workspace, now, RESTORED)
