"""Forgetting contacts in memory."""

from collections.abc import Sequence
from dataclasses import replace

from parcours.testing.memory.inbox import MemoryInbox
from parcours.testing.memory.people import survivor_of
from parcours.testing.memory.state import State


class MemoryErasure:
    """Tombstones."""

    def __init__(self, state: State) -> None:
        self._state = state

    def erase(self, contact: int, at: int, /) -> None:
        """Leave a tombstone of the contact and of those merged into it. Raises LookupError when it is not stored."""
        self._state.writing()
        if contact not in self._state.contacts:
            raise LookupError(f"no such contact: {contact}")
        family = {each for each in self._state.contacts if each == contact or self._merged_into(each, contact)}
        for member in sorted(family):
            held = self._state.contacts[member]
            if not held.erased:
                self._state.contacts[member] = replace(held, erased=True, user_id=None, attributes={}, tags=(), consents={}, holds=())
                self._state.owed[member] = at
        self._drop(family)

    def _merged_into(self, contact: int, survivor: int) -> bool:
        return contact != survivor and survivor_of(self._state, contact) == survivor_of(self._state, survivor) == survivor

    def _drop(self, family: set[int]) -> None:
        state = self._state
        names = {(each.kind, each.value) for each, contact in state.identities.items() if contact in family}
        MemoryInbox(state).remove(
            [
                number
                for number, row in state.inbox.items()
                if row.contact in family
                or (row.seq is None and (("user", row.arrival.user_id) in names or ("anonymous", row.arrival.anonymous_id) in names))
            ]
        )
        gone = {each for each, message in state.messages.items() if message.contact in family}
        state.identities = {each: contact for each, contact in state.identities.items() if contact not in family}
        state.records = {each: record for each, record in state.records.items() if each not in family}
        state.trace = [row for row in state.trace if row.contact not in family]
        state.links = {each: link for each, link in state.links.items() if link.message_id not in gone}
        state.clicks = {row: each for row, each in state.clicks.items() if each[0].message_id not in gone}
        state.messages = {each: message for each, message in state.messages.items() if each not in gone}
        state.mails = {each: mail for each, mail in state.mails.items() if mail.contact not in family}

    def owed(self) -> list[int]:
        """Erased contacts that segments may still hold, oldest erasure first."""
        return sorted(self._state.owed, key=lambda contact: (self._state.owed[contact], contact))

    def settle(self, contacts: Sequence[int], /) -> None:
        """The history no longer holds these contacts."""
        self._state.writing()
        for contact in contacts:
            self._state.owed.pop(contact, None)

    def suppress(self, digests: Sequence[bytes], at: int, /) -> None:
        """Keep salted digests of addresses that may not be written to."""
        self._state.writing()
        self._state.suppressed.update(digests)

    def suppressed(self, digests: Sequence[bytes], /) -> set[bytes]:
        """Which of these digests are kept."""
        return self._state.suppressed & set(digests)
