"""The data directory: what is in it, who owns it, and which format it has."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FORMAT: Final = 1
"""The directory's format; a newer one is refused, an older one is brought up to date."""
BOOT_FILE: Final = "parcours.json"
SECRET_FILE: Final = "secret"  # noqa: S105 - a file name
LOCK_FILE: Final = "parcours.lock"
DATABASE_FILE: Final = "parcours.sqlite"
LAKE: Final = "lake"


class WrongDirectory(ValueError):
    """The directory cannot be used as asked; the text is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """An initialized directory. `boot` holds what is needed before the database opens; `secret` signs links, 32 bytes."""

    path: Path
    boot: Mapping[str, Any]
    secret: bytes

    @property
    def database(self) -> Path | str:
        """The PostgreSQL URL, or the path of the SQLite file."""
        url = self.boot.get("database")
        return str(url) if url else self.path / DATABASE_FILE

    @property
    def lake(self) -> Path:
        return self.path / LAKE


def initialized(path: Path) -> bool:
    """Whether the directory was made ready."""
    return (path / BOOT_FILE).is_file()


def initialize(path: Path, boot: Mapping[str, Any]) -> DataDirectory:
    """Make a directory ready. Raises WrongDirectory when it already is, or holds something else."""
    if initialized(path):
        raise WrongDirectory(f"{path} is already a Parcours data directory. Choose another with --data, or serve this one.")
    if (path / SECRET_FILE).exists():
        raise WrongDirectory(f"{path} was left half made when its making was interrupted. Remove it, then try again.")
    if path.exists() and any(path.iterdir()):
        raise WrongDirectory(f"{path} is not empty and holds no Parcours data. Choose an empty or new directory with --data.")
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)  # an empty folder that was there already may have been open to everybody on the machine
    (path / LAKE).mkdir(exist_ok=True)
    write_file(path / SECRET_FILE, secrets.token_bytes(32))
    return DataDirectory(path, dict(boot), (path / SECRET_FILE).read_bytes())


def complete(directory: DataDirectory) -> None:
    """Say that the directory is ready, once its database is: the last thing that is written."""
    write_file(directory.path / BOOT_FILE, json.dumps({"format": FORMAT, **directory.boot}, indent=1).encode())


def abandon(directory: DataDirectory) -> None:
    """Remove what `initialize` and its caller made, when the directory could not be completed."""
    for file in (SECRET_FILE, DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm"):
        (directory.path / file).unlink(missing_ok=True)
    shutil.rmtree(directory.lake)


def open_directory(path: Path) -> DataDirectory:
    """The directory's boot values. Raises WrongDirectory when it is not ready, or of a newer format."""
    if not initialized(path):
        raise WrongDirectory(f"{path} holds no Parcours data. Make it ready: parcours init --data {path} --owner you@example.org")
    try:
        boot = json.loads((path / BOOT_FILE).read_text())
        secret = (path / SECRET_FILE).read_bytes()
    except (OSError, ValueError) as error:
        raise WrongDirectory(f"{path} cannot be read: {error}. Restore it from a backup.") from error
    if boot.get("format", 0) > FORMAT:
        raise WrongDirectory(f"{path} was written by a newer Parcours (format {boot['format']}). Install that version.")
    return DataDirectory(path, boot, secret)


@contextlib.contextmanager
def owned(path: Path) -> Iterator[None]:
    """Own the directory while the block runs. Raises WrongDirectory when another process owns it."""
    with (path / LOCK_FILE).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            owner = file.read().strip() or "unknown"
            raise WrongDirectory(f"{path} is in use by another process (id {owner}). Stop it first, or use another directory.") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def write_file(path: Path, data: bytes) -> None:
    """Write a small file durably, readable by its owner only."""
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
