"""Events to arrays: one bit per matcher, the numbers registers and rules need, and whose message a receipt is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from parcours.core.journey.layout import E_BIT, E_PROGRAM, P_INSTANCE, P_JOURNEY
from parcours.core.journey.link import Linked, ValueColumn
from parcours.core.journey.linker import instance_key, ints
from parcours.core.journey.naming import Names
from parcours.core.journey.tables import Events
from parcours.core.terms.conditions.paths import find
from parcours.core.terms.conditions.registers import Source
from parcours.core.terms.events import Event
from parcours.core.terms.money import MISSING

WORD: Final = 0xFFFFFFFFFFFFFFFF


def instance_text(value: Any) -> str | None:
    """The text of an instance: text as it is, numbers and truths after `=`; None for what tells nothing apart."""
    if value is None or isinstance(value, list | tuple | Mapping) or value == "":
        return None
    return value if isinstance(value, str) else f"={value}"


class ColumnReader:
    """Reads the number of one column from an event's properties."""

    def __init__(self, linked: Linked, names: Names, column: ValueColumn) -> None:
        self.names, self.column, self.zones = names, column, linked.zones.names
        self.source = None if column.kind in ("instance", "zone") else Source(column.kind, column.path)  # type: ignore[arg-type]

    def read(self, properties: Mapping[str, Any]) -> int:
        """The number, MISSING when there is none."""
        if self.source is not None:
            return self.source.read(properties)
        value = next(iter(find(properties, self.column.path)), None)
        if self.column.kind == "zone":
            return self.zones.index(value) if isinstance(value, str) and value in self.zones else MISSING
        text = instance_text(value)
        return MISSING if text is None else self.names.instance(text)


@dataclass(slots=True)
class _Receipt:
    """A receipt that names a run: which row, whose, of which step and visit."""

    row: int
    contact: int
    run_id: bytes
    journey: str
    step: str
    visit: int


class EventWriter:
    """Writes the events of several contacts, one contact after another."""

    def __init__(self, linked: Linked, names: Names) -> None:
        self.linked, self.names = linked, names
        self.readers = [ColumnReader(linked, names, column) for column in linked.columns]
        programs = linked.tables.programs[linked.tables.entries[:, E_PROGRAM]]
        columns = linked.tables.entries[:, E_BIT], programs[:, P_JOURNEY], programs[:, P_INSTANCE]
        self.entry_bits = list(zip(*(column.tolist() for column in columns), strict=True))
        self.starts = [0]
        self.rows: list[tuple[int, int, int]] = []
        self.masks: list[int] = []
        self.values: list[list[int]] = []
        self.receipts: list[_Receipt] = []
        self.seen_instances: dict[tuple[int, int], dict[str, int]] = {}

    def contact(self, number: int, events: Sequence[Event]) -> None:
        """The events of the next contact, in order."""
        for event in events:
            self._event(number, event)
        self.starts.append(len(self.rows))

    def _event(self, contact: int, event: Event) -> None:
        mask = self.linked.matchers.mask(event.name, event.kind, event.properties, event.turned)
        values = [MISSING] * len(self.linked.columns)
        row = len(self.rows)
        left = mask
        while left:
            bit = (left & -left).bit_length() - 1
            left &= left - 1
            for column in self.linked.columns_of_bit[bit]:
                values[column] = self.readers[column].read(event.properties)
            if self.linked.tables.receipts[bit]:
                self._receipt(contact, row, event.properties)
        for bit, journey, column in self.entry_bits:
            if mask >> bit & 1:
                self._may_enter(contact, journey, values[column] if column >= 0 else 0)
        self.rows.append((event.turned, event.seq, int(event.history)))
        self.masks.append(mask)
        self.values.append(values)

    def _may_enter(self, contact: int, journey: int, instance: int) -> None:
        """Remember which instances may begin runs, and how often."""
        if instance != MISSING:
            counts = self.seen_instances.setdefault((contact, journey), {})
            text = self.names.instance_texts[instance]
            counts[text] = counts.get(text, 0) + 1

    def _receipt(self, contact: int, row: int, properties: Mapping[str, Any]) -> None:
        if self.receipts and self.receipts[-1].row == row:
            return
        try:
            run_id = bytes.fromhex(str(properties["run"]))
        except ValueError:
            return
        visit = properties.get("visit")
        step, journey = str(properties.get("step", "")), str(properties.get("journey", ""))
        self.receipts.append(_Receipt(row, contact, run_id, journey, step, visit if isinstance(visit, int) else -1))

    def write(self, public_ids: Sequence[str]) -> Events:
        """Everything as arrays."""
        count, words = len(self.rows), self.linked.matchers.words
        mask = np.array([[m >> 64 * w & WORD for w in range(words)] for m in self.masks], dtype=np.uint64).reshape(count, words)
        facts = ints(self.rows, 3)
        expected = self._expected(public_ids)
        receipts = [(r.row, self.names.run(r.run_id), self.names.step(self._journey(r), r.step), r.visit) for r in self.receipts]
        return Events(
            starts=np.array(self.starts, dtype=np.int64),
            turned=np.ascontiguousarray(facts[:, 0]),
            seq=np.ascontiguousarray(facts[:, 1]),
            history=facts[:, 2].astype(np.uint8),
            mask=mask,
            values=ints(self.values, len(self.linked.columns)),
            receipts=ints(receipts, 4),
            expected=ints(expected, 5),
        )

    def _journey(self, receipt: _Receipt) -> str:
        return self.names.journey_of_run.get(receipt.run_id, receipt.journey)

    def _expected(self, public_ids: Sequence[str]) -> list[tuple[int, int, int, int, int]]:
        """The runs that receipts name before they began: found by trying the ids that may begin in this call."""
        rows = []
        for receipt in self.receipts:
            if receipt.run_id in self.names.run_refs:
                continue
            for number, journey in enumerate(self.linked.journeys):
                found = self._search(receipt, journey, self.seen_instances.get((receipt.contact, number), {}), public_ids)
                if found is not None:
                    self.names.journey_of_run[receipt.run_id] = journey
                    rows.append((receipt.contact, number, instance_key(found[0]), found[1], self.names.run(receipt.run_id)))
                    break
        return rows

    def _search(self, receipt: _Receipt, journey: str, seen: Mapping[str, int], public_ids: Sequence[str]) -> tuple[str, int] | None:
        for text, count in seen.items():
            first = self.names.entries_so_far(receipt.contact, journey, text) + 1
            for entry in range(first, first + count):
                if self.names.run_id(journey, public_ids[receipt.contact], text, entry) == receipt.run_id:
                    return text, entry
        return None
