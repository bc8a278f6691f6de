"""Import a file: its rows become history that starts nothing. Importing it again adds nothing; a stopped import goes on where it stood."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from parcours.app.arrivals import arrival, content_digest
from parcours.app.import_progress import Checkpoint, Counts, Rejects
from parcours.app.local_times import UnknownZone, WallClock
from parcours.app.operations import Refusal
from parcours.app.ports import Arrival, FileFault, NotDurable, Reading, Row, RowFile, Tx
from parcours.app.row_mapping import RowMapping, Subject
from parcours.app.row_ranks import RowRanks
from parcours.app.row_values import Unmappable
from parcours.app.services import Services
from parcours.core.terms.intake import Envelope, Refused, take

Progress = Callable[[int, int], None]

IMPORT_SOURCE: Final = -1
"""The source of everything that came in a file."""
UNIT: Final = 1000
"""Rows of one unit of work."""
AHEAD: Final = 3
"""Units that may wait for the writer while the next rows are read."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. `map` and `event` as `RowMapping`; `zone` reads times without an offset, "" = the workspace's.

    `source` names where the rows come from: the same id from two sources is two things. `rejects` is where refused rows are written.
    """

    subject: Subject
    path: Path
    rejects: Path
    reading: Reading = field(default_factory=Reading)
    map: Sequence[str] = ()
    event: str = ""
    zone: str = ""
    drop_empty: bool = False
    source: str = ""


def import_named(services: Services, progress: Progress, *, subject: Subject, path: str, rejects: str, **options: Any) -> dict[str, Any]:
    """The operation `files.import`; options are those of Order, with `form`, `encoding` and `delimiter`. Raises Refusal."""
    reading = Reading(**{name: options.pop(name) for name in ("form", "encoding", "delimiter") if name in options})
    try:
        return import_file(services, progress, Order(subject, Path(path), Path(rejects), reading, **options))
    except (FileFault, Unmappable, UnknownZone) as fault:
        raise Refusal(str(fault)) from fault


def import_file(services: Services, progress: Progress, order: Order) -> dict[str, Any]:
    """Runs an import; answers its counts. Raises FileFault, Unmappable or UnknownZone with nothing kept, Refusal when it stopped midway."""
    file = services.files.open(order.path, order.reading)
    zone = order.zone or _workspace_zone(services)
    mapping = RowMapping(order.subject, order.map, WallClock(zone), event=order.event, drop_empty=order.drop_empty)
    left_out = mapping.check(file.columns) if file.columns is not None else ()
    checkpoint = Checkpoint.of(services.directory / "imports", _identity(order, file, zone))
    work = _Import(services, order, file, mapping, checkpoint, progress)
    counts = work.run()
    checkpoint.forget()
    services.wake()
    answer = {**counts.as_dict(), "resumed_after": work.skipped, "left_out": list(left_out), "zone": zone}
    return {**answer, "rejects": str(order.rejects)} if counts.rejected else answer


def _workspace_zone(services: Services) -> str:
    return str(services.store.read(services.workspace, lambda tx: tx.definitions.settings()).get("zone") or "Europe/Paris")


def _identity(order: Order, file: RowFile, zone: str) -> str:
    options = (order.subject, order.source, order.event, zone, order.drop_empty, tuple(order.map), order.reading)
    return hashlib.blake2b(file.digest + repr(options).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class _Unit:
    """Rows taken in: what to keep, and the rows refused, with reasons."""

    arrivals: list[Arrival]
    refused: list[tuple[Row, str]]

    @property
    def rows(self) -> int:
        return len(self.arrivals) + len(self.refused)


class _Import:
    """One run of an import over its file."""

    def __init__(
        self, services: Services, order: Order, file: RowFile, mapping: RowMapping, checkpoint: Checkpoint, progress: Progress
    ) -> None:
        self._services, self._order, self._file, self._mapping = services, order, file, mapping
        self._checkpoint, self._tell = checkpoint, progress
        self._counts = checkpoint.counts
        self.skipped = checkpoint.counts.rows
        self._space = f"{order.subject}\x00{order.source}"
        self._envelope = Envelope(received=services.clock.now(), history=True, trusted=True)
        self._waiting: deque[tuple[Future[list[bool]], _Unit]] = deque()
        self._rejects = Rejects(order.rejects, resumed=self.skipped > 0)

    def run(self) -> Counts:
        """Reads the file twice: once to know which rows are equal, once to keep them."""
        ranks = RowRanks(self._digest(row) for row in self._all_rows(0))
        with self._rejects:
            for rows in _units(self._all_rows(self._file.size)):
                unit = self._taken(rows, ranks)
                if unit.rows:
                    self._submit(unit)
            while self._waiting:
                self._settle()
        self._tell(2 * self._file.size, 2 * self._file.size)
        return self._counts

    def _all_rows(self, before: int) -> Iterator[Row]:
        for number, row in enumerate(self._file.rows()):
            if number % UNIT == 0:
                self._tell(before + self._file.done(), 2 * self._file.size)
            yield row

    def _digest(self, row: Row) -> bytes:
        return content_digest(self._space, row.values)

    def _taken(self, rows: list[tuple[int, Row]], ranks: RowRanks) -> _Unit:
        """What becomes of the rows that were not imported before."""
        unit = _Unit([], [])
        for number, row in rows:
            own_id = ranks.next_id(number)
            if number < self.skipped:
                continue
            try:
                unit.arrivals.append(self._arrival(row, own_id))
            except (Refused, Unmappable) as fault:
                unit.refused.append((row, str(fault)))
        return unit

    def _arrival(self, row: Row, own_id: str) -> Arrival:
        if row.fault:
            raise Unmappable(row.fault)
        message, occurred = self._mapping.message(row.values)
        intake = take(message, self._envelope, occurred=occurred)
        if intake.message_id is None:
            return arrival(intake, self._envelope.received, IMPORT_SOURCE, own_id, kept_forever=True)
        key = content_digest(self._space, intake.message_id)
        return arrival(intake, self._envelope.received, IMPORT_SOURCE, intake.message_id, kept_forever=True, key=key)

    def _submit(self, unit: _Unit) -> None:
        while len(self._waiting) >= AHEAD:
            self._settle()

        def keep(tx: Tx) -> list[bool]:
            return tx.inbox.append(unit.arrivals)

        try:
            future = self._services.store.submit(self._services.workspace, keep)
        except NotDurable as lost:
            while self._waiting:
                self._settle()
            raise self._stopped(lost) from lost
        self._waiting.append((future, unit))

    def _settle(self) -> None:
        """Wait for the oldest unit. When it is lost, those after it are not counted either: the next run begins there."""
        future, unit = self._waiting.popleft()
        try:
            kept = future.result()
        except NotDurable as lost:
            raise self._stopped(lost) from lost
        self._rejects.add(unit.refused)
        self._counts = self._counts.plus(kept, len(unit.refused))
        self._checkpoint.keep(self._counts)
        self._services.wake()

    def _stopped(self, lost: NotDurable) -> Refusal:
        return Refusal(f"Stopped after {self._counts.rows:,} rows: {lost} Run the same command again to go on from there.")


def _units(rows: Iterator[Row]) -> Iterator[list[tuple[int, Row]]]:
    unit: list[tuple[int, Row]] = []
    for numbered in enumerate(rows):
        unit.append(numbered)
        if len(unit) == UNIT:
            yield unit
            unit = []
    if unit:
        yield unit


def counts_of(answer: Mapping[str, Any]) -> str:
    """One line for people."""
    parts = [
        f"{answer['rows']:,} rows",
        f"{answer['accepted']:,} new",
        f"{answer['duplicates']:,} known already",
        f"{answer['rejected']:,} rejected",
    ]
    return ", ".join(parts)
