"""Traces of a partition as memory-mapped columns, derived from its segments and keyed by them.

    traces/07-<key>/made_of.json         the segments
    traces/07-<key>/contact.npy ...      the columns of Traces, and `order`, the place of each row in the segments one after the other
    traces/07-<key>/property-<hash>.npy  the codes of one property, with its distinct values as JSON beside it

A folder is complete or not there; when the segments change, the key changes and a new folder replaces the old one.
"""

import hashlib
import shutil
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from parcours.app.ports import SegmentFile
from parcours.core.terms.conditions.columns import Column
from parcours.core.terms.events import NEVER
from parcours.core.trace import Partition, Traces
from parcours.core.trace.traces import starts_of, trace_order
from parcours.lake.durable import sync_file, sync_folder
from parcours.lake.extraction import extract
from parcours.lake.rows import from_json
from parcours.lake.segments import read_segment

_LAYOUT: Final = b"1"
_MADE_OF: Final = "made_of.json"
_COLUMNS: Final = ("contact", "event", "occurred", "turned", "seq", "kind", "history")
_TYPES: Final = {"event": np.int32, "kind": np.uint8, "history": np.uint8}


class TraceFiles:
    """Traces under `root/traces`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._mapped: dict[int, _Mapped] = {}

    def open(self, number: int, segments: Sequence[SegmentFile], properties: Sequence[str]) -> Partition:
        """The partition with its traces and the columns of these top-level properties; made first where they are missing."""
        ordered = sorted(segments, key=lambda segment: segment.path)
        folder = self._root / "traces" / f"{number:02d}-{_key(ordered)}"
        with self._lock:
            if not folder.is_dir():
                self._build(folder, ordered)
            for name in properties:
                if not _codes(folder, name).is_file():
                    self._extract(folder, ordered, name)
            mapped = self._map(number, folder)
            return Partition(number, mapped.traces, {name: mapped.column(name) for name in properties})

    def _map(self, number: int, folder: Path) -> "_Mapped":
        """The partition's columns, mapped once: what was mapped of its former segments is let go."""
        mapped = self._mapped.get(number)
        if mapped is None or mapped.folder != folder:
            mapped = self._mapped[number] = _Mapped(folder, _traces(folder))
        return mapped

    def forget(self, paths: Sequence[str]) -> None:
        """Delete what was made of any of these segments."""
        gone = set(paths)
        with self._lock:
            self._mapped.clear()
            for made_of in list((self._root / "traces").glob(f"*/{_MADE_OF}")):
                if gone & set(msgspec.json.decode(made_of.read_bytes())):
                    shutil.rmtree(made_of.parent, ignore_errors=True)

    def _build(self, folder: Path, segments: Sequence[SegmentFile]) -> None:
        folder.parent.mkdir(exist_ok=True)
        columns = {name: _read(self._root, segments, name) for name in _COLUMNS}
        order = trace_order(columns["contact"], columns["occurred"], columns["seq"])
        columns = {name: np.ascontiguousarray(column[order]) for name, column in columns.items()}
        part = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))
        for name, column in {**columns, "order": order.astype(np.int64), "starts": starts_of(columns["contact"])}.items():
            _save(part / f"{name}.npy", column)
        (part / _MADE_OF).write_bytes(msgspec.json.encode([segment.path for segment in segments]))
        sync_file(part / _MADE_OF)
        sync_folder(part)
        part.rename(folder)
        sync_folder(folder.parent)
        for old in folder.parent.glob(f"{folder.name.partition('-')[0]}-*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)

    def _extract(self, folder: Path, segments: Sequence[SegmentFile], name: str) -> None:
        codes, values = extract([self._root / segment.path for segment in segments], name)
        values_file = _codes(folder, name).with_suffix(".json")
        values_file.write_bytes(msgspec.json.encode(values))
        sync_file(values_file)
        _save(_codes(folder, name), codes[_open(folder, "order")])
        sync_folder(folder)


@dataclass(slots=True)
class _Mapped:
    """The columns of a folder that were read so far. Opening a file costs more than reading a small one."""

    folder: Path
    traces: Traces
    columns: dict[str, Column] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        """The codes and values of a property; its file is there."""
        if name not in self.columns:
            self.columns[name] = _column(self.folder, name)
        return self.columns[name]


def _key(segments: Sequence[SegmentFile]) -> str:
    total = hashlib.sha256(_LAYOUT)
    for segment in segments:
        total.update(f"{segment.path}\n{segment.sha256}\n".encode())
    return total.hexdigest()[:32]


def _read(root: Path, segments: Sequence[SegmentFile], name: str) -> NDArray[Any]:
    chunks = [chunk for segment in segments for chunk in read_segment(root, segment, [name]).column(name).chunks]
    column = pa.chunked_array(chunks, type=None if chunks else pa.int64())
    if name == "turned":
        column = column.fill_null(NEVER)
    array: NDArray[Any] = column.to_numpy()
    return array.astype(_TYPES.get(name, np.int64))


def _save(path: Path, column: NDArray[Any]) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.save(file, column)
    sync_file(part)
    part.rename(path)


def _open(folder: Path, name: str) -> NDArray[Any]:
    path = folder / f"{name}.npy"
    try:
        mapped: NDArray[Any] = np.load(path, mmap_mode="r")
    except ValueError:  # an empty array cannot be mapped
        mapped = np.load(path)
    return mapped


def _traces(folder: Path) -> Traces:
    return Traces(*(_open(folder, name) for name in (*_COLUMNS, "starts")))


def _codes(folder: Path, name: str) -> Path:
    return folder / f"property-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}.npy"


def _column(folder: Path, name: str) -> Column:
    codes = _open(folder, _codes(folder, name).stem)
    texts: list[str] = msgspec.json.decode(_codes(folder, name).with_suffix(".json").read_bytes())
    return Column(codes, [from_json(text) for text in texts])
