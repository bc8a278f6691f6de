"""Shredded columns: properties that many events have, beside the JSON as columns of their own, so that nobody need parse it.

A property gets a column in a segment when over one in a hundred events of some name have it, and all its values there are of one
type: numbers (float64; integers up to 2**53), booleans, texts (dictionary), or instants written in one and the same way. A null, a
list, an object or a mixture leaves it to the JSON, which is always complete. The column is called `p`, eight hexadecimal digits
of the name's hash, and a letter for the type; the field's metadata says the property.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa

from parcours.lake.rows import from_json, to_json

SHARE: Final = 100
"""One in this many events of a name must have a property."""
_EXACT: Final = 2**53
_INSTANTS: Final = {"s": 20, "ms": 24}
"""Length of an instant in UTC by its smallest unit: 2026-01-31T09:00:00Z, 2026-01-31T09:00:00.000Z."""


@dataclass(slots=True)
class _Seen:
    """A property on its way through a segment."""

    rows: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    by_event: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def with_columns(table: pa.Table) -> pa.Table:
    """The table with a column for each property that deserves one; columns it had are made anew."""
    table = table.select([name for name in table.schema.names if not is_shredded(table.schema.field(name))])
    codes = table.column("event").to_pylist()
    seen: dict[str, _Seen] = defaultdict(_Seen)
    for row, (code, text) in enumerate(zip(codes, table.column("properties").to_pylist(), strict=True)):
        for name, value in from_json(text).items():
            each = seen[name]
            each.rows.append(row)
            each.values.append(value)
            each.by_event[code] += 1
    events = dict(zip(*np.unique(codes, return_counts=True), strict=True))
    for name in sorted(name for name, each in seen.items() if any(count * SHARE > events[code] for code, count in each.by_event.items())):
        made = _column(name, seen[name], table.num_rows)
        if made is not None and made[0].name not in table.schema.names:
            table = table.append_column(*made)
    return table


def is_shredded(column: pa.Field) -> bool:
    """Whether a field of a segment holds one property."""
    return bool(column.metadata) and b"property" in column.metadata


def column_for(schema: pa.Schema, name: str) -> pa.Field | None:
    """The field that holds a property, None when only the JSON does."""
    try:
        wanted = name.encode()
    except UnicodeEncodeError:
        return None
    return next((each for each in schema if is_shredded(each) and each.metadata[b"property"] == wanted), None)


def texts_of(column: pa.Field, values: Sequence[Any]) -> list[str]:
    """Distinct values of a shredded column as JSON texts."""
    unit = column.metadata.get(b"unit")
    if unit is None:
        return [to_json(value) for value in values]
    return [to_json(text) for text in _written(np.asarray(values, dtype="datetime64[us]"), unit.decode())]


def _column(name: str, seen: _Seen, rows: int) -> tuple[pa.Field, pa.Array] | None:
    """The field and its array, None when the values are not of one type."""
    found = _typed(seen.values)
    if found is None:
        return None
    letter, kind, values, metadata = found
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        return None
    digits = hashlib.blake2b(encoded, digest_size=4).hexdigest()
    places = np.full(rows, -1, dtype=np.int64)
    places[seen.rows] = np.arange(len(seen.rows))
    array = pa.array(values, type=kind).take(pa.array(places, mask=places < 0))
    return pa.field(f"p{digits}{letter}", array.type, metadata={"property": encoded, **metadata}), array


Typed = tuple[str, pa.DataType, Any, Mapping[str, str]]


def _typed(values: Sequence[Any]) -> Typed | None:
    types = {type(value) for value in values}
    if types == {bool}:
        return "b", pa.bool_(), values, {}
    if types <= {int, float}:
        return ("n", pa.float64(), values, {}) if all(abs(value) <= _EXACT for value in values if type(value) is int) else None
    return _text(values) if types == {str} else None


def _text(values: Sequence[str]) -> Typed | None:
    for unit, length in _INSTANTS.items():
        instants = _instants(values, unit, length)
        if instants is not None:
            return "i", pa.timestamp("us"), instants, {"unit": unit}
    if any(map(_has_surrogates, values)):
        return None
    return "t", pa.dictionary(pa.int32(), pa.string()), values, {}


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text) if not text.isascii() else False


def _instants(values: Sequence[str], unit: str, length: int) -> Any:
    if any(len(value) != length or value[-1] != "Z" for value in values):
        return None
    try:
        instants = np.array([value[:-1] for value in values], dtype="datetime64[us]")
    except ValueError:
        return None
    return instants if _written(instants, unit) == list(values) else None


def _written(instants: Any, unit: str) -> list[str]:
    texts: Any = np.datetime_as_string(instants, unit="ms" if unit == "ms" else "s")
    return [f"{text}Z" for text in texts]
