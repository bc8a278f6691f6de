"""What a contact is between two turns, and what a turn gives back: frozen values that hosts store and send.

Instants are UTC microseconds; `NEVER` (2**62) is an instant that does not come. Nothing here imports numba.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from parcours.core.terms.events import NEVER


class Status(IntEnum):
    """LIVE moves; FINISHED is past its last step and watched for its goal; ENDED is kept for re-entry only."""

    LIVE = 0
    FINISHED = 1
    ENDED = 2


class Arm(IntEnum):
    """A ghost (HOLDOUT) walks the same path and changes nothing."""

    TREATED = 0
    HOLDOUT = 1


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One entry of one contact into one journey.

    `entry` counts the entries of this contact, journey and instance from 1. `step` is the step the run stands at, `visit` how
    often it has come to that step (from 1), `since` the instant it came there, `due` the instant it moves by itself.
    `extra` belongs to the kernel (clock, sent messages and reactions to them, drawn arms).
    `context` belongs to the host (what messages may quote of the entry event); the kernel hands it back as it came.
    """

    run_id: bytes
    journey: str
    version: int
    instance: str
    entry: int
    step: str
    visit: int
    entered: int
    since: int
    due: int = NEVER
    goal_until: int = NEVER
    arm: int = Arm.TREATED
    status: int = Status.LIVE
    ended_reason: int = 0
    steps_done: int = 0
    extra: bytes = b""
    context: bytes = b""


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """The durable form of a contact for the kernel.

    `last_turned` is the last instant at which anything happened, `last_seq` the highest event seen, `due` the earliest
    deadline of runs, armed absences and pending entries. `registers`, `ledger` (messages counted by caps) and `pendings`
    (entries awaiting a person clause, armed absences) describe themselves: linking new versions keeps what it knows.
    `context` belongs to the host (events that may yet start a run); the kernel hands it back as it came.
    """

    contact: int
    public_id: str
    zone: str | None = None
    last_turned: int = -1
    last_seq: int = -1
    due: int = NEVER
    registers: bytes = b""
    ledger: bytes = b""
    pendings: bytes = b""
    context: bytes = b""
    runs: tuple[RunRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A wish: what the host shall do. `kind` is send, tag, untag or attribute; `arm` HOLDOUT means: keep, never send.

    `expires` is the instant after which a send must not begin any more (NEVER when its step does not say).
    """

    id: bytes
    kind: str
    contact: int
    run_id: bytes
    journey: str
    version: int
    step: str
    visit: int
    at: int
    reason: int
    arm: int
    payload: Mapping[str, Any] = field(default_factory=dict)
    expires: int = NEVER


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One edge taken or one refusal: `reason` is a `Reason`, `v1` and `v2` are its two values (see reasons.py).

    `cause` is the `seq` of the event that an entry, a refusal, a pending or an armed entry is about; -1 for everything else.
    """

    contact: int
    run_id: bytes | None
    journey: str
    version: int
    at: int
    step: str | None
    reason: int
    v1: int = 0
    v2: int = 0
    cause: int = -1


@dataclass(frozen=True, slots=True)
class Turned:
    """What `advance` returns: the new records (in the order given), the wishes and the trace, by contact then by instant."""

    records: tuple[ContactRecord, ...]
    actions: tuple[Action, ...]
    trace: tuple[TraceEntry, ...]
