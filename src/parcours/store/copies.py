"""Copies of a SQLite directory's database and small files: into a backup while the server goes on, and out of one."""

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pysqlite3.dbapi2 as sqlite

from parcours.app.ports import SegmentFile
from parcours.store.directory import BOOT_FILE, DATABASE_FILE, SECRET_FILE, WrongDirectory, open_directory, write_file
from parcours.store.sqlite.connect import connect
from parcours.store.sqlite.readers import Readers

SEAL: Final = "backup.json"
FORMAT: Final = 1
WITH_POSTGRESQL: Final = (
    "This directory's database is PostgreSQL: dump it with pg_dump first, then copy the folder lake and the files secret and parcours.json"
    " (in this order, so that every file that the dump names is in the copy). See docs/how-to/backup-and-restore.md."
)
_CHUNK: Final = 1 << 20


class Outward:
    """From a data directory into a backup. Raises WrongDirectory when the target holds something, or the database is PostgreSQL."""

    def __init__(self, directory: Path, target: Path, workspace: int) -> None:
        database = open_directory(directory).database
        if not isinstance(database, Path):
            raise WrongDirectory(WITH_POSTGRESQL)
        _make_empty(target, "a new or empty folder for the backup")
        self._directory, self._target, self._workspace = directory, target, workspace

    def take(self) -> list[SegmentFile]:
        """Copy the database on one snapshot; answers the files that the copy names."""
        copy = self._target / DATABASE_FILE
        copy.unlink(missing_ok=True)
        with contextlib.closing(connect(self._directory / DATABASE_FILE)) as source, contextlib.closing(sqlite.connect(copy)) as target:
            copy.chmod(0o600)
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        sync(copy)
        return manifest(copy, self._workspace)

    def seal(self, facts: Mapping[str, Any], /) -> None:
        """Copy the secret and the boot file, then say what is in the backup and how its database must look."""
        for name in (SECRET_FILE, BOOT_FILE):
            write_file(self._target / name, (self._directory / name).read_bytes())
        said = {
            "format": FORMAT,
            **facts,
            "sha256": {name: digest(self._target / name) for name in (DATABASE_FILE, SECRET_FILE, BOOT_FILE)},
        }
        write_file(self._target / SEAL, json.dumps(said, indent=1).encode())


class Homeward:
    """From a backup into a new data directory. Raises WrongDirectory for a backup that is not whole, or a target that holds something."""

    def __init__(self, backup: Path, directory: Path, workspace: int) -> None:
        self.facts = _facts(backup)
        _make_empty(directory, "a new or empty folder with --data")
        self._backup, self._directory, self._workspace = backup, directory, workspace

    def take(self) -> list[SegmentFile]:
        """Check and copy the database; answers the files that it names."""
        for name, expected in self.facts["sha256"].items():
            if not (self._backup / name).is_file() or digest(self._backup / name) != expected:
                raise WrongDirectory(f"{self._backup / name} is missing or damaged: restore another backup.")
        copy = self._directory / DATABASE_FILE
        with (self._backup / DATABASE_FILE).open("rb") as source, os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as target:
            while chunk := source.read(_CHUNK):
                target.write(chunk)
        sync(copy)
        return manifest(copy, self._workspace)

    def seal(self, facts: Mapping[str, Any], /) -> None:
        """Copy the secret, then the boot file, which makes the directory ready."""
        del facts
        for name in (SECRET_FILE, BOOT_FILE):
            write_file(self._directory / name, (self._backup / name).read_bytes())


def manifest(database: Path, workspace: int) -> list[SegmentFile]:
    """The files of the history that a database names."""
    readers = Readers(database)
    try:
        segments: list[SegmentFile] = readers.read(workspace, lambda tx: tx.manifest.segments())
        return segments
    finally:
        readers.close()


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
    return total.hexdigest()


def sync(path: Path) -> None:
    """Wait until a file and its name are on the disk."""
    for each in (path, path.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _make_empty(target: Path, wanted: str) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise WrongDirectory(f"{target} is not empty: name {wanted}.")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)


def _facts(backup: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads((backup / SEAL).read_text())
    except FileNotFoundError as error:
        raise WrongDirectory(f"{backup} holds no whole backup: {SEAL}, which is written last, is not there.") from error
    except (OSError, ValueError) as error:
        raise WrongDirectory(f"{backup / SEAL} cannot be read: {error}. Restore another backup.") from error
    if facts.get("format", 0) > FORMAT:
        raise WrongDirectory(f"{backup} was made by a newer Parcours (format {facts['format']}). Install that version.")
    return facts
