"""A compiled journey: integer tables, with what is shared between programs (matchers, registers) still named. No numba here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcours.core.journey.definition import Reentry
from parcours.core.terms.conditions.lower import EventTest, Lowered
from parcours.core.terms.conditions.matchers import Matcher
from parcours.core.terms.conditions.registers import RegisterSpec

Table = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class EntryRule:
    """A way in: events of `matcher` (name and property clauses), then the person clauses `code` (-1: none), on `event`'s properties.

    With `without`, the entry is decided `within` microseconds after the event, when no event of `without` came.
    """

    event: str
    matcher: Matcher
    code: int
    without: Matcher | None = None
    within: int = 0


@dataclass(frozen=True, slots=True)
class EventRule:
    """A goal or an exit: the events, and whether they must be of the run's instance."""

    matcher: Matcher
    same: bool


@dataclass(frozen=True, slots=True)
class MessageRule:
    """What a message is under: permission, quiet hours and caps go by channel and topic; transactional ones only by address and freeze."""

    channel: str
    topic: str | None
    transactional: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What a tag, untag or attribute step changes."""

    kind: str
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Program:
    """A journey as tables (columns in layout.py). Rows of `steps` are the steps in the document's order, then END.

    `branches` int64[n, 3]: code or -1, number, target row. `codes` are conditions to be bound; `payloads` what a step's action carries.
    `digest` is a hash of the document and of this form of compiling it: equal digests behave the same.
    """

    key: str
    digest: str
    steps: Table
    step_ids: tuple[str, ...]
    step_kinds: tuple[str, ...]
    step_forms: tuple[str, ...]
    branches: Table
    codes: tuple[Lowered, ...]
    messages: tuple[MessageRule, ...]
    changes: tuple[Change, ...]
    dates: tuple[RegisterSpec, ...]
    payloads: tuple[tuple[str, Mapping[str, Any]] | None, ...]
    entries: tuple[EntryRule, ...]
    goal: EventRule | None
    goal_within: int
    exits: tuple[EventRule, ...]
    exit_when: str
    instance: str | None
    reentry: Reentry
    holdout: int
    priority: int

    def registers(self) -> Iterator[RegisterSpec]:
        """Every register its conditions and date waits read (those of permission are known to link)."""
        for lowered in self.codes:
            yield from (atom for atom in lowered.atoms if isinstance(atom, RegisterSpec))
        yield from self.dates

    def matchers(self) -> Iterator[Matcher]:
        """Every matcher beside those that feed registers."""
        for entry in self.entries:
            yield entry.matcher
            if entry.without is not None:
                yield entry.without
        yield from (rule.matcher for rule in (*((self.goal,) if self.goal else ()), *self.exits))
        for lowered in self.codes:
            for atom in lowered.atoms:
                if isinstance(atom, EventTest):
                    yield atom.true
                    yield atom.false
