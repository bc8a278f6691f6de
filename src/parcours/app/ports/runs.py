"""Runs: where people are in their journeys, why, and who may move them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import ContactRecord


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One edge taken or refused: the reason is a code of core.journey.reasons, with two values."""

    contact: int
    at: int
    journey: str
    version: int
    step: str | None
    run_id: bytes | None
    reason: int
    v1: int
    v2: int


STAYS: Final = frozenset(
    (
        Reason.ENTERED,
        Reason.ENTERED_LATER,
        Reason.PENDING,
        Reason.ARMED,
        Reason.DISARMED,
        Reason.CAP_RETRY,
        Reason.QUIET,
        Reason.NEXT_SLOT,
        Reason.GOAL_LATER,
        Reason.FOLLOWED,
        Reason.REDIRECTED,
        Reason.RESCHEDULED,
    )
)
"""Trace rows with these reasons do not say that a run went through the step they name."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """How many runs stand at one step: `live` now there; `passed` went through it since the journey began.

    `passed` counts trace rows that name the step and are neither an end nor one of STAYS; ends count under `ended:<reason>`.
    """

    journey: str
    step: str
    live: int
    passed: int


class Runs(Protocol):
    """Kernel state of contacts: registers, ledger, runs, deadlines; and the trace."""

    def records(self, contacts: Sequence[int], /) -> list[ContactRecord]:
        """One record each, in order; a contact never turned gets an empty record (with its public id and zone)."""
        ...

    def save(self, records: Sequence[ContactRecord], /) -> None:
        """Replace state, deadline and runs. At most one live run per (journey, contact, instance) is a constraint."""
        ...

    def due(self, partitions: range, before: int, limit: int, /) -> list[int]:
        """Contacts of these partitions whose earliest deadline is strictly before `before`, earliest first."""
        ...

    def next_due(self) -> int:
        """The earliest deadline of the workspace, NEVER if none."""
        ...

    def wake(self, journey: str, at: int, /) -> int:
        """Make every contact with a live run of the journey due no later than `at` (publish, resume); answers how many."""
        ...

    def trace(self, rows: Sequence[TraceRow], /) -> None: ...

    def trace_of(self, contact: int, limit: int, /) -> list[TraceRow]:
        """Newest first."""
        ...

    def summary(self, journey: str | None, /) -> list[RunSummary]:
        """Live and passed counts per step; ended runs count under the step ids `ended:<reason>`."""
        ...


class Leases(Protocol):
    """Shard leases with fencing tokens. Real time, never the demo clock."""

    def take(self, shard: int, owner: str, now: int, until: int, /) -> int | None:
        """Take or renew the shard's lease; answers a fencing token (grows at each change of owner), None when another holds it."""
        ...

    def check(self, shard: int, token: int, /) -> bool:
        """The token is still the newest of the shard; asked inside the transaction that writes, and locks the row until commit."""
        ...

    def release(self, shard: int, token: int, /) -> None: ...

    def lasting(self, first: int, before: int, now: int, /) -> int:
        """How many leases numbered from `first` on, below `before`, have not run out."""
        ...
