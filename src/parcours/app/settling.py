"""Recording outcomes while a batch is still on its way: as they come, many in one unit of work when they come fast."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from queue import SimpleQueue
from threading import Event, Thread
from typing import Final

from parcours.app.claims import held
from parcours.app.outcomes import Settled
from parcours.app.ports import NotDurable, Tx
from parcours.app.second_check import survivors
from parcours.app.services import Services

TRIES: Final = 60
SECONDS_BETWEEN: Final = 0.5
"""Half a lease (claims): after that another worker may have the messages."""


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
    """Takes outcomes one by one, and in a thread of its own writes those that gathered while the last write was on its way to the disk."""

    def __init__(self, services: Services, owner: str) -> None:
        self._services = services
        self._owner = owner
        self._waiting: SimpleQueue[Settled | None] = SimpleQueue()
        self._error: BaseException | None = None
        self._away = Event()
        self._thread = Thread(target=self._run, name="settling", daemon=True)
        self._thread.start()

    def add(self, *settled: Settled) -> None:
        """Record outcomes soon."""
        for item in settled:
            self._waiting.put(item)

    def finish(self) -> None:
        """Return when everything added is on disk; raises what a write raised."""
        self._waiting.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _write(self, settled: Sequence[Settled]) -> None:
        """An outcome that is not recorded is a message nobody knows about: a database that is away for a moment is waited for."""
        store, unit = self._services.store, partial(record, settled=settled, owner=self._owner)
        for _ in range(TRIES):
            try:
                store.write(self._services.workspace, unit)
            except NotDurable:
                if store.fault() is not None:
                    raise
                self._away.wait(SECONDS_BETWEEN)
            else:
                return
        store.write(self._services.workspace, unit)

    def _run(self) -> None:
        try:
            more = True
            while more:
                batch = [self._waiting.get()]
                while not self._waiting.empty():
                    batch.append(self._waiting.get())
                settled = [item for item in batch if item is not None]
                more = len(settled) == len(batch)
                if settled:
                    self._write(settled)
        except Exception as error:  # whatever the database raises is for the caller of finish
            self._error = error
