"""Tidy: small parts of the history become large ones, and what nobody needs any more goes."""

from collections.abc import Sequence

from parcours.app.exclusive import Hold
from parcours.app.ports import SegmentFile, Tx
from parcours.app.services import Services
from parcours.core.terms.ids import PARTITIONS

GRACE = 3_600_000_000
"""How long a replaced file stays for those who are reading it, in real microseconds."""


def tidy(services: Services) -> int:
    """Merge parts of partitions where it is worth it and delete files that nothing names; answers how many partitions were merged.

    A merged file is on disk before the manifest names it in place of its parts, so a crash in between leaves a stray file, which the next
    call deletes. Ids of events that are over 30 days old are forgotten, too.
    """
    merged = 0
    for partition in range(PARTITIONS):
        with services.archiving as hold:
            merged += _merge(services, hold, partition)
    with services.archiving:
        segments = services.store.read(services.workspace, lambda tx: tx.manifest.segments())
        services.history.discard(services.history.strays(segments, services.clock.real() - GRACE))
    services.store.prune(services.workspace, services.clock.now())
    return merged


def _merge(services: Services, hold: Hold, partition: int) -> int:
    segments: Sequence[SegmentFile] = services.store.read(services.workspace, lambda tx: tx.manifest.segments(partition))
    compacted = services.history.compact(partition, segments)
    if compacted is None:
        return 0
    segment, replaced = compacted

    def swap(tx: Tx) -> None:
        hold.confirm(tx)
        tx.manifest.swap([segment], replaced)

    services.store.write(services.workspace, swap)
    return 1
