"""People for measures, written as words: `a1 b2 c3` is event a in second 1, b in second 2, c in second 3."""

from collections.abc import Mapping, Sequence
from typing import Any

from parcours.core.terms.durations import SECOND
from parcours.core.terms.events import NEVER
from parcours.core.trace import Dictionary, Partition, traces_of
from tests.core.trace.columns import ABSENT, column_of

Seen = tuple[int, str, Mapping[str, Any]]


def told(text: str) -> list[Seen]:
    """Events from `name@second`, or from names alone, one a second."""
    events: list[Seen] = []
    for place, word in enumerate(text.split()):
        name, _, second = word.partition("@")
        events.append((int(second or place) * SECOND, name, {}))
    return events


def partitions_of(people: Sequence[Sequence[Seen]], parts: int = 1, watermark: int = NEVER) -> tuple[Dictionary, list[Partition]]:
    """People 1, 2 ... spread over partitions, and the dictionary of their names."""
    codes = {name: code for code, name in enumerate(sorted({name for events in people for _, name, _ in events}))}
    keys = sorted({key for events in people for _, _, found in events for key in found})
    made = []
    for part in range(parts):
        rows = [(i, seq, *event) for i, events in enumerate(people, 1) if i % parts == part for seq, event in enumerate(events)]
        rows.sort(key=lambda row: (row[0], row[2], row[1]))
        traces = traces_of([row[0] for row in rows], [codes[row[3]] for row in rows], [row[2] for row in rows], [row[1] for row in rows])
        columns = {key: column_of([row[4].get(key, ABSENT) for row in rows]) for key in keys}
        made.append(Partition(part, traces, columns))
    return Dictionary(codes, watermark), made
