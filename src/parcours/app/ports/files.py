"""Files of rows that people bring: CSV, JSON lines, Parquet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


class FileFault(ValueError):
    """The file cannot be read as asked. The text is one sentence that names the place and says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: values by column, null where there is none. `line` is where it begins in the file (its number in a Parquet file).

    `fault` is a sentence when the row cannot be read; `values` then holds what could be made out.
    """

    line: int
    values: Mapping[str, Any]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read. `form` is csv, jsonl or parquet, "" = by the name. A `delimiter` "auto" is found in the header."""

    form: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","


class RowFile(Protocol):
    """An open file of rows. Every call of `rows` reads it again from its beginning, in bounded memory."""

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The columns, None where each row names its own."""
        ...

    @property
    def typed(self) -> bool:
        """Values come with their types (JSON lines, Parquet); those of CSV are all text."""
        ...

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file."""
        ...

    @property
    def size(self) -> int:
        """Bytes (rows of a Parquet file), in the unit of `done`."""
        ...

    def done(self) -> int:
        """How far the newest `rows` has come, at most `size`."""
        ...

    def rows(self) -> Iterator[Row]:
        """Every row, faulty ones included; lines without anything are no rows."""
        ...


class RowFiles(Protocol):
    """Opens files of rows."""

    def open(self, path: Path, reading: Reading, /) -> RowFile:
        """Checks the whole file's encoding and its header before any row is read. Raises FileFault."""
        ...
