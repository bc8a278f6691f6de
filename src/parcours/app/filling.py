"""Filling: registers of everybody, folded over the whole history before something new goes by them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from parcours.app.ports import Tx
from parcours.app.refold import emptied, partition_history, refold_records
from parcours.app.services import Services
from parcours.app.warming import warm_up
from parcours.core.journey.state import ContactRecord
from parcours.core.terms.ids import PARTITIONS

CHUNK: Final = 250


def fill_everybody(services: Services, progress: Callable[[int, int], None]) -> None:
    """Fold the whole history into the registers of everybody, a few people at a time."""
    warm_up()
    with services.archiving:
        for partition in range(PARTITIONS):
            while not _fill(services, partition):
                pass
            progress(partition + 1, PARTITIONS)


def _fill(services: Services, partition: int) -> bool:
    """Fill everybody of a partition; False when their history was moved or joined by a merge meanwhile: then it is read again."""
    files = services.store.read(services.workspace, lambda tx: list(tx.manifest.segments(partition)))
    merged = services.store.read(services.workspace, lambda tx: tx.merging.merged_into())
    history = partition_history(services, partition)

    def chunk(contacts: Sequence[int], tx: Tx) -> bool:
        filled = _filled(services, tx, contacts, history)
        if list(tx.manifest.segments(partition)) != files:  # after the inbox was read: no event is then in neither
            return False
        absorbed = tx.merging.absorbed(contacts)
        if any(number not in merged for joined in absorbed.values() for number, _ in joined):
            return False
        tx.runs.save(filled)
        return True

    return all(services.store.write(services.workspace, partial(chunk, contacts)) for contacts in _chunks(sorted(history), CHUNK))


def _filled(services: Services, tx: Tx, contacts: Sequence[int], history: Mapping[int, Sequence[Any]]) -> list[ContactRecord]:
    """The records that change. Left out: registers that a merge emptied since, which are folded before that person's next turn."""
    records = [record for record in tx.runs.records(contacts) if not emptied(record)]
    linked = services.link(tx, [record.zone for record in records])
    after = refold_records(tx, linked, records, history) if records else []
    return [new for new, old in zip(after, records, strict=True) if new != old]


def _chunks(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
