"""Merges in memory."""

from collections.abc import Sequence
from dataclasses import replace

from parcours.app.ports import Arrival
from parcours.core.terms.events import NEVER, Event
from parcours.testing.memory.people import survivor_of
from parcours.testing.memory.state import Kept, State, plain


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

    def tell(self, partition: int, events: Sequence[Event], /) -> None:
        """Keep events that a merge itself tells."""
        self._state.writing()
        for event in events:
            arrival = Arrival(
                event.message_id, event.message_id.hex(), 0, "internal", event.name, event.occurred, event.received, event.kind,
                contact=event.contact, properties=plain(event.properties), history=event.history,
            )  # fmt: skip
            turned = None if event.turned == NEVER else event.turned
            row = Kept(arrival, event.name, arrival.properties, event.contact, event.seq, partition, turned)
            self._state.inbox[self._state.next("inbox")] = row

    def absorbed(self, contacts: Sequence[int], /) -> dict[int, list[tuple[int, int]]]:
        """(number, partition) of everybody who was merged into each of these, directly or through others."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number, contact in sorted(self._state.contacts.items()):
            way = [number]
            while (into := self._state.contacts[way[-1]].merged_into) is not None:
                way.append(into)
            for asked in (each for each in way[1:] if each in contacts):
                found.setdefault(asked, []).append((number, contact.partition))
                break
        return found

    def merged_into(self) -> dict[int, int]:
        """Every merged contact and its (last) survivor."""
        merged = [number for number, contact in self._state.contacts.items() if contact.merged_into is not None]
        return {number: survivor_of(self._state, number) for number in merged}
