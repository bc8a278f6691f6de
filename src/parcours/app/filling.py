"""Filling: registers of everybody, folded over the whole history before something new goes by them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from parcours.app.ports import Tx
from parcours.app.refold import partition_history, refold_records
from parcours.app.services import Services
from parcours.app.warming import warm_up
from parcours.core.terms.ids import PARTITIONS

CHUNK: Final = 250


def fill_everybody(services: Services, progress: Callable[[int, int], None]) -> None:
    """Fold the whole history into the registers of everybody, a few people at a time."""
    warm_up()
    with services.archiving:
        for partition in range(PARTITIONS):
            history = partition_history(services, partition)
            people = sorted(history)
            for chunk in _chunks(people, CHUNK):
                services.store.write(services.workspace, partial(_fill_chunk, services, chunk, history))
            progress(partition + 1, PARTITIONS)


def _fill_chunk(services: Services, contacts: Sequence[int], history: Mapping[int, Sequence[Any]], tx: Tx) -> None:
    records = tx.runs.records(contacts)
    linked = services.link(tx, [record.zone for record in records])
    after = refold_records(tx, linked, records, history)
    tx.runs.save([new for new, old in zip(after, records, strict=True) if new != old])


def _chunks(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
