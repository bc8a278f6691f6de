"""Segments and traces on the disk: whole or not there, damage found, derived files made anew."""

import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from parcours.core.terms.events import Event
from parcours.lake import open_history
from parcours.lake.durable import write_durably
from parcours.lake.extraction import by_duckdb, by_python
from parcours.lake.history import SegmentHistory
from parcours.lake.merging import parts_to_merge
from parcours.lake.rows import from_json
from parcours.testing.builders import NOW, identifier
from parcours.testing.contracts.history import CODES, NAMES, row
from parcours.testing.contracts.manifest import segment as manifest_row


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lake"


@pytest.fixture
def history(root: Path) -> SegmentHistory:
    return open_history(root)


def test_a_segment_is_read_by_other_programs_as_design_says(history: SegmentHistory, root: Path) -> None:
    segment = history.append(7, [row(1, 1, properties={"total": 1.5})], CODES)
    table = pq.read_table(root / segment.path)
    types = {name: str(table.schema.field(name).type) for name in table.schema.names[:12]}
    assert types == {
        "contact": "int64",
        "seq": "int64",
        "event": "int32",
        "occurred": "int64",
        "received": "int64",
        "turned": "int64",
        "source": "int32",
        "message_id": "fixed_size_binary[16]",
        "kind": "uint8",
        "history": "bool",
        "client_message_id": "string",
        "properties": "string",
    }
    assert table.column("properties").to_pylist() == ['{"total":1.5}']


def test_rows_are_sorted_by_contact_occurred_and_seq(history: SegmentHistory, root: Path) -> None:
    dice = random.Random(1)
    rows = [row(dice.randrange(5), seq, occurred=NOW + dice.randrange(3)) for seq in range(100)]
    dice.shuffle(rows)
    table = pq.read_table(root / history.append(7, rows, CODES).path)
    keys = list(zip(*(table.column(name).to_pylist() for name in ("contact", "occurred", "seq")), strict=True))
    assert keys == sorted(keys)


@pytest.mark.parametrize("place", [4, 200, -5])
def test_one_changed_byte_is_found(history: SegmentHistory, root: Path, place: int) -> None:
    segment = history.append(7, [row(1, seq) for seq in range(50)], CODES)
    content = bytearray((root / segment.path).read_bytes())
    content[place] ^= 1
    (root / segment.path).write_bytes(content)
    assert history.verify([segment], lambda _: None) == [f"{segment.path} is damaged (its checksum differs): restore it from a backup."]


def test_missing_and_short_files_are_found(history: SegmentHistory, root: Path) -> None:
    short, missing, whole = (history.append(7, [row(1, seq)], CODES) for seq in range(3))
    os.truncate(root / short.path, 50)
    (root / missing.path).unlink()
    assert len(history.verify([short, missing, whole], lambda _: None)) == 2
    assert len(history.verify([replace(whole, rows=9)], lambda _: None)) == 1


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def write(part: Path) -> None:
        part.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_durably(tmp_path / "file", write)
    assert list(tmp_path.iterdir()) == []


def test_a_file_appears_only_when_it_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    sync, rename = os.fsync, Path.rename

    def synced(handle: int) -> None:
        order.append(f"sync {Path(f'/proc/self/fd/{handle}').readlink().name}")
        sync(handle)

    def renamed(self: Path, target: Path) -> Path:
        order.append(f"rename {self.name}")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    (tmp_path / "folder").mkdir()
    write_durably(tmp_path / "folder" / "file", lambda part: part.touch())
    assert order == ["sync file.part", "rename file.part", "sync folder"]


def test_the_same_file_is_never_written_twice(history: SegmentHistory) -> None:
    paths = {history.append(7, [row(1, 1)], CODES).path for _ in range(20)}
    assert len(paths) == 20


def test_traces_are_made_anew_when_they_are_gone(history: SegmentHistory, root: Path) -> None:
    segment = history.append(7, [row(1, 1, properties={"k": 1}), row(2, 1)], CODES)
    first = history.partition(7, [segment], ["k"])
    for file in (root / "traces").rglob("*"):
        if file.is_file():
            file.unlink()
    for folder in (root / "traces").iterdir():
        folder.rmdir()
    again = open_history(root).partition(7, [segment], ["k"])
    assert again.traces.contact.tolist() == first.traces.contact.tolist() == [1, 2]
    assert again.columns["k"].codes.tolist() == [0, -1]


def test_traces_are_mapped_and_not_read_again(history: SegmentHistory, root: Path) -> None:
    segment = history.append(7, [row(1, 1)], CODES)
    history.partition(7, [segment], ["k"])
    (root / segment.path).unlink()
    partition = history.partition(7, [segment], ["k"])
    assert isinstance(partition.traces.contact, np.memmap)
    assert len(partition.traces) == 1


def test_traces_go_with_the_segments_they_were_made_of(history: SegmentHistory, root: Path) -> None:
    gone = history.append(7, [row(1, 1, properties={"email": "gone@example.org"})], CODES)
    kept = history.append(8, [row(2, 1)], CODES)
    history.partition(7, [gone], ["email"])
    history.partition(8, [kept], ["email"])
    history.discard([gone.path])
    assert [folder.name[:3] for folder in (root / "traces").iterdir()] == ["08-"]


def test_traces_of_old_segments_are_cleared_away(history: SegmentHistory, root: Path) -> None:
    first = history.append(7, [row(1, 1)], CODES)
    other = history.append(8, [row(9, 1)], CODES)
    history.partition(7, [first])
    history.partition(8, [other])
    second = history.append(7, [row(1, 2)], CODES)
    history.partition(7, [first, second])
    assert sorted(folder.name[:3] for folder in (root / "traces").iterdir()) == ["07-", "08-"]


def _rows(properties: Sequence[Mapping[str, Any]]) -> list[tuple[Event, int, str]]:
    return [(Event(1, seq, "A", NOW, NOW, NOW, properties=each, message_id=identifier()), 1, "") for seq, each in enumerate(properties)]


VALUES: list[Any] = [
    1,
    1.0,
    1e20,
    -0.5,
    2**63,
    True,
    False,
    None,
    "",
    "1",
    "é",
    "a\x00b",
    '"',
    "\\",
    [],
    [1, "x"],
    {},
    {"k": {"v": 1}},
    "x" * 5000,
    "\U0001f600",
]


def test_duckdb_cuts_out_exactly_what_python_would(history: SegmentHistory, root: Path) -> None:
    properties = [{"value": value, "other": 1} for value in VALUES] + [{"other": 2}, {"Value": 3}, {"value ": 4}]
    segments = [history.append(0, _rows(properties), CODES), history.append(0, _rows(properties[::-1]), CODES)]
    files = [root / segment.path for segment in segments]
    cut_out = [[None if text is None else from_json(text) for text in way(files, "value").to_pylist()] for way in (by_duckdb, by_python)]
    assert repr(cut_out[0]) == repr(cut_out[1])
    partition = history.partition(0, segments[:1], ["value"])
    column = partition.columns["value"]
    found = [column.values[code] for code in column.codes if code >= 0]
    assert [(type(value), value) for value in found] == [(type(value), value) for value in VALUES]


@pytest.mark.parametrize("name", ["", "a.b", "$", "/", "$.x", "it's", 'quo"te', "*", "[0]", "é", "a\x00b", "\ud800", "a b", "0", "-"])
def test_properties_of_any_name_are_found(history: SegmentHistory, name: str) -> None:
    segment = history.append(0, _rows([{name: 1}, {"another": 2}, {name: "x"}]), CODES)
    column = history.partition(0, [segment], [name]).columns[name]
    assert [None if code < 0 else column.values[code] for code in column.codes] == [1, None, "x"]


def test_lone_surrogates_do_not_stop_an_extraction(history: SegmentHistory) -> None:
    segment = history.append(0, _rows([{"k": 1}, {"k": 2, "bad": "\ud800"}]), CODES)
    assert history.partition(0, [segment], ["k"]).columns["k"].codes.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("rows", "merged"), [([], 0), ([100], 0), ([100, 11], 0), ([100, 12], 2), ([50, 50], 2), ([900, 30, 30, 30], 0), ([900, 50, 51], 3)]
)
def test_parts_are_merged_when_the_small_ones_exceed_a_tenth(rows: list[int], merged: int) -> None:
    parts = [replace(manifest_row(str(number)), rows=size) for number, size in enumerate(rows)]
    assert len(parts_to_merge(parts)) == merged


def test_other_processes_may_read_while_one_appends(history: SegmentHistory, root: Path) -> None:
    first = history.append(7, [row(1, 1)], CODES)
    beside = open_history(root)
    history.append(7, [row(1, 2)], CODES)
    assert [event.seq for event in beside.events([first], NAMES)] == [1]
