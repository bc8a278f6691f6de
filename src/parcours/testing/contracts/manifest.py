"""Segments and event codes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from parcours.app.ports import SegmentFile, Store


def segment(path: str, partition: int = 3, created: int = 1) -> SegmentFile:
    """A manifest row."""
    return SegmentFile(path, partition, 10, 2**40, "ab" * 32, -5, 2**61, created)


class ManifestContract:
    """What the manifest promises."""

    def test_segments_come_by_partition_and_age(self, store: Store) -> None:
        rows = [segment("b", 3, 2), segment("a", 4, 1), segment("c", 3, 1)]
        store.write(1, lambda tx: tx.manifest.swap(rows, []))
        assert store.read(1, lambda tx: tx.manifest.segments()) == [rows[2], rows[0], rows[1]]
        assert store.read(1, lambda tx: tx.manifest.segments(4)) == [rows[1]]
        assert store.read(1, lambda tx: tx.manifest.segments(5)) == []

    def test_a_swap_is_one_step(self, store: Store) -> None:
        store.write(1, lambda tx: tx.manifest.swap([segment("a"), segment("b")], []))
        store.write(1, lambda tx: tx.manifest.swap([segment("c")], ["a", "b"]))
        assert [each.path for each in store.read(1, lambda tx: tx.manifest.segments())] == ["c"]

    def test_what_somebody_else_replaced_cannot_be_replaced_again(self, store: Store) -> None:
        store.write(1, lambda tx: tx.manifest.swap([segment("a"), segment("b")], []))
        store.write(1, lambda tx: tx.manifest.swap([segment("c")], ["a"]))
        with pytest.raises(ValueError):
            store.write(1, lambda tx: tx.manifest.swap([segment("d")], ["a", "b"]))
        with pytest.raises(ValueError):
            store.write(1, lambda tx: tx.manifest.swap([segment("c")], []))
        assert [each.path for each in store.read(1, lambda tx: tx.manifest.segments())] == ["b", "c"]

    def test_codes_are_given_once_and_never_again(self, store: Store) -> None:
        first = store.write(1, lambda tx: tx.manifest.codes(["A", "é\x00", "A"]))
        assert set(first) == {"A", "é\x00"}
        second = store.write(1, lambda tx: tx.manifest.codes(["B", "A"]))
        assert {name: second[name] for name in first} == first
        assert len(set(second.values())) == 3
        assert store.read(1, lambda tx: tx.manifest.codes()) == second
        assert store.read(1, lambda tx: tx.manifest.codes(["A"])) == second

    def test_codes_asked_for_at_once_agree(self, store: Store) -> None:
        names = [f"name {number}" for number in range(40)]
        with ThreadPoolExecutor(4) as workers:
            answers = list(workers.map(lambda _: store.write(1, lambda tx: tx.manifest.codes(names)), range(8)))
        assert all(answer == answers[0] for answer in answers)
        assert len(set(answers[0].values())) == 40
