"""Recording outcomes while a batch is still on its way: as they come, many in one unit of work when they come fast."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from threading import Condition

from parcours.app.outcomes import Settled
from parcours.app.ports import Message, MessageState, Tx
from parcours.app.second_check import survivors
from parcours.app.services import Services


def held(tx: Tx, messages: Sequence[Message], owner: str) -> set[bytes]:
    """Ids of the messages that are still this owner's claim."""
    known = tx.messages.load([message.id for message in messages])
    return {key for key, row in known.items() if row.state == MessageState.CLAIMED and row.claimed_by == owner}


def record(tx: Tx, settled: Sequence[Settled], owner: str) -> int:
    """Write states and receipts in this unit; answers how many. A message that is no longer this owner's claim is left to who has it."""
    still = held(tx, [item.message for item in settled], owner)
    mine = [item for item in settled if item.message.id in still]
    tx.messages.settle([item.message for item in mine])
    tx.inbox.append([event for item in mine for event in item.events])
    stopped = survivors(tx, [item.message.contact for item in mine if item.suppress])
    hold = "suppressed:email"
    tx.people.save([replace(contact, holds=(*contact.holds, hold)) for contact in stopped.values() if hold not in contact.holds])
    return len(mine)


class Settler:
    """Takes outcomes one by one and writes those that gathered while the last write was on its way to the disk."""

    def __init__(self, services: Services, owner: str) -> None:
        self._services = services
        self._owner = owner
        self._waiting: list[Settled] = []
        self._writing = False
        self._error: BaseException | None = None
        self._changed = Condition()

    def add(self, settled: Settled) -> None:
        """Record an outcome soon."""
        with self._changed:
            self._waiting.append(settled)
            if self._writing:
                return
            self._writing = True
        self._write()

    def finish(self) -> None:
        """Return when everything added is on disk; raises what a write raised."""
        with self._changed:
            self._changed.wait_for(lambda: not self._writing)
            if self._error is not None:
                raise self._error

    def _write(self) -> None:
        with self._changed:
            batch, self._waiting = self._waiting, []
        future = self._services.store.submit(self._services.workspace, lambda tx: record(tx, batch, self._owner))
        future.add_done_callback(self._written)

    def _written(self, future: "Future[int]") -> None:
        error = future.exception()
        with self._changed:
            self._error = self._error or error
            if not self._waiting or self._error is not None:
                self._writing = False
                self._changed.notify_all()
                return
        self._write()
