"""Which parts of a partition are worth merging into one file."""

from collections.abc import Sequence

from parcours.app.ports import SegmentFile


def parts_to_merge(segments: Sequence[SegmentFile]) -> list[SegmentFile]:
    """All parts when those beside the largest exceed a tenth of the partition, none otherwise."""
    if len(segments) < 2:
        return []
    total = sum(segment.rows for segment in segments)
    largest = max(segment.rows for segment in segments)
    return list(segments) if (total - largest) * 10 > total else []
