"""Archive: turned events leave the inbox for immutable segments of the history."""

from parcours.app.ports import SegmentFile, Tx
from parcours.app.services import Services
from parcours.core.terms.ids import PARTITIONS

ENOUGH = 1000
"""Turned events of a partition that are worth a segment of their own."""
CHUNK = 20_000
"""Events of one segment at the most."""


def archive(services: Services, enough: int = ENOUGH) -> int:
    """Write one segment for each partition that has at least `enough` turned events; answers how many events were archived.

    The segment is on disk before its manifest row and the removal of its inbox rows commit together: a crash in between leaves a file
    that no row names, and every event in exactly one place.
    """
    archived = 0
    for partition in range(PARTITIONS):
        with services.archiving:
            archived += _archive_partition(services, partition, enough)
    return archived


def _archive_partition(services: Services, partition: int, enough: int) -> int:
    rows = services.store.read(services.workspace, lambda tx: tx.inbox.turned(partition, CHUNK))
    if len(rows) < max(1, enough):
        return 0
    names = sorted({event.name for _, event, _, _ in rows})
    codes = services.store.write(services.workspace, lambda tx: tx.manifest.codes(names))
    segment = services.history.append(partition, [(event, source, client_id) for _, event, source, client_id in rows], codes)
    services.store.write(services.workspace, lambda tx: _swap(tx, segment, [row for row, *_ in rows]))
    return len(rows)


def _swap(tx: Tx, segment: SegmentFile, rows: list[int]) -> None:
    tx.manifest.swap([segment], [])
    tx.inbox.remove(rows)
