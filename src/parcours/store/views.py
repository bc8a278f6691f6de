"""Counts and latest rows for screens, in SQL."""

from collections.abc import Sequence
from typing import Final

from parcours.app.ports import FlowCount, StepMessages
from parcours.core.terms.events import Event
from parcours.store.inbox import EVENT, event_of
from parcours.store.messages import STATES
from parcours.store.session import Session, single
from parcours.store.statements import Statement
from parcours.store.tallies import SqlTallies
from parcours.store.texts import told

_STAGES: Final = Statement(
    "SELECT stage, count(*) FROM contacts WHERE workspace_id = :workspace AND erased = 0 AND merged_into IS NULL"
    " GROUP BY stage ORDER BY stage"
)
# The plus keeps the planner on the order of arrival, where the newest rows are the last.
_LATEST: Final = Statement(
    f"SELECT {EVENT} FROM inbox WHERE +workspace_id = :workspace AND +seq IS NOT NULL ORDER BY row DESC LIMIT :limit"
)
_OF: Final = Statement(f"SELECT {EVENT} FROM inbox WHERE workspace_id = :workspace AND contact = :contact AND seq IS NOT NULL ORDER BY seq")
_STEPS: Final = "SELECT journey, step, state, count(*) FROM messages WHERE workspace_id = :workspace"
_ALL_STEPS: Final = Statement(f"{_STEPS} GROUP BY journey, step, state")
_STEPS_OF: Final = Statement(f"{_STEPS} AND journey = :journey GROUP BY journey, step, state")
_ARCHIVED: Final = Statement('SELECT coalesce(sum("rows"), 0) FROM segments WHERE workspace_id = :workspace')
_INBOX: Final = Statement("SELECT count(*) FROM inbox WHERE workspace_id = :workspace")


class SqlViews:
    """What the interface reads of one workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def stages(self) -> dict[str, int]:
        """Contacts by their attribute `stage`; those without one count under ""."""
        return {told(stage): int(count) for stage, count in self._session.all(_STAGES)}

    def latest_events(self, limit: int, /) -> list[Event]:
        """The events that came last and are still in the inbox and routed, newest first."""
        return [event_of(values) for values in self._session.all(_LATEST, limit=limit)]

    def inbox_of(self, contact: int, /) -> list[Event]:
        """Every event of the contact still in the inbox, turned or not, by seq."""
        return [event_of(values) for values in self._session.all(_OF, contact=contact)]

    def flow(self, journey: str, split: Sequence[int], /) -> list[FlowCount]:
        """Trace rows of the journey by step and reason; reasons in `split` also by first value (-1 for all that are no small index)."""
        return SqlTallies(self._session).flow(journey, split)

    def step_messages(self, journey: str | None = None, /) -> list[StepMessages]:
        """Intended sends by journey, step and state."""
        rows = self._session.all(_ALL_STEPS) if journey is None else self._session.all(_STEPS_OF, journey=journey)
        counts = sorted((name, step, STATES[state].value, int(count)) for name, step, state, count in rows)
        return [StepMessages(name, step, state, count) for name, step, state, count in counts]

    def live_runs(self) -> int:
        """Runs that move now."""
        return SqlTallies(self._session).live_runs()

    def events(self) -> int:
        """Events kept: those of the history and those still in the inbox."""
        return int(single(self._session.all(_ARCHIVED))) + int(single(self._session.all(_INBOX)))
