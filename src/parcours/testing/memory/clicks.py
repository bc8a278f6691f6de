"""Visits to tracked links in memory."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from parcours.app.ports import Click
from parcours.testing.memory.state import State


class MemoryClicks:
    """Visits that wait to be judged, and those judged a moment ago."""

    def __init__(self, state: State) -> None:
        self._state = state

    def note(self, click: Click, /) -> None:
        """Keep a visit; its `row` is ignored."""
        row = self._state.next("click")
        self._state.clicks[row] = (replace(click, row=row), False)

    def due(self, before: int, limit: int, /) -> list[Click]:
        """Visits not judged yet with `at` <= `before`, oldest first."""
        found = [click for click, judged in self._state.clicks.values() if not judged and click.at <= before]
        return sorted(found, key=lambda click: (click.at, click.row))[:limit]

    def around(self, messages: Sequence[bytes], /) -> list[Click]:
        """Every visit kept of these messages, judged or not."""
        return [click for click, _ in self._state.clicks.values() if click.message_id in messages]

    def links(self, messages: Sequence[bytes], /) -> dict[bytes, int]:
        """How many tracked links each of these messages has; those without any are left out."""
        return dict(Counter(message for message, _ in self._state.links if message in messages))

    def judge(self, rows: Sequence[int], /) -> None:
        """Never answer these as due again."""
        self._state.writing()
        self._state.clicks |= {row: (self._state.clicks[row][0], True) for row in rows}

    def drop(self, before: int, /) -> None:
        """Forget judged visits with `at` < `before`."""
        self._state.writing()
        kept = {row: (click, judged) for row, (click, judged) in self._state.clicks.items() if not judged or click.at >= before}
        self._state.clicks = kept
