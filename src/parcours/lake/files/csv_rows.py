"""CSV (RFC 4180): a header, then rows of as many cells. A row that is not so is faulty; it never shifts or pads its cells."""

import contextlib
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from parcours.app.ports.files import FileFault, Row
from parcours.lake.files.text import TextFile

DELIMITERS: Final = (",", ";", "\t", "|")
LONGEST_CELL: Final = 1 << 24

csv.field_size_limit(LONGEST_CELL)


class CsvFile:
    """A CSV file. Every value is text; an empty cell is an empty text."""

    typed = False

    def __init__(self, path: Path, encoding: str, delimiter: str) -> None:
        self._file = TextFile(path, encoding)
        self._delimiter = self._found() if delimiter == "auto" else delimiter
        if len(self._delimiter) != 1 or self._delimiter in '"\r\n':
            raise FileFault('A delimiter is one character, for instance --delimiter ";", or --delimiter auto.')
        self.columns = self._header()

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file."""
        return self._file.digest

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._file.size

    def done(self) -> int:
        """Bytes read."""
        return self._file.done()

    def rows(self) -> Iterator[Row]:
        """Every row after the header; empty lines are no rows."""
        width = len(self.columns)
        reader = csv.reader(self._file.lines(), delimiter=self._delimiter, strict=True)
        next(reader)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield Row(line, {}, f"This is not CSV: {error}.")
                continue
            if cells is None:
                return
            if len(cells) == width:
                yield Row(line, dict(zip(self.columns, cells, strict=True)))
            elif cells:
                yield Row(line, {"cells": cells}, f"The header has {width:,} columns, this row {len(cells):,}.")

    def _header(self) -> tuple[str, ...]:
        columns = self._split(self._delimiter)
        if not any(columns):
            raise FileFault(f"{self._file.path.name} has no header: its first line names the columns.")
        for number, column in enumerate(columns, 1):
            if not column:
                raise FileFault(f"Column {number:,} of {self._file.path.name} has no name: give it one in the first line.")
            if column in columns[: number - 1]:
                raise FileFault(f"{self._file.path.name} has two columns called {column!r}: rename one in the first line.")
        others = [other for other in DELIMITERS if other != self._delimiter and len(self._split(other)) > 1]
        if len(columns) == 1 and others:
            raise FileFault(f"The header of {self._file.path.name} is one column: say --delimiter {others[0]!r}, or --delimiter auto.")
        return tuple(columns)

    def _found(self) -> str:
        return max(DELIMITERS, key=lambda delimiter: len(self._split(delimiter)))

    def _split(self, delimiter: str) -> list[str]:
        with contextlib.closing(self._file.lines()) as lines:
            try:
                return next(csv.reader(lines, delimiter=delimiter, strict=True), [])
            except csv.Error as error:
                raise FileFault(f"The first line of {self._file.path.name} is not CSV: {error}.") from None
