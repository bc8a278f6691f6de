"""A small pool of reading connections; each read sees one snapshot."""

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pysqlite3.dbapi2 as sqlite

from parcours.app.ports import Tx
from parcours.store.sqlite.connect import connect
from parcours.store.sqlite.session import SqliteSession
from parcours.store.transaction import SqlTx

MOST: Final = 8


class Readers:
    """Connections are opened when they are first needed, at most eight; a ninth read waits for one of them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._free: queue.LifoQueue[sqlite.Connection] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._open: list[sqlite.Connection] = []

    def _take(self) -> sqlite.Connection:
        try:
            return self._free.get_nowait()
        except queue.Empty:
            pass
        with self._lock:
            if len(self._open) < MOST:
                connection = connect(self._path)
                self._open.append(connection)
                return connection
        return self._free.get()

    def read(self, workspace: int, unit: Callable[[Tx], Any]) -> Any:
        """Run a unit that only reads, on one snapshot."""
        connection = self._take()
        try:
            connection.execute("BEGIN")
            try:
                return unit(SqlTx(SqliteSession(connection, workspace)))
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        finally:
            self._free.put(connection)

    def close(self) -> None:
        """Close every connection, after the reads under way."""
        with self._lock:
            for _ in self._open:
                self._free.get().close()
            self._open.clear()
