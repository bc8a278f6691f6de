"""How far an import has come, kept beside the data so that it can go on; and the rows it refused."""

import csv
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any, Self

import msgspec

from parcours.app.ports import Row


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows read, and what became of them: accepted + duplicates + rejected = rows."""

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0

    def plus(self, kept: Sequence[bool], rejected: int) -> "Counts":
        """With one more unit: its arrivals, of which those marked True were new, and its rejected rows."""
        new = sum(kept)
        known = len(kept) - new
        return Counts(self.rows + len(kept) + rejected, self.accepted + new, self.duplicates + known, self.rejected + rejected)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(slots=True)
class Checkpoint:
    """The counts of the units that are on disk, in a small file named by file content and mapping."""

    path: Path
    counts: Counts

    @classmethod
    def of(cls, directory: Path, identity: str) -> Self:
        """The checkpoint of this import, at zero when there is none."""
        path = directory / f"{identity}.json"
        try:
            return cls(path, msgspec.json.decode(path.read_bytes(), type=Counts))
        except (FileNotFoundError, msgspec.DecodeError):
            return cls(path, Counts())

    def keep(self, counts: Counts) -> None:
        """Remember that so many rows are on disk. Losing this to a power cut costs time, no data: ids are checked again."""
        self.counts = replace(counts)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".tmp")
        beside.write_bytes(msgspec.json.encode(counts))
        beside.replace(self.path)

    def forget(self) -> None:
        """The import is done."""
        self.path.unlink(missing_ok=True)


class Rejects:
    """A CSV file of refused rows: line, reason, and the row as JSON. It is made at the first of them."""

    def __init__(self, path: Path, *, resumed: bool) -> None:
        self._path, self._resumed = path, resumed
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        if not self._resumed:
            self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, refused: Sequence[tuple[Row, str]]) -> None:
        """Write refused rows with their reasons."""
        if not refused:
            return
        file = self._file = self._file or self._opened()
        rows = ((row.line, reason, msgspec.json.encode(row.values, enc_hook=str).decode()) for row, reason in refused)
        csv.writer(file).writerows(rows)
        file.flush()

    def _opened(self) -> IO[str]:
        new = not self._path.exists()
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        file = os.fdopen(descriptor, "a", encoding="utf-8", newline="")
        if new:
            csv.writer(file).writerow(("line", "reason", "row"))
        return file
