"""Verify and rebuild the event history."""

from collections.abc import Callable
from typing import Any

from parcours.app.operations import Refusal
from parcours.app.services import Services
from parcours.core.terms.ids import PARTITIONS

Progress = Callable[[int, int], None]


def verify_history(services: Services, progress: Progress) -> dict[str, Any]:
    """Re-read every segment and its checksum. Raises Refusal with every fault."""
    segments = services.store.read(services.workspace, lambda tx: tx.manifest.segments())
    faults = services.history.verify(segments, lambda done: progress(done, len(segments)))
    if faults:
        raise Refusal(f"{len(faults)} of {len(segments)} segments are damaged. Restore them from a backup.", faults)
    return {"segments": len(segments), "rows": sum(segment.rows for segment in segments)}


def rebuild_traces(services: Services, progress: Progress) -> dict[str, Any]:
    """Make the traces of every partition anew from its segments."""
    rows = 0
    for partition in range(PARTITIONS):
        segments = services.store.read(services.workspace, lambda tx, p=partition: tx.manifest.segments(p))  # type: ignore[misc]
        if segments:
            services.history.partition(partition, segments)
            rows += sum(segment.rows for segment in segments)
        progress(partition + 1, PARTITIONS)
    return {"partitions": PARTITIONS, "rows": rows}
