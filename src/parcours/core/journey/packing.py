"""Contact records to the kernel's rows, and back. Blobs describe themselves: what this link does not know is kept as it came."""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from parcours.core.journey import layout as at
from parcours.core.journey.link import Linked
from parcours.core.journey.naming import Names
from parcours.core.journey.state import ContactRecord, RunRecord, Status
from parcours.core.journey.tables import State
from parcours.core.terms.chance import contact_seed
from parcours.core.terms.events import NEVER

MAGIC: Final = b"PR1"
_HEAD: Final = struct.Struct("<QH")


def read_registers(blob: bytes) -> dict[int, bytes]:
    """Words by register key."""
    found: dict[int, bytes] = {}
    place = len(MAGIC)
    while place < len(blob):
        key, width = _HEAD.unpack_from(blob, place)
        place += _HEAD.size
        found[key] = blob[place : place + 8 * width]
        place += 8 * width
    return found


def write_registers(words: dict[int, bytes]) -> bytes:
    """The blob of registers, by key."""
    return MAGIC + b"".join(_HEAD.pack(key, len(words[key]) // 8) + words[key] for key in sorted(words))


def write_json(value: Any) -> bytes:
    """Compact JSON, empty for nothing."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode() if value else b""


def read_json(blob: bytes, empty: Any) -> Any:
    """The value of a JSON blob, `empty` for an empty one."""
    return json.loads(blob) if blob else empty


@dataclass(slots=True)
class Kept:
    """What a record holds that the kernel is not given: runs and waiting entries of journeys that are not linked, and old records."""

    runs: dict[bytes, RunRecord]
    aside: list[RunRecord]
    waiting_aside: list[list[Any]]


class Packer:
    """Packs and unpacks the records of one call."""

    def __init__(self, linked: Linked, names: Names) -> None:
        self.linked, self.names = linked, names
        self.slots = int(linked.tables.steps[:, at.STEP_KEY].max(initial=0)) + 1
        self.words = linked.matchers.words
        self.kept: list[Kept] = []
        offsets = zip(linked.offsets.items(), linked.registers, strict=True)
        self._registers = [(key, offset, register.width) for (key, offset), register in offsets]
        self._initial = {key: linked.tables.initial[offset : offset + width].tobytes() for key, offset, width in self._registers}
        self._matcher_keys = list(linked.matchers.bits)

    # in

    def pack(self, records: Sequence[ContactRecord]) -> State:
        """The kernel's state of some contacts."""
        tables = self.linked.tables
        registers = np.tile(tables.initial, (len(records), 1))
        scalars = np.zeros((len(records), at.STATE_SCALARS), dtype=np.int64)
        runs: list[list[tuple[RunRecord, list[int], dict[str, Any]]]] = []
        waiting: list[list[tuple[list[int], list[int]]]] = []
        ledger: list[list[list[int]]] = []
        for row, record in enumerate(records):
            self._fill(registers[row], record.registers)
            pendings = read_json(record.pendings, {})
            scalars[row, : at.STATE_DUE] = self.linked.zones.index(record.zone), record.last_turned, pendings.get("dirty", 0)
            for run in record.runs:
                self.names.entered(row, run.journey, run.instance, run.entry)
                self.names.journey_of_run[run.run_id] = run.journey
            kept = Kept({run.run_id: run for run in record.runs}, [], [])
            runs.append([packed for run in record.runs if (packed := self._run(run, kept)) is not None])
            waiting.append([entry for each in pendings.get("waiting", ()) if (entry := self._waiting(each, kept)) is not None])
            ledger.append([self._ledger(each) for each in read_json(record.ledger, [])])
            self.kept.append(kept)
        return self._state(records, scalars, registers, runs, waiting, ledger)

    def _state(self, records: Sequence[ContactRecord], scalars: Any, registers: Any, runs: Any, waiting: Any, ledger: Any) -> State:
        flat_runs = [each for group in runs for each in group]
        flat_waiting = [each for group in waiting for each in group]
        shape = (len(flat_runs), self.slots)
        state = State(
            contacts=np.arange(len(records), dtype=np.int64),
            scalars=scalars,
            seeds=np.array([contact_seed(record.public_id) for record in records], dtype=np.uint64),
            registers=registers,
            runs_of=_starts(runs),
            runs=_table([row for _, row, _ in flat_runs], at.RUN_COLUMNS),
            reactions=np.zeros(shape, dtype=np.int64),
            visits=np.zeros(shape, dtype=np.int64),
            draws=np.full(shape, -1, dtype=np.int64),
            facts=self._facts([extra.get("facts", ()) for _, _, extra in flat_runs]),
            waiting_of=_starts(waiting),
            waiting=_table([row for row, _ in flat_waiting], at.WAITING_COLUMNS),
            waiting_facts=self._facts([facts for _, facts in flat_waiting]),
            ledger_of=_starts(ledger),
            ledger=_table([row for group in ledger for row in group], at.LEDGER_COLUMNS),
        )
        for place, (run, _, extra) in enumerate(flat_runs):
            state.reactions[place, 0] = extra.get("watch", run.since)
            for name, table in (("reactions", state.reactions), ("visits", state.visits), ("draws", state.draws)):
                for step, number in extra.get(name, {}).items():
                    key = self.names.step(run.journey, step)
                    if 0 < key < self.slots:
                        table[place, key] = number
        return state

    def _fill(self, row: Any, blob: bytes) -> None:
        known = read_registers(blob)
        for key, offset, width in self._registers:
            if key in known and len(known[key]) == 8 * width:
                row[offset : offset + width] = np.frombuffer(known[key], dtype="<i8")

    def _facts(self, keys: Sequence[Sequence[int]]) -> Any:
        facts = np.zeros((len(keys), self.words), dtype=np.uint64)
        for row, each in enumerate(keys):
            for key in each:
                bit = self.linked.matchers.bits.get(key)
                if bit is not None:
                    facts[row, bit >> 6] |= np.uint64(1 << (bit & 63))
        return facts

    def _run(self, run: RunRecord, kept: Kept) -> tuple[RunRecord, list[int], dict[str, Any]] | None:
        program = self.linked.program_row(run.journey, run.version)
        extra = read_json(run.extra, {})
        status = run.status
        if program is None and run.journey in self.linked.journeys and status != Status.LIVE:  # its version is gone: it counts for re-entry
            status = Status.ENDED
            program = next(row for row, placed in enumerate(self.linked.placed) if placed.program.key == run.journey)
        if program is None:
            kept.aside.append(run)
            return None
        rules = self.linked.tables.programs[program]
        steps = self.linked.placed[program].program.step_ids
        place = steps.index(run.step) if run.step in steps else len(steps) - 1
        row = [0] * at.RUN_COLUMNS
        row[at.R_STATUS], row[at.R_JOURNEY], row[at.R_PROGRAM] = status, int(rules[at.P_JOURNEY]), program
        row[at.R_LINE] = self._entry_row(program, extra.get("line", -1))
        row[at.R_INSTANCE], row[at.R_ENTRY] = self.names.instance(run.instance), run.entry
        row[at.R_STEP] = int(rules[at.P_FIRST]) + place
        row[at.R_ENTERED], row[at.R_SINCE], row[at.R_DUE] = run.entered, run.since, run.due
        row[at.R_EFF], row[at.R_WAKE], row[at.R_PUB] = NEVER, NEVER, NEVER
        row[at.R_GOAL_UNTIL] = run.goal_until if run.goal_until < NEVER else -1
        row[at.R_GOAL_AT], row[at.R_ARM], row[at.R_REASON] = extra.get("goal_at", -1), run.arm, run.ended_reason
        row[at.R_STEPS], row[at.R_SENT] = run.steps_done, extra.get("sent", 0)
        row[at.R_RESTING], row[at.R_READY] = int(extra.get("resting", 0)), int(extra.get("ready", 0))
        row[at.R_CAPPED_SINCE] = extra.get("capped_since", -1)
        row[at.R_BURST_AT], row[at.R_BURST] = extra.get("burst", (-1, 0))
        row[at.R_REF] = self.names.run(run.run_id)
        zone = extra.get("zone")
        row[at.R_ZONE] = self.linked.zones.names.index(zone) if zone in self.linked.zones.names else -1
        row[at.R_BASIS] = extra.get("basis", 0)
        return run, row, extra

    def _entry_row(self, program: int, line: int) -> int:
        rows = self.linked.tables.entries
        return next((i for i in range(len(rows)) if rows[i, at.E_PROGRAM] == program and rows[i, at.E_LINE] == line), -1)

    def _waiting(self, each: list[Any], kept: Kept) -> tuple[list[int], list[int]] | None:
        kind, journey, line, instance, happened, until, wake, seq, event, facts = each
        if journey not in self.linked.journeys:
            kept.waiting_aside.append(each)
            return None
        events = self.linked.entry_events
        row = [0] * at.WAITING_COLUMNS
        row[at.W_KIND], row[at.W_JOURNEY], row[at.W_LINE] = kind, self.linked.journeys.index(journey), line
        row[at.W_INSTANCE], row[at.W_AT], row[at.W_UNTIL] = self.names.instance(instance), happened, until
        row[at.W_WAKE], row[at.W_SEQ] = wake, seq
        row[at.W_EVENT] = events.index(event) if event in events else len(events)
        return row, [int(fact, 16) for fact in facts]

    def _ledger(self, each: list[Any]) -> list[int]:
        happened, channel, topic, run, journey, step, visit = each
        row = [0] * at.LEDGER_COLUMNS
        row[at.L_AT], row[at.L_CHANNEL], row[at.L_TOPIC] = happened, self.names.word("channel", channel), self.names.word("topic", topic)
        identifier = bytes.fromhex(run)
        row[at.L_REF], row[at.L_JOURNEY] = self.names.run(identifier), self.names.word("journey", journey)
        row[at.L_STEP_KEY], row[at.L_VISIT] = self.names.step(journey, step), visit
        self.names.journey_of_run.setdefault(identifier, journey)
        return row

    # out

    def unpack(self, record: ContactRecord, row: int, state: State, last_seq: int) -> ContactRecord:
        """The record of a contact after its turn; the one that came when nothing changed."""
        zone, last, dirty, due, zone_said = (int(number) for number in state.scalars[row])
        kept = self.kept[row]
        runs = [self._unpack_run(record, row, place, state) for place in range(int(state.runs_of[row]), int(state.runs_of[row + 1]))]
        waiting = [*kept.waiting_aside, *self._unpack_waiting(row, state)]
        pendings = ({"dirty": 1} if dirty else {}) | ({"waiting": waiting} if waiting else {})
        return replace(
            record,
            zone=self.linked.zones.names[zone] if zone_said else record.zone,
            last_turned=last,
            last_seq=max(last_seq, record.last_seq),
            due=due,
            registers=self.unpack_registers(record.registers, state.registers[row]) if last >= 0 else record.registers,
            ledger=self._unpack_ledger(record, row, state),
            pendings=write_json(pendings),
            runs=tuple(sorted([*kept.aside, *runs], key=lambda run: run.entered)),
        )

    def unpack_registers(self, blob: bytes, row: Any) -> bytes:
        """The blob of a contact's registers: those of this link as they are now, the others as they came."""
        words = read_registers(blob)
        for key, offset, width in self._registers:
            data = row[offset : offset + width].astype("<i8").tobytes()
            if data != self._initial[key]:
                words[key] = data
            else:
                words.pop(key, None)
        return write_registers(words)

    def _fact_keys(self, facts: Any) -> list[int]:
        return [self._matcher_keys[bit] for bit in range(len(self._matcher_keys)) if int(facts[bit >> 6]) >> (bit & 63) & 1]

    def run_identity(self, public_id: str, row: Any, columns: tuple[int, int, int, int]) -> bytes:
        """The id of the run a row is about; `columns` say where the row keeps reference, journey, instance and entry."""
        ref, journey, instance, entry = (int(row[column]) for column in columns)
        if ref >= 0:
            return self.names.run_ids[ref]
        return self.names.run_id(self.linked.journeys[journey], public_id, self.names.instance_texts[instance], entry)

    def _unpack_run(self, record: ContactRecord, row: int, place: int, state: State) -> RunRecord:
        run = state.runs[place]
        identifier = self.run_identity(record.public_id, run, (at.R_REF, at.R_JOURNEY, at.R_INSTANCE, at.R_ENTRY))
        old = self.kept[row].runs.get(identifier)
        status = int(run[at.R_STATUS])
        if old is not None and status == Status.ENDED and old.status != Status.LIVE:
            return old
        placed = self.linked.placed[int(run[at.R_PROGRAM])]
        step_program, step_place = self.linked.row_steps[int(run[at.R_STEP])]
        step_row = int(run[at.R_STEP])
        return RunRecord(
            run_id=identifier,
            journey=placed.program.key,
            version=placed.version,
            instance=self.names.instance_texts[int(run[at.R_INSTANCE])],
            entry=int(run[at.R_ENTRY]),
            step=self.linked.placed[step_program].program.step_ids[step_place],
            visit=int(state.visits[place, self.linked.tables.steps[step_row, at.STEP_KEY]]),
            entered=int(run[at.R_ENTERED]),
            since=int(run[at.R_SINCE]),
            due=int(run[at.R_DUE]),
            goal_until=int(run[at.R_GOAL_UNTIL]) if run[at.R_GOAL_UNTIL] >= 0 else NEVER,
            arm=int(run[at.R_ARM]),
            status=status,
            ended_reason=int(run[at.R_REASON]),
            steps_done=int(run[at.R_STEPS]),
            extra=write_json(self._extra(placed.program.key, place, state)),
            context=b"" if old is None else old.context,
        )

    def _extra(self, journey: str, place: int, state: State) -> dict[str, Any]:
        """What the kernel needs of a run beside its columns; only what is not as at first."""
        run = state.runs[place]
        extra: dict[str, Any] = {}
        if run[at.R_LINE] >= 0:
            extra["line"] = int(self.linked.tables.entries[run[at.R_LINE], at.E_LINE])
        for name, column, usual in (
            ("goal_at", at.R_GOAL_AT, -1),
            ("sent", at.R_SENT, 0),
            ("resting", at.R_RESTING, 0),
            ("ready", at.R_READY, 0),
            ("capped_since", at.R_CAPPED_SINCE, -1),
        ):
            if run[column] != usual:
                extra[name] = int(run[column])
        for name, table, usual in (("reactions", state.reactions, 0), ("visits", state.visits, 0), ("draws", state.draws, -1)):
            keys = [int(key) for key in np.flatnonzero(table[place] != usual) if key > 0]
            if keys:
                extra[name] = {self.names.step_name(journey, key): int(table[place, key]) for key in keys}
        if run[at.R_STATUS] != Status.LIVE:
            return extra
        extra["burst"] = [int(run[at.R_BURST_AT]), int(run[at.R_BURST])]
        if state.reactions[place, 0] != run[at.R_SINCE]:
            extra["watch"] = int(state.reactions[place, 0])
        facts = self._fact_keys(state.facts[place])
        if facts:
            extra["facts"] = facts
        if self._is_local_wait(run):
            extra["zone"], extra["basis"] = self.linked.zones.names[int(run[at.R_ZONE])], int(run[at.R_BASIS])
        return extra

    def _is_local_wait(self, run: Any) -> bool:
        step = self.linked.tables.steps[run[at.R_STEP]]
        return bool(run[at.R_RESTING] and step[at.OP] == at.WAIT and step[at.A] != at.DURATION_WAIT)

    def _unpack_waiting(self, row: int, state: State) -> list[list[Any]]:
        found = []
        for place in range(int(state.waiting_of[row]), int(state.waiting_of[row + 1])):
            each = [int(number) for number in state.waiting[place]]
            events = self.linked.entry_events
            found.append(
                [
                    each[at.W_KIND],
                    self.linked.journeys[each[at.W_JOURNEY]],
                    each[at.W_LINE],
                    self.names.instance_texts[each[at.W_INSTANCE]],
                    each[at.W_AT],
                    each[at.W_UNTIL],
                    each[at.W_WAKE],
                    each[at.W_SEQ],
                    events[each[at.W_EVENT]] if each[at.W_EVENT] < len(events) else "",
                    [f"{key:x}" for key in self._fact_keys(state.waiting_facts[place])],
                ]
            )
        return found

    def _unpack_ledger(self, record: ContactRecord, row: int, state: State) -> bytes:
        found = []
        for place in range(int(state.ledger_of[row]), int(state.ledger_of[row + 1])):
            each = state.ledger[place]
            identifier = self.run_identity(record.public_id, each, (at.L_REF, at.L_JOURNEY, at.L_INSTANCE, at.L_ENTRY))
            journey = self.names.text("journey", int(each[at.L_JOURNEY])) or ""
            found.append(
                [
                    int(each[at.L_AT]),
                    self.names.text("channel", int(each[at.L_CHANNEL])),
                    self.names.text("topic", int(each[at.L_TOPIC])),
                    identifier.hex(),
                    journey,
                    self.names.step_name(journey, int(each[at.L_STEP_KEY])),
                    int(each[at.L_VISIT]),
                ]
            )
        return write_json(found)


def _starts(groups: Sequence[Sequence[Any]]) -> Any:
    return np.concatenate(([0], np.cumsum([len(group) for group in groups]))).astype(np.int64)


def _table(rows: Sequence[Sequence[int]], columns: int) -> Any:
    return np.array([list(row) for row in rows], dtype=np.int64).reshape(len(rows), columns)
