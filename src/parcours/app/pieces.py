"""Pieces: how many of a contact's waiting events are turned at once, and at which instants."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parcours.core.journey.state import ContactRecord, Status
from parcours.core.terms.events import Event


@dataclass(frozen=True, slots=True)
class Piece:
    """Events with their instants, to be turned in one go.

    `late` says that they end with history that came after what happened later: it was turned now, and counts at its own instant, so the
    registers are folded again before anything else. `more` says that events are left for then.
    """

    events: Sequence[Event]
    late: bool = False
    more: bool = False

    def until(self, usual: int) -> int:
        """Up to when deadlines may fire: after late history none may, with registers that are not in order."""
        return self.events[-1].turned if self.late else usual

    def is_history(self) -> bool:
        """Whether there is something, and none of it is news."""
        return bool(self.events) and all(event.history for event in self.events)


def piece_of(record: ContactRecord, events: Sequence[Event], now: int) -> Piece:
    """The first piece of a contact's waiting events.

    Each event is given the clock's instant, never before the contact's last. History keeps its own where that still fits; where it does
    not, all of it that stands together shares one instant.
    """
    last, stamped, late = record.last_turned, list[Event](), False
    for event in events:
        fits = event.history and event.occurred > last
        if late and (fits or not event.history):
            return Piece(stamped, late=True, more=True)
        if not late:
            last = event.occurred if fits else max(now, last + 1)
        late = late or (event.history and not fits)
        stamped.append(replace(event, turned=last))
    return Piece(stamped, late)


def needs_registers(record: ContactRecord, piece: Piece) -> bool:
    """Whether anything is or may be decided for the contact: history alone, for somebody who is nowhere inside, decides nothing."""
    inside = bool(record.pendings) or any(run.status != Status.ENDED for run in record.runs)
    return inside or piece.more or any(not event.history for event in piece.events)
