"""The inbox in memory."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from parcours.app.ports import Arrival, Arrived, Placement
from parcours.core.terms.events import NEVER, Event
from parcours.testing.memory.state import Kept, State, plain

KEPT_FOR: Final = 30 * 86_400_000_000


def event_of(row: Kept) -> Event:
    """The event of a placed row."""
    assert row.contact is not None
    assert row.seq is not None
    came = row.arrival
    turned = NEVER if row.turned is None else row.turned
    return Event(
        row.contact, row.seq, row.name, came.occurred, came.received, turned, came.kind, row.properties, came.history, came.message_id
    )


def prune(state: State, now: int) -> int:
    """Forget ids that may be forgotten; answers how many."""
    old = [known for known, until in state.seen.items() if until < now]
    for known in old:
        del state.seen[known]
    return len(old)


class MemoryInbox:
    """Arrived events."""

    def __init__(self, state: State) -> None:
        self._state = state

    def append(self, arrivals: Sequence[Arrival], /) -> list[bool]:
        """Keep the arrivals whose id is new."""
        known = {(row.arrival.source, row.arrival.message_id) for row in self._state.inbox.values()}
        answers = []
        for arrival in arrivals:
            identifier = (arrival.source, arrival.message_id)
            answers.append(identifier not in known and identifier not in self._state.seen)
            if answers[-1]:
                known.add(identifier)
                kept = replace(arrival, properties=plain(arrival.properties))
                self._state.inbox[self._state.next("inbox")] = Kept(kept, kept.name, kept.properties, kept.contact)
        return answers

    def unrouted(self, limit: int, /) -> list[Arrived]:
        """Rows not placed yet, oldest first."""
        return [Arrived(number, row.arrival) for number, row in self._state.inbox.items() if row.seq is None][:limit]

    def place(self, placements: Sequence[Placement], /) -> None:
        """Record what routing decided."""
        self._state.writing()
        for placed in placements:
            if placed.contact is None:
                self.remove([placed.row])
            elif placed.row in self._state.inbox:
                row = self._state.inbox[placed.row]
                self._state.inbox[placed.row] = replace(
                    row,
                    contact=placed.contact,
                    seq=placed.seq,
                    partition=placed.partition,
                    name=placed.name,
                    properties=plain(placed.properties),
                )

    def waiting(self, partitions: range, limit: int, /) -> list[int]:
        """Contacts of these partitions that have unturned events, longest waiting first."""
        oldest = [
            row.contact for row in self._state.inbox.values() if row.partition in partitions and row.seq is not None and row.turned is None
        ]
        return [contact for contact in dict.fromkeys(oldest[: 4 * limit]) if contact is not None][:limit]

    def _rows_of(self, contact: int) -> list[Kept]:
        rows = [row for row in self._state.inbox.values() if row.contact == contact and row.seq is not None]
        return sorted(rows, key=lambda row: row.seq or 0)

    def events(self, contacts: Sequence[int], /) -> dict[int, list[Event]]:
        """Unturned events of the contacts, by seq."""
        found = {contact: [event_of(row) for row in self._rows_of(contact) if row.turned is None] for contact in contacts}
        return {contact: events for contact, events in found.items() if events}

    def turn(self, turned: Sequence[tuple[int, int, int]], /) -> None:
        """Record (contact, seq, turned instant)."""
        self._state.writing()
        instants = {(contact, seq): instant for contact, seq, instant in turned}
        for number, row in self._state.inbox.items():
            if row.contact is not None and row.seq is not None and (row.contact, row.seq) in instants:
                self._state.inbox[number] = replace(row, turned=instants[row.contact, row.seq])

    def turned(self, partition: int, limit: int, /) -> list[tuple[int, Event, int, str]]:
        """Turned rows of a partition, oldest first."""
        rows = [(number, row) for number, row in self._state.inbox.items() if row.partition == partition and row.turned is not None]
        return [(number, event_of(row), row.arrival.source, row.arrival.client_message_id) for number, row in rows[:limit]]

    def remove(self, rows: Sequence[int], /) -> None:
        """Drop rows; their ids stay known."""
        self._state.writing()
        for number in rows:
            row = self._state.inbox.pop(number, None)
            if row is not None:
                until = NEVER if row.arrival.kept_forever else row.arrival.received + KEPT_FOR
                self._state.seen.setdefault((row.arrival.source, row.arrival.message_id), until)
