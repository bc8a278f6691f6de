"""Counts for screens, in memory."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from parcours.app.ports import FlowCount, StepMessages
from parcours.core.journey.state import Status
from parcours.core.terms.events import Event
from parcours.testing.memory.inbox import event_of
from parcours.testing.memory.state import State

_MOST_VALUES: Final = 1000


class MemoryViews:
    """What the interface reads."""

    def __init__(self, state: State) -> None:
        self._state = state

    def stages(self) -> dict[str, int]:
        """Contacts by their attribute `stage`; those without one count under ""."""
        said = [contact.attributes.get("stage") for number, contact in self._state.contacts.items() if self._state.visible(number)]
        return dict(sorted(Counter(stage if isinstance(stage, str) else "" for stage in said).items()))

    def latest_events(self, limit: int, /) -> list[Event]:
        """The events that came last and are still in the inbox and routed, newest first."""
        return [event_of(row) for row in reversed(self._state.inbox.values()) if row.seq is not None][:limit]

    def inbox_of(self, contact: int, /) -> list[Event]:
        """Every event of the contact still in the inbox, turned or not, by seq."""
        found = [event_of(row) for row in self._state.inbox.values() if row.contact == contact and row.seq is not None]
        return sorted(found, key=lambda event: event.seq)

    def flow(self, journey: str, split: Sequence[int], /) -> list[FlowCount]:
        """Trace rows of the journey by step and reason; reasons in `split` also by first value."""
        counts: Counter[tuple[str, int, int]] = Counter()
        for row in self._state.trace:
            if row.journey == journey:
                value = row.v1 if 0 <= row.v1 < _MOST_VALUES else -1
                counts[row.step or "", int(row.reason), value if row.reason in split else 0] += 1
        return [FlowCount(step or None, reason, v1, count) for (step, reason, v1), count in sorted(counts.items())]

    def step_messages(self, journey: str | None = None, /) -> list[StepMessages]:
        """Intended sends by journey, step and state."""
        messages = [message for message in self._state.messages.values() if journey in (None, message.journey)]
        counts = Counter((message.journey, message.step, message.state.value) for message in messages)
        return [StepMessages(*place, count) for place, count in sorted(counts.items())]

    def live_runs(self) -> int:
        """Runs that move now."""
        return sum(run.status == Status.LIVE for record in self._state.records.values() for run in record.runs)

    def events(self) -> int:
        """Events kept: those of the history and those still in the inbox."""
        return sum(segment.rows for segment in self._state.segments.values()) + len(self._state.inbox)
