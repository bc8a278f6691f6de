"""Synthetic shoppers on disk as the product keeps events: 64 partitions of Parquet segments, written once and kept in .cache/bench."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa

from bench.measuring import ROOT
from bench.shoppers import Ints, Shoppers, shoppers
from parcours.app.ports import SegmentFile
from parcours.core.terms.ids import PARTITIONS
from parcours.lake.rows import SCHEMA
from parcours.lake.segments import write_segment

CACHE = ROOT / ".cache/bench"
MANIFEST = "manifest.json"


def stored(events: int) -> tuple[Path, list[SegmentFile]]:
    """The folder of a history of so many events, and its manifest; made the first time."""
    folder = CACHE / f"segments-{events}"
    if not (folder / MANIFEST).is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        written = [write_segment(folder, number, table) for number, table in enumerate(partitions(shoppers(events)))]
        (folder / MANIFEST).write_bytes(msgspec.json.encode(written))
    return folder, msgspec.json.decode((folder / MANIFEST).read_bytes(), type=list[SegmentFile])


def partitions(people: Shoppers) -> Iterator[pa.Table]:
    """The rows of each partition: contacts are dealt out in turn."""
    for number in range(PARTITIONS):
        rows = np.flatnonzero(people.contact % PARTITIONS == number)
        yield rows_of(people, rows)


def rows_of(people: Shoppers, rows: Ints) -> pa.Table:
    """These events as rows of a segment."""
    count = len(rows)
    contact, occurred = people.contact[rows] + 1, people.occurred[rows]
    ids = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), count, [None, pa.py_buffer(_ids(rows))])
    columns = {
        "contact": contact,
        "seq": rows - people.starts[people.contact[rows]] + 1,
        "event": people.event[rows],
        "occurred": occurred,
        "received": occurred,
        "turned": occurred,
        "source": np.zeros(count, dtype=np.int32),
        "message_id": ids,
        "kind": np.zeros(count, dtype=np.uint8),
        "history": np.zeros(count, dtype=np.bool_),
        "client_message_id": pa.array([""] * count),
        "properties": pa.array(["{}"] * count),
    }
    return pa.table(columns, schema=SCHEMA)


def _ids(rows: Ints) -> bytes:
    return np.stack([np.zeros(len(rows), dtype=np.int64), rows.astype(np.int64)], axis=1).tobytes()
