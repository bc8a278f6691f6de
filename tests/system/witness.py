"""A witness of a live system: under whom each event was turned and which contacts were merged when; and the replay of what it saw.

The replay knows nothing of stores, units and turns: it gives the kernel each contact's recorded events in one call, cut where late history
came (registers are folded anew after it) and where contacts were merged (the survivor goes on with the records and the past of both).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from parcours.app.ports import Tx
from parcours.app.refold import in_order, partition_history
from parcours.app.route import route
from parcours.app.services import Services
from parcours.app.turn import turn
from parcours.core.journey import Linked, advance, fill_registers
from parcours.core.journey.merging import merge_records
from parcours.core.journey.state import Action, ContactRecord, TraceEntry
from parcours.core.terms.events import NEVER, Event
from parcours.core.terms.ids import PARTITIONS
from parcours.workers.shards import EVERYTHING

EVERYBODY = range(1, 500)
FEW = 2
"""Contacts of one turn: those of one instant are turned in several, of which the first must know how late the last will be."""
Line = tuple[bytes | None, int, str | None, int, int, int]


@dataclass(frozen=True)
class Merge:
    """One merge: up to when each of the two had been turned, and the events that it told itself."""

    loser: int
    survivor: int
    lost_until: int
    kept_until: int
    at: int
    told: frozenset[bytes]


@dataclass
class Witness:
    """Looks after each routed row and after each turn."""

    services: Services
    owners: dict[bytes, int] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    late: set[bytes] = field(default_factory=set)

    def work(self) -> None:
        """Route and turn until nothing waits."""
        while self._route() or self._turn():
            pass

    def _route(self) -> int:
        before = self._standing()
        moved = route(self.services, 1)
        after = self.services.store.read(1, lambda tx: tx.people.load(list(EVERYBODY)))
        merged = [number for number, contact in after.items() if contact.merged_into is not None and number in before]
        told = frozenset(self._see())
        for loser in merged:
            survivor = after[loser].merged_into
            assert survivor is not None
            self.merges.append(Merge(loser, survivor, before[loser], before[survivor], self.services.clock.now(), told))
        return moved

    def _turn(self) -> int:
        moved = turn(self.services, EVERYTHING, FEW)
        self._see()
        return moved

    def _standing(self) -> dict[int, int]:
        """Up to when each contact has been turned."""

        def unit(tx: Tx) -> dict[int, int]:
            known = [number for number, contact in tx.people.load(list(EVERYBODY)).items() if contact.merged_into is None]
            return {record.contact: record.last_turned for record in tx.runs.records(known)}

        return self.services.store.read(1, unit)

    def _see(self) -> list[bytes]:
        """Note what was turned since the last look, and answer it."""

        def unit(tx: Tx) -> list[Event]:
            return [event for number in tx.people.load(list(EVERYBODY)) for event in tx.views.inbox_of(number) if event.turned < NEVER]

        new = [event for event in self.services.store.read(1, unit) if event.message_id not in self.owners]
        self.owners |= {event.message_id: event.contact for event in new}
        self.late |= {event.message_id for event in new if is_late(event)}
        return [event.message_id for event in new]


def is_late(event: Event) -> bool:
    """History that did not fit at its own instant."""
    return event.history and event.turned != event.occurred


def recorded(services: Services) -> list[Event]:
    """Every event that was turned and is kept, archived or not."""
    archived = [event for partition in range(PARTITIONS) for events in partition_history(services, partition).values() for event in events]

    def unit(tx: Tx) -> list[Event]:
        people = [number for number, contact in tx.people.load(list(EVERYBODY)).items() if not contact.erased]
        return [event for number in people for event in tx.views.inbox_of(number) if event.turned < NEVER]

    return [*archived, *services.store.read(1, unit)]


@dataclass
class Replay:
    """What the record gives, one contact after another."""

    linked: Linked
    witness: Witness
    events: Sequence[Event]
    public_ids: Mapping[int, str]
    actions: list[Action] = field(default_factory=list)
    trace: list[TraceEntry] = field(default_factory=list)
    seq: int = 0

    def everybody(self, until: int) -> None:
        """The lives of all who were not merged into somebody."""
        merged = {merge.loser for merge in self.witness.merges}
        for contact in self.public_ids:
            if contact not in merged:
                self.life(contact, until)

    def life(self, contact: int, until: int) -> tuple[ContactRecord, list[Event]]:
        """One contact up to an instant (deadlines strictly before it are fired), with those merged into it; its record and its past."""
        record, past = ContactRecord(contact, self.public_ids[contact]), list[Event]()
        told = {identifier for merge in self.witness.merges for identifier in merge.told}
        ahead = [e for e in self.events if self.witness.owners[e.message_id] == contact and e.message_id not in told]
        ahead.sort(key=lambda event: (event.turned, event.seq))
        for merge in (merge for merge in self.witness.merges if merge.survivor == contact):
            if record.last_turned < merge.kept_until:
                now = [event for event in ahead if event.turned <= merge.kept_until]
                ahead = ahead[len(now) :]
                record = self._lived(record, past, now, merge.kept_until + 1)
            lost, other = self.life(merge.loser, merge.lost_until + 1)
            joined, _, trace = merge_records(lost, record, merge.at)
            self.trace += trace
            said = [event for event in self.events if event.message_id in merge.told]
            past += [*other, *said]
            last = max([joined.last_turned, *(event.turned for event in said)])
            record = self._folded(replace(joined, zone=record.zone or lost.zone, last_turned=last), past)
        return self._lived(record, past, ahead, until), past

    def _lived(self, record: ContactRecord, past: list[Event], events: Sequence[Event], until: int) -> ContactRecord:
        """Give the events, which come after the past, in as few calls as the law allows."""
        start = 0
        for place, event in enumerate(events):
            if is_late(event) and (place + 1 == len(events) or events[place + 1].turned > event.turned):
                record = self._given(record, events[start : place + 1], event.turned)
                past += events[start : place + 1]
                record, start = self._folded(record, past), place + 1
        past += events[start:]
        return self._given(record, events[start:], until) if record.last_turned < until - 1 else record

    def _given(self, record: ContactRecord, events: Sequence[Event], until: int) -> ContactRecord:
        numbered = [replace(event, contact=record.contact, seq=self.seq + place) for place, event in enumerate(events)]
        self.seq += len(events)
        turned = advance(self.linked, [record], [numbered], until)
        self.actions += turned.actions
        self.trace += turned.trace
        return turned.records[0]

    def _folded(self, record: ContactRecord, past: Sequence[Event]) -> ContactRecord:
        [folded] = fill_registers(self.linked, [record], [in_order(past)])
        return folded

    def lines(self) -> Counter[Line]:
        """The trace, as a store keeps it."""
        return Counter((entry.run_id, entry.at, entry.step, entry.reason, entry.v1, entry.v2) for entry in self.trace)


def lived_lines(services: Services) -> Counter[Line]:
    """The stored trace of everybody."""

    def unit(tx: Tx) -> Counter[Line]:
        rows = [row for number in tx.people.load(list(EVERYBODY)) for row in tx.runs.trace_of(number, 10_000)]
        return Counter((row.run_id, row.at, row.step, row.reason, row.v1, row.v2) for row in rows)

    return services.store.read(1, unit)
