"""Row mapping: which column of a file means what, said once, then applied to every row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from parcours.app.local_times import WallClock
from parcours.app.row_values import TYPES, Unmappable, read_as, read_id, read_json, read_time
from parcours.core.terms.event_names import CONTACT_IDENTIFIED
from parcours.core.terms.intake import CALLS

Subject = Literal["contacts", "events"]

FIELDS: Final[Mapping[Subject, tuple[str, ...]]] = {
    "contacts": ("user_id", "anonymous_id", "message_id", "occurred", "attributes"),
    "events": ("user_id", "anonymous_id", "message_id", "occurred", "event", "properties"),
}
"""What a column can mean. Any other name is an attribute of the contact or a property of the event."""
WHOLE: Final[Mapping[Subject, str]] = {"contacts": "attributes", "events": "properties"}
"""The field that holds all attributes or properties as one JSON object."""
REMEMBERED: Final = 100_000
"""Times whose instants are kept: rows of a file share theirs."""
OTHER_NAMES: Final = {"timestamp": "occurred", "traits": "attributes"}


@dataclass(frozen=True, slots=True)
class Column:
    """Where a value comes from: the column, and the type to read it as ("" = as it is)."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What each column of rows with the same columns means; `left_out` are those that mean nothing."""

    fields: Mapping[str, Column]
    values: Mapping[str, Column]
    left_out: tuple[str, ...]


class RowMapping:
    """Rows to messages. `pairs` are "field=column" or "field:type=column"; columns they do not name are known by their own names.

    A column that is no field becomes an attribute or a property under its own name, unless another column holds them all as one
    object: then it is left out. `event` names every event of a file that has no column for it. Raises Unmappable.
    """

    def __init__(self, subject: Subject, pairs: Sequence[str], clock: WallClock, *, event: str = "", drop_empty: bool = False) -> None:
        self.subject, self._clock, self._event, self._drop_empty = subject, clock, event, drop_empty
        self._asked = dict(_pair(subject, pair) for pair in pairs)
        self._plans: dict[tuple[str, ...], _Plan] = {}
        self._times: dict[str, int] = {}

    def check(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """The columns of a file that has the same in every row fit; answers those that are left out. Raises Unmappable."""
        has = ", ".join(columns[:50])
        missing = [column.name for column in self._asked.values() if column.name not in columns]
        if missing:
            raise Unmappable(f"The file has no column {missing[0]!r}. It has: {has}.")
        plan = self._plan(columns)
        if "type" not in columns and "user_id" not in plan.fields and "anonymous_id" not in plan.fields:
            raise Unmappable(f"Say which column holds the contact's id: --map user_id=COLUMN. The file has: {has}.")
        if self.subject == "events" and "type" not in columns and "event" not in plan.fields and not self._event:
            raise Unmappable(f"Say which column holds the event's name, --map event=COLUMN, or name it: --event NAME. The file has: {has}.")
        return plan.left_out

    def message(self, row: Mapping[str, Any]) -> tuple[Mapping[str, Any], int | None]:
        """The message that a row stands for, and when it occurred (None = the message's own timestamp). Raises Unmappable."""
        kind = row.get("type")
        if not self._asked and isinstance(kind, str) and kind in CALLS and ("userId" in row or "anonymousId" in row):
            return row, None  # a message as clients send it
        plan = self._plan(tuple(row))
        said = {name: self._read(row, column) if column.type else row.get(column.name) for name, column in plan.fields.items()}
        time = said.get("occurred")
        occurred = None if time is None or time == "" else self._time(time)
        event = said.get("event") or self._event
        content = self._content(row, plan, said.get(WHOLE[self.subject]))
        message = {
            "userId": read_id(said.get("user_id")),
            "anonymousId": read_id(said.get("anonymous_id")),
            "messageId": read_id(said.get("message_id")),
        }
        if self.subject == "contacts" or event == CONTACT_IDENTIFIED:
            return {**message, "type": "identify", "traits": content}, occurred
        return {**message, "type": "track", "event": event, "properties": content}, occurred

    def _time(self, value: Any) -> int:
        known = self._times.get(value)
        if known is None:
            known = read_time(value, self._clock)
            if len(self._times) < REMEMBERED:
                self._times[value] = known
        return known

    def _plan(self, columns: tuple[str, ...]) -> _Plan:
        plan = self._plans.get(columns)
        if plan is None:
            plan = self._made(columns)
            if len(self._plans) < 1000:
                self._plans[columns] = plan
        return plan

    def _made(self, columns: tuple[str, ...]) -> _Plan:
        used = {column.name for column in self._asked.values()}
        known = {name: Column(column) for name, column in _known_by_name(self.subject, columns).items() if column not in used}
        fields = known | {name: column for name, column in self._asked.items() if name in FIELDS[self.subject]}
        values = {name: column for name, column in self._asked.items() if name not in FIELDS[self.subject]}
        used |= {column.name for column in fields.values()}
        rest = tuple(column for column in columns if column not in used)
        if WHOLE[self.subject] in fields:
            return _Plan(fields, values, rest)
        return _Plan(fields, {column: Column(column) for column in rest} | values, ())

    def _content(self, row: Mapping[str, Any], plan: _Plan, whole: Any) -> dict[str, Any]:
        if isinstance(whole, str):
            whole = read_json(whole) if whole else None
        if whole is not None and not isinstance(whole, Mapping):
            raise Unmappable(f"`{WHOLE[self.subject]}` is a JSON object.")
        content = {name: self._read(row, column) if column.type else row.get(column.name) for name, column in plan.values.items()}
        if whole:
            content = {**whole, **content}
        return {name: value for name, value in content.items() if value not in (None, "")} if self._drop_empty else content

    def _read(self, row: Mapping[str, Any], column: Column) -> Any:
        try:
            return read_as(row.get(column.name), column.type, self._clock)
        except Unmappable as error:
            raise Unmappable(f"Column {column.name!r}: {error}") from None


def _spelling(name: str) -> str:
    return re.sub(r"[ _-]", "", name.lower())


def _field(subject: Subject, name: str) -> str | None:
    """The field of this name, however it is spelled (`userId`, `User ID`, `user_id`), or None."""
    spelled = {_spelling(field): field for field in FIELDS[subject]}
    spelled |= {other: field for other, field in OTHER_NAMES.items() if field in FIELDS[subject]}
    return spelled.get(_spelling(name))


def _pair(subject: Subject, pair: str) -> tuple[str, Column]:
    name, equals, column = pair.partition("=")
    if not (name and equals and column):
        raise Unmappable(f"--map takes field=column or field:type=column, not {pair!r}.")
    stem, colon, type_ = name.rpartition(":")
    if colon and type_ not in TYPES:
        raise Unmappable(f"A type is one of {', '.join(TYPES)}, not {type_!r}.")
    said = (stem if colon else name).removeprefix(f"{WHOLE[subject]}.")
    return _field(subject, said) or said, Column(column, type_ if colon else "")


def _known_by_name(subject: Subject, columns: Sequence[str]) -> dict[str, str]:
    """The fields whose column has their name; `occurred` before `timestamp`."""
    found: dict[str, str] = {}
    for column in sorted(columns, key=lambda column: _spelling(column) in OTHER_NAMES):
        field = _field(subject, column)
        if field is not None:
            found.setdefault(field, column)
    return found
