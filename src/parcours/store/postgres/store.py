"""The store on PostgreSQL."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

import psycopg
from psycopg import errors
from psycopg_pool import PoolTimeout

from parcours.app.ports import Tx
from parcours.app.ports.store import NotDurable
from parcours.failpoints import reach_commit
from parcours.store.faults import full, refused
from parcours.store.postgres.connect import open_pool
from parcours.store.postgres.session import PostgresSession
from parcours.store.pruning import prune
from parcours.store.transaction import SqlTx

T = TypeVar("T")

LONGEST_QUEUE: Final = 2_000
"""Units submitted and not yet answered; each may hold a batch of events."""
_WORKERS: Final = 8
_READERS: Final = 8
_TRIES: Final = 5
_READING: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0"
"""One snapshot; it holds nothing that others wait for, so it may take its time."""
_AGAIN: Final = (errors.SerializationFailure, errors.DeadlockDetected)
_NOT_NOW: Final = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.IdleInTransactionSessionTimeout,
    errors.ReadOnlySqlTransaction,
    PoolTimeout,
)


class PostgresStore:
    """One database, shared by any number of processes. Units run in parallel; one that met a deadlock runs again, so it may run twice."""

    def __init__(self, url: str, *, writable: bool = True) -> None:
        self._writable = writable
        self._pool = open_pool(url, _WORKERS + _READERS)
        self._workers = ThreadPoolExecutor(_WORKERS, "store-writer")
        self._room = threading.BoundedSemaphore(LONGEST_QUEUE)

    def write(self, workspace: int, unit: Callable[[Tx], T], /) -> T:
        """Run a unit in a transaction and wait for its commit. Raises NotDurable when the server cannot keep it."""
        if not self._writable:
            raise NotDurable("This database was opened for reading only.")
        for _ in range(_TRIES - 1):
            try:
                return self._once(workspace, unit)
            except _AGAIN:
                continue
        try:
            return self._once(workspace, unit)
        except _AGAIN as error:
            raise refused(error) from error

    def _once(self, workspace: int, unit: Callable[[Tx], T]) -> T:
        try:
            with self._pool.connection() as connection:
                result = unit(SqlTx(PostgresSession(connection, workspace)))
                reach_commit([unit], "before_commit")
                connection.commit()
                reach_commit([unit], "after_commit")
                return result
        except _AGAIN:
            raise
        except errors.DiskFull as error:
            raise full() from error
        except _NOT_NOW as error:
            raise refused(error) from error

    def write_anyway(self, workspace: int, unit: Callable[[Tx], T], /) -> T:
        """The same: the room of the server's disk is not ours to keep."""
        return self.write(workspace, unit)

    def submit(self, workspace: int, unit: Callable[[Tx], T], /) -> "Future[T]":
        """Run a unit in a thread; its future is resolved after the commit. Raises NotDurable when too much is waiting."""
        if not self._room.acquire(blocking=False):
            raise NotDurable("Too much is waiting to be written.", retry_after=2)
        future = self._workers.submit(self.write, workspace, unit)
        future.add_done_callback(lambda _: self._room.release())
        return future

    def read(self, workspace: int, unit: Callable[[Tx], T], /) -> T:
        """Run a unit that only reads, on one snapshot. Raises NotDurable when the server does not answer."""
        try:
            with self._pool.connection() as connection:
                connection.execute(_READING)
                try:
                    return unit(SqlTx(PostgresSession(connection, workspace, reading=True)))
                finally:
                    connection.rollback()
        except _NOT_NOW as error:
            raise refused(error) from error

    def fault(self) -> str | None:
        """None: a server that failed may come back, and writing goes on then."""
        return None

    def prune(self, workspace: int, now: int, /) -> int:
        """Forget ids that came by the door over 30 days before `now` and left the inbox; answers how many."""
        return prune(self, workspace, now)

    def close(self) -> None:
        """Finish what runs and close."""
        self._workers.shutdown()
        self._pool.close()
