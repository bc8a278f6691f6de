"""Merges in memory."""

from dataclasses import replace

from parcours.testing.memory.people import survivor_of
from parcours.testing.memory.state import State


class MemoryMerging:
    """Moving what a merged contact had."""

    def __init__(self, state: State) -> None:
        self._state = state

    def move(self, loser: int, survivor: int, partition: int, next_seq: int, /) -> int:
        """Move identities, messages, mails, trace and inbox rows; answers the survivor's new next seq."""
        state = self._state
        state.writing()
        state.identities = {each: survivor if contact == loser else contact for each, contact in state.identities.items()}
        state.trace = [replace(row, contact=survivor) if row.contact == loser else row for row in state.trace]
        state.messages = {
            each: replace(message, contact=survivor) if message.contact == loser else message for each, message in state.messages.items()
        }
        state.mails = {each: replace(mail, contact=survivor) if mail.contact == loser else mail for each, mail in state.mails.items()}
        rows = [(number, row) for number, row in state.inbox.items() if row.contact == loser]
        for number, row in sorted(rows, key=lambda each: (each[1].turned is not None, each[1].seq or 0)):
            if row.seq is None:
                state.inbox[number] = replace(row, contact=survivor, arrival=replace(row.arrival, contact=survivor))
            else:
                state.inbox[number] = replace(row, contact=survivor, partition=partition, seq=next_seq)
                next_seq += 1
        return next_seq

    def merged_into(self) -> dict[int, int]:
        """Every merged contact and its (last) survivor."""
        merged = [number for number, contact in self._state.contacts.items() if contact.merged_into is not None]
        return {number: survivor_of(self._state, number) for number in merged}
