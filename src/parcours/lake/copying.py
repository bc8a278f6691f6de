"""Copies of segments, checked on the way."""

import shutil
from pathlib import Path

from parcours.app.ports import SegmentFile
from parcours.lake.durable import make_folder, write_durably
from parcours.lake.segments import fault_of


class SegmentCopies:
    """From one lake to another."""

    def __init__(self, source: Path, target: Path) -> None:
        self._source, self._target = source, target

    def copy(self, segment: SegmentFile, /) -> bool:
        """Copy one file durably, unless the same is there; False when it is gone. Raises ValueError for a damaged one."""
        place = self._target / segment.path
        if place.is_file() and fault_of(self._target, segment) is None:
            return True
        make_folder(place.parent)
        try:
            write_durably(place, lambda part: _copy(self._source / segment.path, part))
        except FileNotFoundError:
            return False
        fault = fault_of(self._target, segment)
        if fault is not None:
            place.unlink()
            raise ValueError(fault)
        return True


def _copy(source: Path, part: Path) -> None:
    shutil.copyfile(source, part)
