"""Segments: immutable, checksummed Parquet files of turned events."""

import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from parcours.app.ports import SegmentFile
from parcours.lake.durable import make_folder, sha256, write_durably
from parcours.lake.shredding import with_columns

_ROW_GROUP: Final = 64 * 1024
_LEVEL: Final = 3
_DELTA: Final = ("contact", "seq", "occurred", "received", "turned")


def write_segment(root: Path, partition: int, table: pa.Table) -> SegmentFile:
    """Write a sorted table as a new file; it is on the disk when this returns."""
    created = time.time_ns() // 1000
    path = f"segments/{partition:02d}/{created:016x}-{secrets.token_hex(4)}.parquet"
    place = root / path
    make_folder(place.parent)
    shredded = with_columns(table)
    write_durably(place, lambda part: _write(shredded, part))
    occurred = pc.min_max(table.column("occurred")).as_py()
    return SegmentFile(
        path=path,
        partition=partition,
        rows=table.num_rows,
        size=place.stat().st_size,
        sha256=sha256(place),
        first=occurred["min"],
        last=occurred["max"],
        created=created,
    )


def _write(table: pa.Table, part: Path) -> None:
    coded = [name for name in table.schema.names if name not in (*_DELTA, "message_id", "client_message_id", "properties")]
    pq.write_table(
        table,
        part,
        row_group_size=_ROW_GROUP,
        compression="zstd",
        compression_level=_LEVEL,
        use_dictionary=coded,
        column_encoding=dict.fromkeys(_DELTA, "DELTA_BINARY_PACKED"),
        write_page_index=True,
        store_schema=True,
    )


def read_segment(root: Path, segment: SegmentFile, columns: Sequence[str] | None = None, contacts: Sequence[int] | None = None) -> pa.Table:
    """The rows of a segment, or those of some contacts. Raises OSError, or pa.ArrowInvalid for a damaged file."""
    filters = None if contacts is None else [("contact", "in", list(contacts))]
    return pq.read_table(root / segment.path, columns=None if columns is None else list(columns), filters=filters, partitioning=None)


def fault_of(root: Path, segment: SegmentFile) -> str | None:
    """One sentence when the file is not what the manifest says, None when it is."""
    place = root / segment.path
    if not place.is_file():
        return f"{segment.path} is missing: restore it from a backup."
    if place.stat().st_size != segment.size or sha256(place) != segment.sha256:
        return f"{segment.path} is damaged (its checksum differs): restore it from a backup."
    rows = pq.read_metadata(place).num_rows
    return None if rows == segment.rows else f"{segment.path} holds {rows} rows and not {segment.rows}: restore it from a backup."
