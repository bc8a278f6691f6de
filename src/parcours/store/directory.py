"""The data directory: what lies where, which version wrote it, and the one process that owns it.

DIR/format        the number of the directory's layout
DIR/owner.lock    held (flock) by the process that writes; its text says which
DIR/parcours.db   the system of record (SQLite)
DIR/lake/         segments and what is derived from them
"""

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Final

FORMAT: Final = 1
"""The layout this version writes; a directory with a higher number is refused."""


class DirectoryFault(Exception):
    """The data directory cannot be used; the text is one sentence that says what to do."""


class DataDirectory:
    """A data directory that exists. Reading needs no lock; writing needs `own`."""

    def __init__(self, path: Path) -> None:
        """Raises DirectoryFault when there is none, or a newer one."""
        self.path = path
        self._lock: int | None = None
        try:
            text = self.format_file.read_text().strip()
        except FileNotFoundError:
            raise DirectoryFault(f"{path} is no data directory of Parcours: run `parcours init --data {path}` first.") from None
        except OSError as error:
            raise DirectoryFault(f"{path} cannot be read: {error.strerror}.") from error
        if not text.isdecimal() or int(text) > FORMAT:
            raise DirectoryFault(f"{path} was written by a newer version of Parcours: install that version, or choose another directory.")

    @classmethod
    def init(cls, path: Path) -> "DataDirectory":
        """Make a new data directory, private to its user. Raises DirectoryFault when it exists or cannot be made."""
        try:
            path.mkdir(parents=True, exist_ok=True)
            if any(path.iterdir()):
                raise DirectoryFault(
                    f"{path} is not empty: choose another directory, or start the one that is there with `parcours serve`."
                )
            path.chmod(0o700)
            (path / "lake").mkdir()
            (path / "format").write_text(f"{FORMAT}\n")
        except OSError as error:
            raise DirectoryFault(f"{path} cannot be made: {error.strerror}.") from error
        return cls(path)

    @classmethod
    def exists(cls, path: Path) -> bool:
        """Whether there is a data directory, of whatever version."""
        return (path / "format").exists()

    @property
    def format_file(self) -> Path:
        """The file with the number of the layout."""
        return self.path / "format"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / "parcours.db"

    @property
    def lake(self) -> Path:
        """Where the event history lies."""
        return self.path / "lake"

    def own(self) -> None:
        """Become the one process that writes here, until `release` or the end of the process. Raises DirectoryFault when another is."""
        if self._lock is not None:
            return
        handle = os.open(self.path / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(handle, 100).decode(errors="replace").strip() or "another process"
            os.close(handle)
            raise DirectoryFault(f"{self.path} is in use by {owner}: stop it first, or choose another directory with --data.") from None
        os.ftruncate(handle, 0)
        os.write(handle, f"process {os.getpid()}\n".encode())
        self._lock = handle

    def release(self) -> None:
        """Give the directory up."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def owned_elsewhere(self) -> bool:
        """Whether another process owns the directory now."""
        if self._lock is not None:
            return False
        try:
            self.own()
        except DirectoryFault:
            return True
        self.release()
        return False
