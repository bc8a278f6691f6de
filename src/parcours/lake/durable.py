"""Files that are whole or not there: written beside their place, synced, renamed, and the folder synced."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from parcours.failpoints import reach

PART: Final = ".part"
_CHUNK: Final = 1 << 20


def write_durably(path: Path, write: Callable[[Path], None]) -> None:
    """Call `write` with a temporary path beside `path`, then put the file in its place. Raises OSError; nothing is left then."""
    part = path.with_name(path.name + PART)
    try:
        write(part)
        reach("file.before_sync")
        sync_file(part)
        reach("file.before_rename")
        part.rename(path)
        reach("file.after_rename")
        sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def make_folder(path: Path) -> None:
    """Make a folder whose existence survives a power cut."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    sync_file(path)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
    return total.hexdigest()
