"""A partition: one slice of the contacts, with the property columns a question asked for; and the names everybody shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from parcours.core.terms.conditions.columns import Column
from parcours.core.terms.events import NEVER
from parcours.core.trace.traces import Traces


@dataclass(frozen=True, slots=True)
class Partition:
    """One slice of the contacts: its number, its traces, and for each property asked for its values, row by row (see Column)."""

    number: int
    traces: Traces
    columns: Mapping[str, Column] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What partitions share: the code of each event name, and the watermark (UTC microseconds): events up to it are all here."""

    codes: Mapping[str, int]
    watermark: int = NEVER
