"""The event history: immutable Parquet segments, traces derived from them, and SQL over them."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parcours.lake.copying import SegmentCopies
    from parcours.lake.history import SegmentHistory
    from parcours.lake.sql import SegmentSql


def open_history(path: Path) -> "SegmentHistory":
    """The history in a folder, which is made when it is not there."""
    from parcours.lake.history import SegmentHistory  # pyarrow takes its time

    return SegmentHistory(path)


def open_copies(source: Path, target: Path) -> "SegmentCopies":
    """Copies of the segments of one lake into another."""
    from parcours.lake.copying import SegmentCopies

    return SegmentCopies(source, target)


def open_sql(path: Path) -> "SegmentSql":
    """SQL over the segments in a folder."""
    from parcours.lake.sql import SegmentSql  # so does DuckDB

    return SegmentSql(path)
