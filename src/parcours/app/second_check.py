"""The second check (journeys.md §5): right before a message leaves, is it still allowed to? It can only turn planned into skipped."""

import time
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Final

from parcours.app.ports import Contact, Message, Outgoing, Tx
from parcours.app.services import Services
from parcours.core.people.permission import refusal_to_deliver

FRESH_SECONDS: Final = 0.5
"""How old the last look at consents and holds may be when a message starts; an opt-out binds within a second."""

CLAIM_MARGIN: Final = 10_000_000
"""Nothing starts in the last 10 s of a claim (µs): another worker may soon think that we are gone."""

CLAIM_LOST: Final = "claim_lost"
UNREADABLE: Final = "unreadable"


def survivors(tx: Tx, contacts: Iterable[int]) -> dict[int, Contact]:
    """The contact behind each number: the survivor of its merges."""
    wanted = dict.fromkeys(contacts)
    found = tx.people.load(list(wanted))
    answer: dict[int, Contact] = {}
    for number in wanted:
        contact = found.get(number)
        while contact is not None and contact.merged_into is not None:
            if contact.merged_into not in found:
                found.update(tx.people.load([contact.merged_into]))
            contact = found.get(contact.merged_into)
        if contact is not None:
            answer[number] = contact
    return answer


def refusal(message: Message, contact: Contact | None) -> str | None:
    """Why this message may not leave for this person any more, or None."""
    if contact is None:
        return "erased"
    return refusal_to_deliver(
        contact.consents, contact.holds, message.channel, message.topic, transactional=message.transactional, erased=contact.erased
    )


class Watch:
    """Looks again, at most half a second before each message of a claimed batch starts. Safe to ask from several threads."""

    def __init__(self, services: Services, messages: Mapping[bytes, Message], people: Mapping[int, Contact], read_at: float) -> None:
        """`people` as read at `read_at` (time.monotonic())."""
        self._services = services
        self._messages = messages
        self._people = people
        self._read_at = read_at
        self._lock = Lock()
        self.claimed_until = min((message.claimed_until for message in messages.values()), default=0)
        self.refusals: dict[bytes, str] = {}

    def may_start(self, outgoing: Outgoing) -> bool:
        """Whether the message may start now; `refusals` says why not."""
        message = self._messages[outgoing.message_id]
        if self._services.clock.real() > self.claimed_until - CLAIM_MARGIN:
            why: str | None = CLAIM_LOST
        else:
            people = self._fresh()
            why = UNREADABLE if people is None else refusal(message, people.get(message.contact))
        if why is not None:
            self.refusals[message.id] = why
        return why is None

    def _fresh(self) -> Mapping[int, Contact] | None:
        """The people of the batch as they are now; None when they cannot be read, and then nothing starts."""
        with self._lock:
            if time.monotonic() - self._read_at > FRESH_SECONDS:
                began = time.monotonic()
                numbers = {message.contact for message in self._messages.values()}
                try:
                    self._people = self._services.store.read(self._services.workspace, lambda tx: survivors(tx, sorted(numbers)))
                except Exception:  # the database may be gone for a moment, whatever it raises: nothing may start then
                    return None
                self._read_at = began
            return self._people
