"""A ledger: lines of JSON that are on the disk before the writer goes on. It knows nothing of the product."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

Line = dict[str, Any]


class Ledger:
    """A file that is only ever appended to; several threads may write, several processes may read."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = Lock()

    def note(self, *, sync: bool = True, **line: Any) -> None:
        """Append a line with the instant (µs); with `sync` it is on the disk when this returns."""
        octets = json.dumps({"at": now(), **line}).encode() + b"\n"
        with self._lock:
            os.write(self._file, octets)
        if sync:
            os.fdatasync(self._file)

    def close(self) -> None:
        """Nothing more is written."""
        os.close(self._file)


def now() -> int:
    """The wall clock in µs."""
    return time.time_ns() // 1000


def lines(path: Path) -> Iterator[Line]:
    """Every whole line that is there by now."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)
