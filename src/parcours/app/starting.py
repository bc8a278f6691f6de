"""Starting a message: one unit of work, right before its first byte leaves, that checks once more and records that it begins.

Because the check reads consents and holds in the unit that records the beginning, no message begins after an opt-out was committed; and
because the beginning is on disk first, a crash can leave no message whose state says less than what may have happened. The same unit
records what became of the connection's last message: each connection has at most one message of which a crash loses the outcome.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from parcours.app.claims import CLAIM_LOST, LEASE, ON_HOLD, UNREADABLE, held
from parcours.app.outcomes import Settled, interrupted, settle
from parcours.app.ports import Delivery, Message, Outgoing, StoredLink, Tx
from parcours.app.second_check import on_hold, refusal, survivors
from parcours.app.services import Services
from parcours.app.settling import Settler, record

MARGIN: Final = 10_000_000
"""What must be left of a claim (µs) when a message starts: a process may have stood still since it was recorded."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message that may leave, with the address it will go to, and rendered."""

    message: Message
    outgoing: Outgoing


class Starter:
    """The sender's side of one claimed batch (see the Sending port): starts its messages and hears of their ends, from any thread."""

    def __init__(self, services: Services, owner: str, ready: Sequence[Prepared], settler: Settler) -> None:
        self._services = services
        self._owner = owner
        self._settler = settler
        self._ready = {item.message.id: item for item in ready}
        self._until: dict[bytes, int] = {}
        self._refusals: dict[bytes, str] = {}

    def start(self, identities: Iterable[bytes], after: Sequence[Settled] = ()) -> None:
        """Check and record several at once: for channels that take a whole batch within a moment, and know a message they had before."""
        asked = [self._ready[identity] for identity in identities]

        def unit(tx: Tx) -> dict[bytes, str]:
            record(tx, after, self._owner)
            return self._begin(tx, asked)

        try:
            self._refusals |= self._services.store.write(self._services.workspace, unit)
        except Exception:  # the database may be gone for a moment, whatever it raises: nothing starts then
            self._refusals |= {item.message.id: UNREADABLE for item in asked}
            self._settler.add(*after)

    def may_start(self, outgoing: Outgoing, after: Delivery | None = None, /) -> bool:
        """Whether the message may start now; records that it does, and what became of the connection's last one."""
        identity = outgoing.message_id
        before = [self._end(after)] if after is not None else []
        if identity in self._until or identity in self._refusals:
            self._settler.add(*before)
        else:
            self.start([identity], before)
        if identity not in self._refusals and self._services.clock.real() > self._until[identity] - MARGIN:
            self._refusals[identity] = CLAIM_LOST
        return identity not in self._refusals

    def ended(self, delivery: Delivery, /) -> None:
        """What became of a message; recorded soon."""
        self._settler.add(self._end(delivery))

    def outstanding(self) -> list[Message]:
        """The messages that have not ended."""
        return [item.message for item in tuple(self._ready.values())]

    def interrupted(self, reason: str, *, idempotent: bool) -> None:
        """The channel failed: what has not ended is tried again, or uncertain when it began and may not be given to the channel twice."""
        now = self._services.clock.now()
        for message in self.outstanding():
            begun = message.id in self._until and not idempotent
            self._settler.add(interrupted(message, reason, now, begun=begun))

    def _end(self, delivery: Delivery) -> Settled:
        item, why = self._ready.pop(delivery.message_id), self._refusals.get(delivery.message_id, "")
        return settle(item.message, item.outgoing, delivery, self._services.clock.now(), why)

    def _begin(self, tx: Tx, asked: list[Prepared]) -> dict[bytes, str]:
        """Answers why some may not start; the others are recorded, with their links, under a fresh claim."""
        mine = held(tx, [item.message for item in asked], self._owner)
        people = survivors(tx, [item.message.contact for item in asked])
        hold = ON_HOLD if on_hold(tx) else None
        refused: dict[bytes, str] = {}
        begun: list[Prepared] = []
        for item in asked:
            why = hold or refusal(item.message, people.get(item.message.contact)) if item.message.id in mine else CLAIM_LOST
            if why is None:
                begun.append(item)
            else:
                refused[item.message.id] = why
        until = self._services.clock.real() + LEASE
        tx.messages.settle([replace(item.message, claimed_until=until) for item in begun])
        tx.messages.keep_links([StoredLink(item.message.id, number, url) for item in begun for number, url in item.outgoing.links.items()])
        self._until |= {item.message.id: until for item in begun}
        return refused
