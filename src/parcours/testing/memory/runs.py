"""Kernel state, runs and trace in memory."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from parcours.app.ports import RunSummary, TraceRow
from parcours.app.ports.runs import STAYS
from parcours.core.journey.reasons import ENDS, Reason, key
from parcours.core.journey.state import ContactRecord, RunRecord, Status
from parcours.core.terms.events import NEVER
from parcours.testing.memory.state import Clash, State


class MemoryRuns:
    """State, runs and trace."""

    def __init__(self, state: State) -> None:
        self._state = state

    def records(self, contacts: Sequence[int], /) -> list[ContactRecord]:
        """One record each, in order. Raises LookupError for a contact that is not stored."""
        return [self._state.records.get(contact) or self._empty(contact) for contact in contacts]

    def _empty(self, contact: int) -> ContactRecord:
        if contact not in self._state.contacts:
            raise LookupError(f"no such contact: {contact}")
        held = self._state.contacts[contact]
        zone = held.attributes.get("timezone")
        return ContactRecord(contact, held.public_id, zone if isinstance(zone, str) else None)

    def save(self, records: Sequence[ContactRecord], /) -> None:
        """Replace state, deadline and runs. Raises Clash for two live runs of one journey and instance."""
        self._state.writing()
        for record in records:
            self._empty(record.contact)
            live = Counter((run.journey, run.instance) for run in record.runs if run.status == Status.LIVE)
            if any(count > 1 for count in live.values()):
                raise Clash("two live runs of one journey, contact and instance")
            runs = tuple(sorted(record.runs, key=lambda run: (run.entered, run.run_id)))
            self._state.records[record.contact] = replace(record, runs=runs)

    def due(self, partitions: range, before: int, limit: int, /) -> list[int]:
        """Contacts of these partitions whose earliest deadline is strictly before `before`, earliest first."""
        found = [
            (record.due, self._state.contacts[contact].partition, contact)
            for contact, record in self._state.records.items()
            if record.due < before and self._state.contacts[contact].partition in partitions
        ]
        return [contact for _, _, contact in sorted(found)[:limit]]

    def next_due(self) -> int:
        """The earliest deadline of the workspace, NEVER if none."""
        return min((record.due for record in self._state.records.values()), default=NEVER)

    def _live(self) -> list[tuple[int, RunRecord]]:
        return [(number, run) for number, record in self._state.records.items() for run in record.runs if run.status == Status.LIVE]

    def wake(self, journey: str, at: int, /) -> int:
        """Make every contact with a live run of the journey due no later than `at`; answers how many contacts have one."""
        self._state.writing()
        inside = {contact for contact, run in self._live() if run.journey == journey}
        for contact in inside:
            record = self._state.records[contact]
            self._state.records[contact] = replace(record, due=min(record.due, at))
        return len(inside)

    def trace(self, rows: Sequence[TraceRow], /) -> None:
        """Append to the trace."""
        self._state.writing()
        for row in rows:
            self._empty(row.contact)
        self._state.trace.extend(rows)

    def trace_of(self, contact: int, limit: int, /) -> list[TraceRow]:
        """Newest first."""
        return [row for row in reversed(self._state.trace) if row.contact == contact][:limit]

    def summary(self, journey: str | None, /) -> list[RunSummary]:
        """Live and passed counts per step, by journey and step; ends under `ended:<reason>`."""
        live = Counter((run.journey, run.step) for _, run in self._live())
        passed: Counter[tuple[str, str]] = Counter()
        for row in self._state.trace:
            if row.reason in ENDS:
                passed[row.journey, f"ended:{key(Reason(row.reason))}"] += 1
            elif row.step is not None and row.reason not in STAYS:
                passed[row.journey, row.step] += 1
        places = sorted({*live, *passed})
        return [RunSummary(*place, live[place], passed[place]) for place in places if journey in (None, place[0])]
