"""The store in memory: one unit at a time, on a copy that takes the place of the old state when the unit succeeds."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from parcours.app.ports import Tx
from parcours.testing.memory.inbox import prune
from parcours.testing.memory.state import State
from parcours.testing.memory.transaction import MemoryTx

T = TypeVar("T")


class MemoryStore:
    """A store that forgets everything when it is dropped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = threading.local()
        self._states: dict[int, State] = {}

    def write(self, workspace: int, unit: Callable[[Tx], T], /) -> T:
        """Run a unit; when it raises, nothing of it is kept."""
        if getattr(self._inside, "writing", False):
            raise RuntimeError("a unit of work cannot wait for another: do both in one")
        with self._lock:
            self._inside.writing = True
            try:
                state = self._states.get(workspace, State()).copy(writable=True)
                result = unit(MemoryTx(workspace, state))
                self._states[workspace] = state
                return result
            finally:
                self._inside.writing = False

    def write_anyway(self, workspace: int, unit: Callable[[Tx], T], /) -> T:
        """The same: memory is never full."""
        return self.write(workspace, unit)

    def submit(self, workspace: int, unit: Callable[[Tx], T], /) -> "Future[T]":
        """Run a unit now; its future is done when this returns."""
        future: Future[T] = Future()
        try:
            future.set_result(self.write(workspace, unit))
        except Exception as error:
            future.set_exception(error)
        return future

    def read(self, workspace: int, unit: Callable[[Tx], T], /) -> T:
        """Run a unit on the state as it is now."""
        return unit(MemoryTx(workspace, self._states.get(workspace, State()).copy(writable=False)))

    def fault(self) -> str | None:
        """None: there is no disk to fail."""
        return None

    def prune(self, workspace: int, now: int, /) -> int:
        """Forget ids that came by the door over 30 days before `now` and left the inbox; answers how many."""
        with self._lock:
            return prune(self._states.get(workspace, State()), now)

    def close(self) -> None:
        """Nothing to close."""
