"""Columns of many rows as PostgreSQL's array literals: made a whole column at a time, several times faster than value by value."""

from collections.abc import Sequence
from typing import Any, Final

from parcours.store.statements import BLOB, INT, TEXT

_BETWEEN: Final = "\x00"
"""PostgreSQL keeps no text with this character, so it can stand between the values of a column."""


def literal(kind: str, column: Sequence[Any]) -> str:
    """The column as an array literal. Raises TypeError for a value that is not of this kind, ValueError for a text with U+0000."""
    return _LITERALS[kind](column)


def _integers(column: Sequence[Any]) -> str:
    if None in column:
        return "{" + ",".join("NULL" if value is None else int.__repr__(value) for value in column) + "}"
    return "{" + ",".join(map(int.__repr__, column)) + "}"


def _texts(column: Sequence[Any]) -> str:
    if None in column:
        return "{" + ",".join("NULL" if value is None else _texts([value])[1:-1] for value in column) + "}"
    joined = _BETWEEN.join(column)
    if joined.count(_BETWEEN) != len(column) - 1:
        raise ValueError("a text with U+0000 cannot be kept")
    quoted = joined.replace("\\", "\\\\").replace('"', '\\"').replace(_BETWEEN, '","')
    return f'{{"{quoted}"}}'


def _bytes(column: Sequence[Any]) -> str:
    return "{" + ",".join("NULL" if value is None else f'"\\\\x{value.hex()}"' for value in column) + "}"


_LITERALS: Final = {INT: _integers, TEXT: _texts, BLOB: _bytes}
