"""SQL texts, written once for both databases and translated once for each.

Values are named `:name`. A `Statement` is run with named values. A `Batch` also takes many rows at once: they appear in the text
as a table `given` with the declared columns, so that hundreds of rows cost one call of the driver. That matters for SQLite in
threads: each call gives up the interpreter lock and waits for it again, which under load costs far more than the row itself.

What differs between the databases is written as a word in braces: {skip_locked}, {lock}, {position}, {held}, {narrow table.column given}.
`held` holds the contacts that a unit loads until it ends; units that only read hold nothing. `narrow` tells PostgreSQL once more which
rows of a table are meant: without fresh statistics it would rather read a whole workspace and join that.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal

INT: Final = "bigint"
TEXT: Final = "text"
BLOB: Final = "bytea"

Row = tuple[Any, ...]
Dialect = Literal["sqlite", "postgresql", "postgresql reading"]

_NAMED: Final = re.compile(r"(?<![:\w]):([a-z_]\w*)")
_WORDS: Final[dict[Dialect, dict[str, str]]] = {
    "sqlite": {"{skip_locked}": "", "{lock}": "", "{held}": "", "{position}": "instr"},
    "postgresql": {
        "{skip_locked}": "FOR UPDATE SKIP LOCKED",
        "{lock}": "FOR UPDATE",
        "{held}": "ORDER BY contacts.id FOR NO KEY UPDATE OF contacts",
        "{position}": "strpos",
    },
    "postgresql reading": {"{skip_locked}": "", "{lock}": "", "{held}": "", "{position}": "strpos"},
}
LONGEST: Final = 128
"""Rows in one SQLite statement. With 256 its planner begins to walk through tables where it should look the rows up."""


_NARROW: Final = re.compile(r" ?\{narrow (\S+) (\w+)\}")


@dataclass(frozen=True)
class Statement:
    """A text with named values."""

    text: str


@dataclass(frozen=True)
class Batch:
    """A text that reads the table `given`; `columns` are its names and types in the order of the rows' values.

    `given` also has a column `workspace`. An UPDATE joins on it and not on `:workspace`: SQLite's planner, which takes ten rows for each
    workspace, would rather walk through all of a workspace than look up the rows given.
    """

    text: str
    columns: dict[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return id(self)


@dataclass(frozen=True, slots=True)
class Translated:
    """A text for one driver, and the names of its values in their order."""

    text: str
    names: tuple[str, ...]

    def values(self, named: dict[str, Any]) -> list[Any]:
        """The values in the order of the text. Raises KeyError when one is missing."""
        return [named[name] for name in self.names]


@lru_cache(maxsize=4096)
def translate(text: str, dialect: Dialect) -> Translated:
    """The text with positional marks of the dialect's driver."""
    for word, meaning in _WORDS[dialect].items():
        text = text.replace(word, meaning)
    text = _NARROW.sub("" if dialect == "sqlite" else r" AND \1 = ANY (ARRAY(SELECT \2 FROM given))", text)
    names = tuple(_NAMED.findall(text))
    return Translated(_NAMED.sub("?" if dialect == "sqlite" else "%s", text), names)


@lru_cache(maxsize=4096)
def sqlite_batch(batch: Batch, rows: int) -> Translated:
    """The batch for SQLite with this many rows. The workspace comes first, then the values of the rows."""
    body = translate(batch.text, "sqlite")
    one = f"(?1,{','.join('?' * len(batch.columns))})"
    given = f"WITH given(workspace,{','.join(batch.columns)}) AS (VALUES {','.join([one] * rows)})"
    return Translated(f"{given} {body.text}", body.names)


@lru_cache(maxsize=512)
def postgres_batch(batch: Batch, dialect: Dialect = "postgresql") -> Translated:
    """The batch for PostgreSQL. The workspace comes first, then one array for each column."""
    body = translate(batch.text, dialect)
    arrays = ",".join(f"%s::{kind}[]" for kind in batch.columns.values())
    given = f"WITH given(workspace,{','.join(batch.columns)}) AS (SELECT %s::bigint, rows.* FROM unnest({arrays}) AS rows)"
    return Translated(f"{given} {body.text}", body.names)


def chunks(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """The rows in runs whose lengths are powers of two, so that few different texts are prepared."""
    parts: list[Sequence[Row]] = []
    start, left = 0, len(rows)
    while left:
        size = min(LONGEST, 1 << (left.bit_length() - 1))
        parts.append(rows[start : start + size])
        start += size
        left -= size
    return parts
