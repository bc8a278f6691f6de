"""Clicks: visits to tracked links, kept until it is judged whether a person made them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol


class Visit(IntEnum):
    """How a link was visited: followed, fetched ahead of a reader, or only looked at (HEAD)."""

    FOLLOWED = 0
    AHEAD = 1
    LOOKED_AT = 2


@dataclass(frozen=True, slots=True)
class Click:
    """One visit to link `number` of a message, on the workspace clock; `row` is given by the store."""

    row: int
    message_id: bytes
    number: int
    at: int
    visit: Visit


class Clicks(Protocol):
    """Visits that wait to be judged, and those judged a moment ago, which the next judgements look at."""

    def note(self, click: Click, /) -> None:
        """Keep a visit; its `row` is ignored."""
        ...

    def due(self, before: int, limit: int, /) -> list[Click]:
        """Visits not judged yet with `at` <= `before`, oldest first."""
        ...

    def around(self, messages: Sequence[bytes], /) -> list[Click]:
        """Every visit kept of these messages, judged or not."""
        ...

    def links(self, messages: Sequence[bytes], /) -> dict[bytes, int]:
        """How many tracked links each of these messages has; those without any are left out."""
        ...

    def judge(self, rows: Sequence[int], /) -> None:
        """Never answer these as due again."""
        ...

    def drop(self, before: int, /) -> None:
        """Forget judged visits with `at` < `before`."""
        ...
