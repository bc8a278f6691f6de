"""A journey as values: what a document without problems says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from parcours.core.journey.steps.kind import Step
from parcours.core.terms.conditions.tree import Condition

DONE: Final = "done"
"""The word that stands for the end where a step id may stand."""
HOLDOUT_STEP: Final = "holdout"
"""The step id under which the holdout is drawn (chance.draw); no step may be called so."""

ExitWhen = Literal["end", "goal", "unmatched", "goal_or_unmatched"]


@dataclass(frozen=True, slots=True)
class Absence:
    """`{event: A, without: B, within: T}`: T after an A, when no B (of the same instance) came."""

    without: str
    within: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of `entry`: the event, perhaps the absence it begins, and the filter."""

    event: str
    absence: Absence | None = None
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What the journey is for: an event at most `within` microseconds after entry; `same` asks it to be of the run's instance."""

    event: str
    within: int
    where: Condition | None = None
    same: bool = False


@dataclass(frozen=True, slots=True)
class Exit:
    """An event that makes people leave at once."""

    event: str
    where: Condition | None = None
    same: bool = False


@dataclass(frozen=True, slots=True)
class Reentry:
    """`never`, `after_exit`, or `after`: at least `after` microseconds since the last entry, and not inside."""

    mode: Literal["never", "after_exit", "after"] = "never"
    after: int = 0


@dataclass(frozen=True, slots=True)
class Journey:
    """A journey. `holdout` is in hundredths of a percent; `instance` is a path in the properties of entry events."""

    key: str
    entries: tuple[Entry, ...]
    steps: tuple[Step, ...]
    title: Mapping[str, str] = field(default_factory=dict)
    owner: str | None = None
    stage: str | None = None
    instance: str | None = None
    reentry: Reentry = Reentry()
    goal: Goal | None = None
    exit_when: ExitWhen = "goal"
    exits: tuple[Exit, ...] = ()
    holdout: int = 1_000
    topic: str | None = None
    transactional: bool = False
    priority: int = 50

    def following(self, index: int) -> str:
        """The id of the step under the one at `index`, or DONE."""
        return self.steps[index + 1].id if index + 1 < len(self.steps) else DONE
