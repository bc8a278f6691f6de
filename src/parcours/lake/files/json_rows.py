"""JSON lines: one object a line."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from parcours.app.ports.files import Row
from parcours.lake.files.text import TextFile


class JsonLinesFile:
    """A file of JSON lines. Values have the types of JSON."""

    typed = True
    columns = None

    def __init__(self, path: Path, encoding: str) -> None:
        self._file = TextFile(path, encoding)

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
        """One row a line; blank lines are no rows."""
        decode = msgspec.json.Decoder().decode
        for number, line in enumerate(self._file.lines(), 1):
            if not line.strip():
                continue
            try:
                value = decode(line)
            except (ValueError, RecursionError) as error:
                yield Row(number, {"text": line.rstrip("\r\n")}, f"This line is not JSON: {error}.")
                continue
            if isinstance(value, dict):
                yield Row(number, value)
            else:
                yield Row(number, {"value": value}, "A row is one JSON object on one line.")
