"""The one writer: a thread, a queue, and one commit for all units that queued meanwhile.

Each unit runs in a savepoint. A failing unit rolls back alone and is answered alone; the others are answered once the commit
is on the disk. After an error of the disk nothing is tried again: what a failed sync left behind is not known.
"""

import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

import pysqlite3.dbapi2 as sqlite

from parcours.app.ports import Tx
from parcours.app.ports.store import NotDurable
from parcours.failpoints import reach_commit
from parcours.store.faults import full, refused, stopped
from parcours.store.sqlite.faults import meaning
from parcours.store.sqlite.session import SqliteSession
from parcours.store.transaction import SqlTx

GROUP_SECONDS: Final = 0.05
GROUP_UNITS: Final = 256
LONGEST_QUEUE: Final = 10_000
_SWITCH_SECONDS: Final = 0.0002


@dataclass(slots=True, eq=False)
class Job:
    """A unit that waits, and where its answer goes."""

    workspace: int
    unit: Callable[[Tx], Any]
    future: "Future[Any]"


@dataclass(slots=True)
class Outcome:
    """What a unit gave, before the commit."""

    job: Job
    result: Any = None
    error: BaseException | None = None


class _GroupLost(Exception):
    """The whole transaction is gone, with every unit in it; `answer` goes to all of them."""

    def __init__(self, answer: NotDurable) -> None:
        super().__init__(str(answer))
        self.answer = answer


class Writer:
    """Owns the writing connection. `fault` is why it stopped for good, None while it works; `on_fault` is told at once."""

    def __init__(self, connection: sqlite.Connection, on_fault: Callable[[str], None] | None = None) -> None:
        self.fault: NotDurable | None = None
        self._connection = connection
        self._on_fault = on_fault
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closed = False
        # Each statement gives up the interpreter lock; under load the default interval makes the writer wait 5 ms to get it back.
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_SECONDS))
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, workspace: int, unit: Callable[[Tx], Any]) -> "Future[Any]":
        """Queue a unit. Raises NotDurable when the writer stopped or too much is waiting."""
        if self.fault is not None:
            raise self.fault
        if self._closed:
            raise NotDurable("Parcours is stopping.")
        if threading.current_thread() is self._thread:
            raise RuntimeError("a unit of work cannot wait for another: do both in one")
        if self._queue.qsize() >= LONGEST_QUEUE:
            raise NotDurable("Too much is waiting to be written.", retry_after=2)
        job = Job(workspace, unit, Future())
        self._queue.put(job)
        return job.future

    def finish(self) -> None:
        """Take nothing more, write what is queued, then end."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def close(self) -> None:
        """Close the connection of a writer that has finished; the last connection to close tidies the database."""
        self._connection.close()

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            if not self._group(job):
                break
        while not self._queue.empty():
            left = self._queue.get()
            if left is not None:
                _answer(left, error=self.fault or NotDurable("Parcours is stopping."))

    def _group(self, first: Job) -> bool:
        """Run one group; False when no other may follow."""
        outcomes: list[Outcome] = []
        try:
            open_end = self._collect(first, outcomes)
            reach_commit((outcome.job.unit for outcome in outcomes), "before_commit")
            self._connection.execute("COMMIT")
            reach_commit((outcome.job.unit for outcome in outcomes), "after_commit")
        except _GroupLost as lost:
            return self._lose(first, outcomes, lost.answer)
        except sqlite.Error as error:
            return self._lose(first, outcomes, self._read(error))
        for outcome in outcomes:
            _answer(outcome.job, outcome.result, outcome.error)
        return open_end

    def _collect(self, first: Job, outcomes: list[Outcome]) -> bool:
        """Run queued units until the queue is empty, the time is over or the group is large; False when the queue ends."""
        self._connection.execute("BEGIN IMMEDIATE")
        until = time.monotonic() + GROUP_SECONDS
        job: Job | None = first
        while job is not None:
            outcome = Outcome(job)
            outcomes.append(outcome)
            self._attempt(outcome, alone=len(outcomes) == 1)
            if len(outcomes) >= GROUP_UNITS or time.monotonic() >= until or self._queue.empty():
                return True
            job = self._queue.get()
        return False

    def _attempt(self, outcome: Outcome, alone: bool) -> None:
        """Run one unit, in a savepoint unless it is `alone` so far. Raises _GroupLost when all of the group is lost."""
        if not alone:
            self._connection.execute("SAVEPOINT unit")
        try:
            outcome.result = outcome.job.unit(SqlTx(SqliteSession(self._connection, outcome.job.workspace)))
        except BaseException as error:
            outcome.error = self._failed(error)
        if not self._connection.in_transaction:
            raise _GroupLost(full())
        if outcome.error is not None:
            self._undo(alone)
        if not alone:
            self._connection.execute("RELEASE unit")

    def _undo(self, alone: bool) -> None:
        if not alone:
            self._connection.execute("ROLLBACK TO unit")
            return
        self._connection.execute("ROLLBACK")
        self._connection.execute("BEGIN IMMEDIATE")

    def _failed(self, error: BaseException) -> BaseException:
        kind = meaning(error)
        if kind == "unit":
            return error
        answer = self._read(error)
        if kind == "stop":
            raise _GroupLost(answer) from error
        return answer

    def _read(self, error: BaseException) -> NotDurable:
        """The answer for an error of SQLite outside a unit's own fault; from an error of the disk on the writer is stopped."""
        kind = meaning(error)
        if kind == "full":
            return full()
        if kind == "refused":
            return refused(error)
        self.fault = stopped(error)
        return self.fault

    def _lose(self, first: Job, outcomes: list[Outcome], answer: NotDurable) -> bool:
        if self.fault is None and self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except sqlite.Error as error:
                answer = self.fault = stopped(error)
        for outcome in outcomes or [Outcome(first)]:
            _answer(outcome.job, error=answer)
        if self.fault is not None and self._on_fault is not None:
            self._on_fault(str(self.fault))
        return self.fault is None


def _answer(job: Job, result: Any = None, error: BaseException | None = None) -> None:
    if not job.future.set_running_or_notify_cancel():
        return
    if error is None:
        job.future.set_result(result)
    else:
        job.future.set_exception(error)
