"""What a backtest says: plain numbers, with what they are of and what they cannot know."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

NEVER_EFFECT: Final = {
    "en": "A backtest shows exposure, timing and collisions, never effect: reactions to messages that were not sent are unknown.",
    "fr": "Un rejeu montre l'exposition, le moment et les collisions, jamais l'effet : "
    "les réactions à des messages non envoyés sont inconnues.",
}


@dataclass(slots=True)
class StepCount:
    """People's passages through one step: `arrived` at it, `left` it, and messages `sent` by it."""

    arrived: int = 0
    left: int = 0
    sent: int = 0


@dataclass(slots=True)
class Report:
    """Counts of one journey over [start, end), UTC microseconds. `samples` are traces of some contacts that moved.

    `weeks` counts, for each number of messages, the (person, week) pairs with so many; weeks are 7 days from `start`.
    """

    journey: str
    start: int
    end: int
    people: int = 0
    events: int = 0
    entered: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    steps: dict[str, StepCount] = field(default_factory=dict)
    goal_reached: int = 0
    goal_before_first_message: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    still_inside: int = 0
    not_sent: Counter[str] = field(default_factory=Counter)
    weeks: Counter[int] = field(default_factory=Counter)
    samples: list[dict[str, Any]] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)

    def merge(self, other: "Report") -> None:
        """Add the counts of other people."""
        self.people += other.people
        self.events += other.events
        self.entered += other.entered
        self.goal_reached += other.goal_reached
        self.goal_before_first_message += other.goal_before_first_message
        self.still_inside += other.still_inside
        for mine, theirs in ((self.refused, other.refused), (self.ended, other.ended), (self.not_sent, other.not_sent)):
            mine.update(theirs)
        self.weeks.update(other.weeks)
        for step, count in other.steps.items():
            known = self.steps.setdefault(step, StepCount())
            known.arrived, known.left, known.sent = known.arrived + count.arrived, known.left + count.left, known.sent + count.sent
        self.samples.extend(other.samples)

    def document(self) -> Mapping[str, Any]:
        """The report as JSON holds it; the same inputs give the same bytes."""
        return {
            "journey": self.journey,
            "from": self.start,
            "to": self.end,
            "people": self.people,
            "events": self.events,
            "entered": self.entered,
            "refused": dict(sorted(self.refused.items())),
            "steps": {step: {"arrived": c.arrived, "left": c.left, "sent": c.sent} for step, c in self.steps.items()},
            "goal_reached": self.goal_reached,
            "goal_before_first_message": self.goal_before_first_message,
            "ended": dict(sorted(self.ended.items())),
            "still_inside": self.still_inside,
            "not_sent": dict(sorted(self.not_sent.items())),
            "messages_per_person_week": self._pressure(),
            "samples": self.samples,
            "hashes": self.hashes,
            "note": NEVER_EFFECT,
        }

    def _pressure(self) -> dict[str, Any]:
        """Over (person, week) pairs with at least one message: how many, the mean, the most, and how many had how many."""
        pairs, messages = sum(self.weeks.values()), sum(number * count for number, count in self.weeks.items())
        return {
            "person_weeks": pairs,
            "mean": round(messages / pairs, 4) if pairs else 0.0,
            "most": max(self.weeks, default=0),
            "counts": {str(number): count for number, count in sorted(self.weeks.items())},
        }
