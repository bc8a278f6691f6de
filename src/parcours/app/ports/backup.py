"""Copies of a data directory: into a backup, and out of one."""

from collections.abc import Mapping
from typing import Any, Protocol

from parcours.app.ports.history import SegmentFile


class DatabaseCopy(Protocol):
    """The database and the small files of a directory, on their way to another one."""

    def take(self) -> list[SegmentFile]:
        """Copy the database as it is at one instant, in place of an earlier copy; answers the files that its manifest names."""
        ...

    def seal(self, facts: Mapping[str, Any], /) -> None:
        """Copy what else a directory needs and say that the copy is whole: the last thing that is done."""
        ...


class SegmentCopy(Protocol):
    """The files of the history, on their way to another directory."""

    def copy(self, segment: SegmentFile, /) -> bool:
        """Copy one file durably, unless the same is there; False when it is gone. Raises ValueError for a damaged one."""
        ...
