"""Counts that screens ask for all the time, kept by addition: runs standing at each step, and trace rows by step and reason.

One row for each partition, so that workers of different shards never wait for each other's counts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from parcours.app.ports import FlowCount, RunSummary, TraceRow
from parcours.app.ports.runs import STAYS
from parcours.core.journey.reasons import ENDS, Reason, key
from parcours.store.session import Session
from parcours.store.statements import INT, TEXT, Batch, Statement

LIVE: Final = 0
"""No reason has this number: here it says "stands at the step now"."""
OTHER: Final = -1
"""Stands for every first value that is not a small index (instants, lengths of time)."""
_MOST_VALUES: Final = 1000
_NO_STEP: Final = ""
_COLUMNS: Final = {"journey": TEXT, "step": TEXT, "reason": INT, "v1": INT, "partition": INT, "count": INT}
_NAMES: Final = ", ".join(_COLUMNS)
_ADD: Final = Batch(
    f"INSERT INTO tallies (workspace_id, {_NAMES}) SELECT :workspace, {_NAMES} FROM given WHERE true"
    " ON CONFLICT (workspace_id, journey, step, reason, v1, partition) DO UPDATE SET count = tallies.count + excluded.count",
    _COLUMNS,
)
_READ: Final = "SELECT journey, step, reason, v1, sum(count) FROM tallies WHERE workspace_id = :workspace"
_ALL: Final = Statement(f"{_READ} GROUP BY journey, step, reason, v1 ORDER BY journey, step, reason, v1")
_OF: Final = Statement(f"{_READ} AND journey = :journey GROUP BY journey, step, reason, v1 ORDER BY journey, step, reason, v1")
_LIVE_RUNS: Final = Statement(f"SELECT coalesce(sum(count), 0) FROM tallies WHERE workspace_id = :workspace AND reason = {LIVE}")


class Place(NamedTuple):
    """What is counted together."""

    journey: str
    step: str
    reason: int
    v1: int
    partition: int

    @classmethod
    def live(cls, journey: str, step: str, partition: int) -> "Place":
        """Live runs at a step."""
        return cls(journey, step, LIVE, 0, partition)

    @classmethod
    def of(cls, row: TraceRow, partition: int) -> "Place":
        """Where a trace row counts."""
        v1 = row.v1 if 0 <= row.v1 < _MOST_VALUES else OTHER
        return cls(row.journey, _NO_STEP if row.step is None else row.step, int(row.reason), v1, partition)


class SqlTallies:
    """The counts of one workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, changes: "Counter[Place]") -> None:
        """Add to the counts; always in the same order, so that two transactions cannot wait for each other in a circle."""
        self._session.each(_ADD, [(*place, change) for place, change in sorted(changes.items()) if change])

    def add_trace(self, rows: Iterable[tuple[int, TraceRow]], sign: int = 1) -> None:
        """Count trace rows, each with the partition of its contact."""
        counted = Counter(Place.of(row, partition) for partition, row in rows)
        self.add(Counter({place: sign * count for place, count in counted.items()}))

    def take(self, place: Place) -> None:
        """Count one less."""
        self.add(Counter({place: -1}))

    def _rows(self, journey: str | None) -> Sequence[tuple[str, str, int, int, int]]:
        rows = self._session.all(_ALL) if journey is None else self._session.all(_OF, journey=journey)
        return [(name, step, reason, v1, int(count)) for name, step, reason, v1, count in rows if count]

    def summary(self, journey: str | None) -> list[RunSummary]:
        """Live and passed counts per step, by journey and step; ends under `ended:<reason>`."""
        live: Counter[tuple[str, str]] = Counter()
        passed: Counter[tuple[str, str]] = Counter()
        for name, step, reason, _, count in self._rows(journey):
            if reason == LIVE:
                live[name, step] += count
                continue
            if reason in ENDS:
                passed[name, f"ended:{key(Reason(reason))}"] += count
            elif step != _NO_STEP and reason not in STAYS:
                passed[name, step] += count
        return [RunSummary(*place, live[place], passed[place]) for place in sorted(live | passed)]

    def flow(self, journey: str, split: Sequence[int]) -> list[FlowCount]:
        """Trace rows of a journey by step and reason; reasons in `split` also by first value."""
        counts: Counter[tuple[str, int, int]] = Counter()
        for _, step, reason, v1, count in self._rows(journey):
            if reason != LIVE:
                counts[step, reason, v1 if reason in split else 0] += count
        return [FlowCount(step or None, reason, v1, count) for (step, reason, v1), count in sorted(counts.items())]

    def live_runs(self) -> int:
        """Runs that move now."""
        return int(self._session.all(_LIVE_RUNS)[0][0])
