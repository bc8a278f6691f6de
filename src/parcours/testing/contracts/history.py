"""The event history: segments, partitions, erasure, compaction."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from parcours.app.ports import History
from parcours.core.terms.events import NEVER, Event, Kind
from parcours.testing.builders import NOW, identifier, naughty_texts

CODES = {"A": 4, "B": 9, "C": 1}
NAMES = {code: name for name, code in CODES.items()}

Row = tuple[Event, int, str]


def row(contact: int, seq: int, **said: Any) -> Row:
    """A row of a segment."""
    fields = {"name": "A", "occurred": NOW + seq, "received": NOW, "turned": NOW, "message_id": identifier()}
    return Event(contact, seq, **{**fields, **said}), 3, f"client-{contact}-{seq}"


def in_order(rows: Sequence[Row]) -> list[Event]:
    """The events by (contact, occurred, seq)."""
    return sorted((event for event, _, _ in rows), key=lambda event: (event.contact, event.occurred, event.seq))


class HistoryContract:
    """What a history promises."""

    def test_rows_come_back_as_they_were(self, history: History) -> None:
        rows = [
            row(2, 1, properties={"a": 1, "b": [1.5, None, {"c": "é"}]}, kind=Kind.RECEIPT, history=True),
            row(1, 2, name="B", turned=NEVER, occurred=NOW - 5, properties={}),
            row(1, 1, name="C", properties={"a": False}),
        ]
        segment = history.append(7, rows, CODES)
        assert (segment.partition, segment.rows, segment.first, segment.last) == (7, 3, NOW - 5, NOW + 1)
        assert sorted(history.rows([segment], NAMES), key=lambda each: each[2]) == sorted(rows, key=lambda each: each[2])
        assert list(history.events([segment], NAMES)) == in_order(rows)
        assert history.verify([segment], lambda _: None) == []

    def test_events_of_several_segments_come_in_one_order(self, history: History) -> None:
        first = [row(contact, seq) for contact in (3, 1) for seq in (5, 1)]
        second = [row(contact, seq) for contact in (1, 2) for seq in (3, 0)]
        segments = [history.append(7, first, CODES), history.append(7, second, CODES)]
        assert list(history.events(segments, NAMES)) == in_order(first + second)
        assert list(history.events(segments, NAMES, [1])) == in_order([each for each in first + second if each[0].contact == 1])
        assert list(history.events(segments, NAMES, [99])) == []
        assert list(history.events([], NAMES)) == []

    def test_naughty_texts_come_back_as_they_were(self, history: History) -> None:
        rows = [(replace(row(1, place)[0], properties={text: [text]}), 1, text) for place, text in enumerate(naughty_texts())]
        segment = history.append(0, rows, CODES)
        assert list(history.rows([segment], NAMES)) == rows
        keys = [text for text in naughty_texts() if text]
        partition = history.partition(0, [segment], keys)
        for place, text in enumerate(naughty_texts()):
            if text:
                column = partition.columns[text]
                assert [column.values[code] for code in column.codes if code >= 0] == [[text]]
                assert column.codes[place] >= 0

    def test_a_segment_has_events_with_known_names(self, history: History) -> None:
        with pytest.raises(ValueError):
            history.append(7, [], CODES)
        with pytest.raises(KeyError):
            history.append(7, [row(1, 1, name="Z")], CODES)

    def test_a_partition_is_sorted_arrays_with_the_columns_asked_for(self, history: History) -> None:
        rows = [
            row(5, 2, name="B", properties={"total": 1.5, "text": "x"}),
            row(5, 1, turned=NEVER, kind=Kind.RUN, history=True, properties={"total": 2}),
            row(2, 9, name="C", properties={"total": None}),
            row(2, 4, properties={"other": 1}),
        ]
        segments = [history.append(7, rows[:2], CODES), history.append(7, rows[2:], CODES)]
        partition = history.partition(7, segments, ["total", "nowhere"])
        traces = partition.traces
        assert partition.number == 7
        assert traces.contact.tolist() == [2, 2, 5, 5]
        assert traces.seq.tolist() == [4, 9, 1, 2]
        assert traces.event.tolist() == [4, 1, 4, 9]
        assert traces.occurred.tolist() == [NOW + 4, NOW + 9, NOW + 1, NOW + 2]
        assert traces.turned.tolist() == [NOW, NOW, NEVER, NOW]
        assert traces.kind.tolist() == [0, 0, 2, 0]
        assert traces.history.tolist() == [0, 0, 1, 0]
        assert traces.starts.tolist() == [0, 2, 4]
        column = partition.columns["total"]
        assert [None if code < 0 else (column.values[code],) for code in column.codes] == [None, (None,), (2,), (1.5,)]
        assert partition.columns["nowhere"].codes.tolist() == [-1] * 4

    def test_a_partition_follows_its_segments(self, history: History) -> None:
        first = history.append(7, [row(1, 1, properties={"k": "old"})], CODES)
        assert len(history.partition(7, [first], ["k"]).traces) == 1
        second = history.append(7, [row(1, 2, properties={"k": "new"})], CODES)
        partition = history.partition(7, [first, second], ["k"])
        assert partition.traces.seq.tolist() == [1, 2]
        assert [partition.columns["k"].values[code] for code in partition.columns["k"].codes] == ["old", "new"]
        assert len(history.partition(7, []).traces) == 0

    def test_erasure_rewrites_what_holds_the_contact_and_nothing_else(self, history: History) -> None:
        both = history.append(7, [row(1, 1), row(2, 1)], CODES)
        alone = history.append(7, [row(1, 2)], CODES)
        other = history.append(7, [row(2, 2)], CODES)
        rewritten = history.erase([both, alone, other], 1)
        assert [old for old, _ in rewritten] == [both, alone]
        new = [each for _, each in rewritten]
        assert new[1] is None
        assert new[0] is not None
        assert [(event.contact, event.seq) for event in history.events([new[0], other], NAMES)] == [(2, 1), (2, 2)]
        assert len(list(history.events([both, alone], NAMES))) == 3
        history.discard([both.path, alone.path])
        assert len(history.verify([both, alone], lambda _: None)) == 2
        history.discard([both.path])

    def test_small_parts_are_merged_when_they_exceed_a_tenth(self, history: History) -> None:
        large = history.append(7, [row(1, seq) for seq in range(90)], CODES)
        small = history.append(7, [row(2, seq) for seq in range(10)], CODES)
        assert history.compact(7, [large, small]) is None
        assert history.compact(7, [large]) is None
        assert history.compact(7, []) is None
        more = history.append(7, [row(0, 0)], CODES)
        merged = history.compact(7, [large, small, more])
        assert merged is not None
        assert (merged[0].rows, sorted(merged[1])) == (101, sorted(part.path for part in (large, small, more)))
        assert list(history.events([merged[0]], NAMES)) == list(history.events([large, small, more], NAMES))

    def test_strays_are_old_files_that_nobody_names(self, history: History) -> None:
        kept, stray = (history.append(7, [row(1, seq)], CODES) for seq in range(2))
        assert history.strays([kept], 0) == []
        assert history.strays([kept], 2**61) == [stray.path]
        history.discard([stray.path])
        assert history.strays([kept], 2**61) == []

    def test_verify_tells_progress(self, history: History) -> None:
        segments = [history.append(7, [row(1, seq)], CODES) for seq in range(3)]
        told: list[int] = []
        assert history.verify(segments, told.append) == []
        assert told == [1, 2, 3]
