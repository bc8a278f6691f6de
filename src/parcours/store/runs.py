"""Kernel state of contacts in SQL: one row of state for each contact, one row for each run.

Within a transaction the runs that were loaded are remembered: a save then writes only runs that changed, and the tallies of
where runs stand are kept by the difference.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from parcours.app.ports import RunSummary, TraceRow
from parcours.core.journey.state import ContactRecord, RunRecord, Status
from parcours.core.terms.events import NEVER
from parcours.store.session import Session, keys, single
from parcours.store.statements import BLOB, INT, TEXT, Batch, Row, Statement
from parcours.store.tallies import Place, SqlTallies
from parcours.store.texts import from_json, keep, keep_optional, told, told_optional
from parcours.store.traces import SqlTraces

_STATE: Final = {
    "contact": INT,
    "partition": INT,
    "due": INT,
    "last_turned": INT,
    "last_seq": INT,
    "zone": TEXT,
    "ledger": BLOB,
    "pendings": BLOB,
    "context": BLOB,
    "registers": BLOB,
}
_RUN: Final = {
    "contact": INT,
    "run_id": BLOB,
    "journey": TEXT,
    "version": INT,
    "instance": TEXT,
    "entry": INT,
    "step": TEXT,
    "visit": INT,
    "entered": INT,
    "since": INT,
    "due": INT,
    "goal_until": INT,
    "arm": INT,
    "status": INT,
    "ended_reason": INT,
    "steps_done": INT,
    "extra": BLOB,
    "context": BLOB,
}


def _upsert(table: str, columns: dict[str, str], key: tuple[str, ...]) -> Batch:
    names = ", ".join(columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return Batch(
        f"INSERT INTO {table} (workspace_id, {names}) SELECT :workspace, {names} FROM given WHERE true"
        f" ON CONFLICT (workspace_id, {', '.join(key)}) DO UPDATE SET {changes}",
        columns,
    )


_SAVE_STATE: Final = _upsert("contact_states", _STATE, ("contact",))
_SAVE_RUN: Final = _upsert("runs", _RUN, ("contact", "run_id"))
_DROP_RUN: Final = Batch(
    "DELETE FROM runs WHERE workspace_id = :workspace AND (contact, run_id) IN (SELECT contact, run_id FROM given)"
    "{narrow runs.contact contact}",
    {"contact": INT, "run_id": BLOB},
)
_CONTACTS: Final = Batch(
    "SELECT contacts.id, contacts.public_id, contacts.partition, contacts.attributes FROM given CROSS JOIN contacts"
    " WHERE contacts.workspace_id = :workspace AND contacts.id = given.contact{narrow contacts.id contact} {held}",
    {"contact": INT},
)
_STATES: Final = Batch(
    f"SELECT {', '.join(f'contact_states.{name}' for name in _STATE)} FROM given CROSS JOIN contact_states"
    " WHERE contact_states.workspace_id = :workspace AND contact_states.contact = given.contact{narrow contact_states.contact contact}",
    {"contact": INT},
)
_RUNS: Final = Batch(
    f"SELECT {', '.join(f'runs.{name}' for name in _RUN)} FROM given CROSS JOIN runs"
    " WHERE runs.workspace_id = :workspace AND runs.contact = given.contact{narrow runs.contact contact}"
    " ORDER BY runs.contact, runs.entered, runs.run_id",
    {"contact": INT},
)
_HAS_DUE: Final = f"workspace_id = :workspace AND due < {NEVER}"
_DUE: Final = Statement(
    f"SELECT contact FROM contact_states WHERE {_HAS_DUE} AND due < :before AND partition >= :first AND partition < :stop"
    " ORDER BY due, partition, contact LIMIT :limit"
)
_NEXT_DUE: Final = Statement(f"SELECT min(due) FROM contact_states WHERE {_HAS_DUE}")
_LIVE_CONTACTS: Final = "SELECT contact FROM runs WHERE workspace_id = :workspace AND journey = :journey AND status = 0"
_WAKE: Final = Statement(
    f"UPDATE contact_states SET due = :at WHERE workspace_id = :workspace AND due > :at AND contact IN ({_LIVE_CONTACTS})"
)
_COUNT_LIVE: Final = Statement(f"SELECT count(DISTINCT contact) FROM ({_LIVE_CONTACTS}) AS live")


def _run_row(contact: int, run: RunRecord) -> Row:
    return (
        contact,
        run.run_id,
        run.journey,
        run.version,
        keep(run.instance),
        run.entry,
        run.step,
        run.visit,
        run.entered,
        run.since,
        run.due,
        run.goal_until,
        int(run.arm),
        int(run.status),
        int(run.ended_reason),
        run.steps_done,
        run.extra,
        run.context,
    )


def _run_of(values: Row) -> RunRecord:
    _, run_id, journey, version, instance, *rest = values
    return RunRecord(run_id, journey, version, told(instance), *rest)


def _blobs_of(record: ContactRecord) -> tuple[bytes, bytes, bytes, bytes]:
    return (record.ledger, record.pendings, record.context, record.registers)


class SqlRuns:
    """State, runs and trace of one workspace, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tallies = SqlTallies(session)
        self._traces = SqlTraces(session)
        self._people: dict[int, tuple[str, int, str | None]] = {}
        self._runs: dict[int, tuple[RunRecord, ...]] = {}

    def records(self, contacts: Sequence[int], /) -> list[ContactRecord]:
        """One record each, in order. Raises LookupError for a contact that is not stored."""
        self._learn(contacts)
        self._learn_runs(contacts)
        states = {values[0]: values for values in self._session.all_of(_STATES, keys(contacts))}
        return [self._record(contact, states.get(contact)) for contact in contacts]

    def _record(self, contact: int, state: Row | None) -> ContactRecord:
        public_id, _, zone = self._people[contact]
        if state is None:
            return ContactRecord(contact, public_id, zone)
        _, _, due, last_turned, last_seq, zone, ledger, pendings, context, registers = state
        return ContactRecord(
            contact,
            public_id,
            told_optional(zone),
            last_turned,
            last_seq,
            due,
            registers,
            ledger,
            pendings,
            context,
            self._runs[contact],
        )

    def _learn(self, contacts: Iterable[int]) -> None:
        missing = keys(contact for contact in contacts if contact not in self._people)
        for number, public_id, partition, attributes in self._session.all_of(_CONTACTS, missing):
            zone = from_json(attributes).get("timezone") if "timezone" in attributes else None
            self._people[number] = (str(uuid.UUID(bytes=public_id)), partition, zone if isinstance(zone, str) else None)
        unknown = [contact for (contact,) in missing if contact not in self._people]
        if unknown:
            raise LookupError(f"no such contact: {unknown[0]}")

    def _learn_runs(self, contacts: Iterable[int]) -> None:
        missing = keys(contact for contact in contacts if contact not in self._runs)
        found: dict[int, list[RunRecord]] = {contact: [] for (contact,) in missing}
        for values in self._session.all_of(_RUNS, missing):
            found[values[0]].append(_run_of(values))
        self._runs |= {contact: tuple(runs) for contact, runs in found.items()}

    def save(self, records: Sequence[ContactRecord], /) -> None:
        """Replace state, deadline and runs. Raises Clash when a contact would have two live runs of one journey and instance."""
        last = {record.contact: record for record in records}
        self._learn(last)
        self._learn_runs(last)
        self._save_runs(last.values())
        states = [
            (r.contact, self._people[r.contact][1], r.due, r.last_turned, r.last_seq, keep_optional(r.zone), *_blobs_of(r))
            for r in last.values()
        ]
        self._session.each(_SAVE_STATE, states)

    def _save_runs(self, records: Iterable[ContactRecord]) -> None:
        moved: Counter[Place] = Counter()
        dropped: list[Row] = []
        changed: list[Row] = []
        for record in records:
            partition = self._people[record.contact][1]
            before = {run.run_id: run for run in self._runs[record.contact]}
            for run in record.runs:
                old = before.pop(run.run_id, None)
                if run != old:
                    changed.append(_run_row(record.contact, run))
                    _count_move(moved, partition, old, run)
            for old in before.values():
                dropped.append((record.contact, old.run_id))
                _count_move(moved, partition, old, None)
            self._runs[record.contact] = record.runs
        changed.sort(key=lambda row: row[13] == Status.LIVE)  # a run that ends makes room for the one that begins
        self._session.each(_DROP_RUN, dropped)
        self._session.each(_SAVE_RUN, changed)
        self._tallies.add(moved)

    def due(self, partitions: range, before: int, limit: int, /) -> list[int]:
        """Contacts of these partitions whose earliest deadline is strictly before `before`, earliest first."""
        rows = self._session.all(_DUE, before=before, first=partitions.start, stop=partitions.stop, limit=limit)
        return [contact for (contact,) in rows]

    def next_due(self) -> int:
        """The earliest deadline of the workspace, NEVER if none."""
        earliest = single(self._session.all(_NEXT_DUE))
        return NEVER if earliest is None else int(earliest)

    def wake(self, journey: str, at: int, /) -> int:
        """Make every contact with a live run of the journey due no later than `at`; answers how many contacts have one."""
        self._session.run(_WAKE, journey=journey, at=at)
        return int(single(self._session.all(_COUNT_LIVE, journey=journey)))

    def trace(self, rows: Sequence[TraceRow], /) -> None:
        """Append to the trace."""
        self._learn(row.contact for row in rows)
        self._traces.append(rows)
        self._tallies.add_trace((self._people[row.contact][1], row) for row in rows)

    def trace_of(self, contact: int, limit: int, /) -> list[TraceRow]:
        """Newest first."""
        return self._traces.of(contact, limit)

    def summary(self, journey: str | None, /) -> list[RunSummary]:
        """Live and passed counts per step; ended runs count under the step ids `ended:<reason>`."""
        return self._tallies.summary(journey)


def _count_move(moved: "Counter[Place]", partition: int, old: RunRecord | None, new: RunRecord | None) -> None:
    if old is not None and old.status == Status.LIVE:
        moved[Place.live(old.journey, old.step, partition)] -= 1
    if new is not None and new.status == Status.LIVE:
        moved[Place.live(new.journey, new.step, partition)] += 1
