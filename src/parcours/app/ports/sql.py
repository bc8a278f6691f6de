"""SQL over the event history: an operator's own questions. Nothing is ever decided from an answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from parcours.app.ports.history import SegmentFile


class SqlFault(ValueError):
    """The question cannot be answered. The text is one sentence, or the engine's own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Columns and rows of an answer; rows are read while they are asked for, and once."""

    columns: Sequence[str]
    rows: Iterator[tuple[Any, ...]]


class EventSql(Protocol):
    """Answers a SELECT over the view `events`.

    Its columns: contact, seq, event, occurred, received, turned, source, kind, history, message_id, properties.
    """

    def ask(self, segments: Sequence[SegmentFile], names: Mapping[int, str], hidden: Sequence[int], text: str, /) -> Answer:
        """Run one SELECT over these segments, without the events of `hidden` contacts. Raises SqlFault."""
        ...
