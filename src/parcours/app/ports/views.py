"""Views: counts and latest rows that screens show. Reading only; nothing is ever decided from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from parcours.core.terms.events import Event


@dataclass(frozen=True, slots=True)
class FlowCount:
    """How many trace rows of a journey say the same: this reason at this step, with this first value (0 when it was not asked for)."""

    step: str | None
    reason: int
    v1: int
    count: int


@dataclass(frozen=True, slots=True)
class StepMessages:
    """How many intended sends of one step stand in one state."""

    journey: str
    step: str
    state: str
    count: int


class Views(Protocol):
    """What the interface reads of one workspace. Erased and merged contacts are left out."""

    def stages(self) -> dict[str, int]:
        """Contacts by their attribute `stage`; those without one count under ""."""
        ...

    def latest_events(self, limit: int, /) -> list[Event]:
        """The events that came last and are still in the inbox and routed, newest first."""
        ...

    def inbox_of(self, contact: int, /) -> list[Event]:
        """Every event of the contact still in the inbox, turned or not, by seq."""
        ...

    def flow(self, journey: str, split: Sequence[int], /) -> list[FlowCount]:
        """Trace rows of the journey, all versions, counted by step and reason; those in `split` also by first value (0 for others).

        First values are told apart when they are small indexes (0 to 999); all others count together under -1.
        """
        ...

    def step_messages(self, journey: str | None = None, /) -> list[StepMessages]:
        """Intended sends by journey, step and state; None = every journey."""
        ...

    def live_runs(self) -> int:
        """Runs that move now (not finished, not ended)."""
        ...

    def events(self) -> int:
        """Events kept: those of the history and those still in the inbox."""
        ...
