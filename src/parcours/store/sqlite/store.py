"""The store on SQLite."""

import contextlib
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Final, TypeVar, cast

import pysqlite3.dbapi2 as sqlite

from parcours.app.ports import Tx
from parcours.app.ports.store import NotDurable
from parcours.store.faults import StoreFull, full
from parcours.store.pruning import prune
from parcours.store.sqlite.connect import connect
from parcours.store.sqlite.readers import Readers
from parcours.store.sqlite.reserve import Reserve
from parcours.store.sqlite.writer import Writer

T = TypeVar("T")
_SHORT_LOG: Final = 20
"""On a full disk the log is emptied after so many units."""


class SqliteStore:
    """One database file: a writer (unless opened for reading only) and a few readers.

    `on_fault` is called once, from the writer's thread, when the disk failed and the process should end. `reserve` is how many bytes of the
    disk are kept for units that must not be refused.
    """

    def __init__(self, path: Path, *, writable: bool = True, on_fault: Callable[[str], None] | None = None, reserve: int = 0) -> None:
        self._path = path
        self._kept_anyway = 0
        self._reserve = Reserve(path.with_suffix(".reserve"), reserve if writable else 0)
        self._writer = Writer(connect(path, writable=True), on_fault) if writable else None
        self._readers = Readers(path)

    def submit(self, workspace: int, unit: Callable[[Tx], T], /) -> "Future[T]":
        """Queue a unit; its future is resolved after the commit. Raises NotDurable when nothing can be written."""
        if self._writer is None:
            raise NotDurable("This database was opened for reading only.")
        if not self._reserve.whole():
            raise full()
        return self._writer.submit(workspace, unit)

    def write(self, workspace: int, unit: Callable[[Tx], T], /) -> T:
        """Run a unit and wait for its commit."""
        return self.submit(workspace, unit).result()

    def write_anyway(self, workspace: int, unit: Callable[[Tx], T], /) -> T:
        """Run a unit and wait for its commit, on a full disk in the room of the reserve."""
        if self._writer is None:
            raise NotDurable("This database was opened for reading only.")
        try:
            result = self._writer.submit(workspace, unit).result()
        except StoreFull:
            self._reserve.give()
            self._keep_the_log_short()
            result = self._writer.submit(workspace, unit).result()
        if self._reserve.given:
            self._kept_anyway += 1
            if self._kept_anyway % _SHORT_LOG == 0:
                self._keep_the_log_short()
        return cast("T", result)

    def read(self, workspace: int, unit: Callable[[Tx], T], /) -> T:
        """Run a unit that only reads, on one snapshot."""
        return cast("T", self._readers.read(workspace, unit))

    def fault(self) -> str | None:
        """Why nothing can be written any more, None when all is well."""
        return str(self._writer.fault) if self._writer is not None and self._writer.fault is not None else None

    def prune(self, workspace: int, now: int, /) -> int:
        """Forget ids that came by the door over 30 days before `now` and left the inbox; answers how many."""
        forgotten = prune(self, workspace, now)
        self._empty_the_log()
        return forgotten

    def _empty_the_log(self) -> None:
        """Bring the write-ahead log into the database and cut it: older pages in it may show what was erased since.

        When somebody reads just then, the next call does it.
        """
        with contextlib.closing(connect(self._path, writable=True)) as connection:
            connection.execute("PRAGMA busy_timeout=200")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _keep_the_log_short(self) -> None:
        """While the reserve is all there is, its room is for the database, not for the log."""
        with contextlib.suppress(sqlite.Error):
            self._empty_the_log()

    def close(self) -> None:
        """Finish what is queued and close."""
        if self._writer is not None:
            self._writer.finish()
        self._readers.close()
        if self._writer is not None:
            self._writer.close()
