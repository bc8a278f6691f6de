"""A reserve on the disk: opt-outs are still kept when it is full, and nothing else takes that room."""

import os
import threading
import time
from pathlib import Path
from typing import Final

LOOK_SECONDS: Final = 1.0
"""How often it is tried to take the room back."""


class Reserve:
    """A file of `size` bytes beside the database, deleted when its room is needed; 0 for none. Safe to ask from several threads."""

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size = path, size
        self._lock = threading.Lock()
        self._next_look = 0.0
        self._whole = size == 0 or self._allocate()

    def whole(self) -> bool:
        """Whether the reserve is there; once it was given it is taken back as soon as there is twice its room."""
        return self._whole or self._taken_back()

    @property
    def given(self) -> bool:
        """Whether its room is in use."""
        return not self._whole

    def give(self) -> None:
        """Free its room."""
        if self._size:
            with self._lock:
                self._whole = False
                self._path.unlink(missing_ok=True)

    def _taken_back(self) -> bool:
        with self._lock:
            if not self._whole and time.monotonic() >= self._next_look:
                self._next_look = time.monotonic() + LOOK_SECONDS
                free = os.statvfs(self._path.parent)
                self._whole = free.f_bavail * free.f_frsize >= 2 * self._size and self._allocate()
            return self._whole

    def _allocate(self) -> bool:
        """Make the file, its blocks included; False when there is no room."""
        try:
            with self._path.open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, self._size)
        except OSError:
            self._path.unlink(missing_ok=True)
            return False
        return True
