"""Starting a message: one unit of work, right before its first byte leaves, that checks once more and records that it begins.

Because the check reads consents and holds in the unit that records the beginning, no message begins after an opt-out was committed; and
because the beginning is on disk first, a crash can leave no message whose state says less than what may have happened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from parcours.app.claims import LEASE, held
from parcours.app.ports import Message, Outgoing, StoredLink, Tx
from parcours.app.second_check import refusal, survivors
from parcours.app.services import Services

CLAIM_LOST: Final = "claim_lost"
UNREADABLE: Final = "unreadable"
MARGIN: Final = 10_000_000
"""What must be left of a claim (µs) when a message starts: a process may have stood still since it was recorded."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message that may leave, with the address it will go to, and rendered."""

    message: Message
    outgoing: Outgoing


class Starter:
    """Starts the messages of one claimed batch; `refusals` says why one may not. Safe to ask from several threads."""

    def __init__(self, services: Services, owner: str, ready: Mapping[bytes, Prepared]) -> None:
        self._services = services
        self._owner = owner
        self._ready = dict(ready)
        self._until: dict[bytes, int] = {}
        self.refusals: dict[bytes, str] = {}

    def start(self, identities: Iterable[bytes]) -> None:
        """Check and record several at once: for channels that take a whole batch within a moment, and know a message they had before."""
        asked = [self._ready[identity] for identity in identities]
        try:
            self.refusals |= self._services.store.write(self._services.workspace, lambda tx: self._begin(tx, asked))
        except Exception:  # the database may be gone for a moment, whatever it raises: nothing starts then
            self.refusals |= {item.message.id: UNREADABLE for item in asked}

    def may_start(self, outgoing: Outgoing) -> bool:
        """Whether the message may start now; records that it does."""
        identity = outgoing.message_id
        if identity not in self._until and identity not in self.refusals:
            self.start([identity])
        if identity not in self.refusals and self._services.clock.real() > self._until[identity] - MARGIN:
            self.refusals[identity] = CLAIM_LOST
        return identity not in self.refusals

    def _begin(self, tx: Tx, asked: list[Prepared]) -> dict[bytes, str]:
        """Answers why some may not start; the others are recorded, with their links, under a fresh claim."""
        mine = held(tx, [item.message for item in asked], self._owner)
        people = survivors(tx, [item.message.contact for item in asked])
        refused: dict[bytes, str] = {}
        begun: list[Prepared] = []
        for item in asked:
            why = refusal(item.message, people.get(item.message.contact)) if item.message.id in mine else CLAIM_LOST
            if why is None:
                begun.append(item)
            else:
                refused[item.message.id] = why
        until = self._services.clock.real() + LEASE
        tx.messages.settle([replace(item.message, claimed_until=until) for item in begun])
        tx.messages.keep_links([StoredLink(item.message.id, number, url) for item in begun for number, url in item.outgoing.links.items()])
        self._until |= {item.message.id: until for item in begun}
        return refused
