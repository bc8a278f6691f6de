"""Archive: turned events leave the inbox for immutable segments of the history."""

from parcours.app.exclusive import HISTORY, Busy, Hold, LeaseLost
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
    that no row names, and every event in exactly one place. While somebody else works on the history, the rest waits for the next call.
    """
    archived = 0
    try:
        for partition in range(PARTITIONS):
            if _worth_it(services, partition, enough):
                with services.exclusive.hold(HISTORY, wait=False) as hold:
                    archived += _archive_partition(services, hold, partition)
    except Busy:
        pass
    return archived


def _worth_it(services: Services, partition: int, enough: int) -> bool:
    """Whether a partition has enough."""
    least = max(1, enough)
    return len(services.store.read(services.workspace, lambda tx: tx.inbox.turned(partition, least))) == least


def _archive_partition(services: Services, hold: Hold, partition: int) -> int:
    rows = services.store.read(services.workspace, lambda tx: tx.inbox.turned(partition, CHUNK))
    if not rows:
        return 0
    names = sorted({event.name for _, event, _, _ in rows})
    codes = services.store.write(services.workspace, lambda tx: tx.manifest.codes(names))
    segment = services.history.append(partition, [(event, source, client_id) for _, event, source, client_id in rows], codes)
    try:
        services.store.write(services.workspace, lambda tx: _swap(tx, hold, segment, [row for row, *_ in rows]))
    except LeaseLost:
        services.history.discard([segment.path])  # the others may have erased somebody whose events it holds
        raise
    return len(rows)


def _swap(tx: Tx, hold: Hold, segment: SegmentFile, rows: list[int]) -> None:
    hold.confirm(tx)
    tx.manifest.swap([segment], [])
    tx.inbox.remove(rows)
