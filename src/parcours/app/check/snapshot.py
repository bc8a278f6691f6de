"""The events as they are at one instant: those of the inbox, and the files that the manifest names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parcours.app.ports import KeptRow, SegmentFile, Tx
from parcours.app.services import Services

PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one transaction saw; files that are replaced meanwhile stay for an hour."""

    inbox: list[KeptRow]
    segments: list[SegmentFile]
    names: dict[int, str]


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored event; `contact` and `seq` are None while it is not routed."""

    source: int
    message_id: bytes
    client_message_id: str
    contact: int | None
    seq: int | None
    name: str
    received: int
    properties: Mapping[str, Any]


def snapshot(services: Services) -> Snapshot:
    """Read it."""

    def unit(tx: Tx) -> Snapshot:
        inbox: list[KeptRow] = []
        while page := tx.extracts.kept(inbox[-1].row if inbox else 0, PAGE):
            inbox += page
        return Snapshot(inbox, tx.manifest.segments(), {code: name for name, code in tx.manifest.codes().items()})

    return services.store.read(services.workspace, unit)


def stored_events(services: Services, seen: Snapshot) -> Iterator[Stored]:
    """Every event of the snapshot, those of readable files only."""
    for row in seen.inbox:
        yield Stored(row.source, row.message_id, row.client_message_id, row.contact, row.seq, row.name, row.received, row.properties)
    for event, source, client in services.history.rows(readable(services, seen), seen.names):
        yield Stored(source, event.message_id, client, event.contact, event.seq, event.name, event.received, event.properties)


def readable(services: Services, seen: Snapshot) -> list[SegmentFile]:
    """The files that are there and whole."""
    return [segment for segment in seen.segments if not services.history.verify([segment], lambda done: None)]
