"""Events of several people as a partition: names coded, properties as columns of distinct values."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from parcours.core.terms.conditions.columns import Column
from parcours.core.terms.events import Event
from parcours.core.trace import Dictionary, Partition, traces_of


def partition_of(lives: Sequence[Sequence[Event]], needed: tuple[str, ...]) -> tuple[Partition, Dictionary]:
    """The same events as a partition: names coded, properties as columns of distinct values."""
    flat = [event for events in lives for event in events]
    codes = {name: code for code, name in enumerate(sorted({event.name for event in flat}))}
    order = sorted(range(len(flat)), key=lambda row: (flat[row].contact, flat[row].occurred, flat[row].seq))
    columns = {key: _column([flat[row].properties for row in order], key) for key in needed}
    numbers = zip(*((e.contact, codes[e.name], e.occurred, e.seq, int(e.kind)) for e in flat), strict=True)
    traces = traces_of(*(list(column) for column in numbers))
    return Partition(0, traces, columns), Dictionary(codes)


def _column(properties: list[Mapping[str, Any]], key: str) -> Column:
    values: list[Any] = []
    codes = []
    for each in properties:
        if key in each and not any(same is each[key] or (same == each[key] and type(same) is type(each[key])) for same in values):
            values.append(each[key])
        codes.append(next((i for i, v in enumerate(values) if key in each and v == each[key] and type(v) is type(each[key])), -1))
    return Column(np.array(codes, dtype=np.int32), values)
