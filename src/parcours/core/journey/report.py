"""What a backtest says: plain numbers, with what they are of and what they cannot know."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, NamedTuple

from parcours.core.journey.company import Company
from parcours.core.journey.rests import Rest
from parcours.core.journey.simulated import Rate
from parcours.core.journey.weekly import weekly

OF_EACH: Final = 3
"""So many samples of each way of ending."""
NEVER_EFFECT: Final = {
    "en": "A backtest shows exposure, timing and collisions, never effect: reactions to messages that were not sent are unknown.",
    "fr": "Un rejeu montre l'exposition, le moment et les collisions, jamais l'effet : "
    "les réactions à des messages non envoyés sont inconnues.",
}


class Way(NamedTuple):
    """An edge: from a step (None: the entry) to a step, `done`, or out of the journey (None), and why.

    `value` is the index of the case or of the arm that was taken, -1 for other reasons.
    """

    source: str | None
    target: str | None
    reason: str
    value: int


@dataclass(slots=True)
class StepCount:
    """People's passages through one step: `arrived` at it, `left` it; messages `sent` by it, and `withheld` from the holdout."""

    arrived: int = 0
    left: int = 0
    sent: int = 0
    withheld: int = 0


@dataclass(slots=True)
class Report:
    """Counts of one journey over [start, end), UTC microseconds. `samples` are traces of some contacts that entered.

    `weeks` counts, for each number of messages of this journey, the (person, week) pairs with so many; weeks are 7 days from `start`.
    `days` counts messages by calendar day (YYYY-MM-DD, in `zone`) and channel. `held` counts how often messages waited, by reason, and
    `lost_while_held` those whose run left meanwhile. `unknown` counts, by step, ways taken because a reaction could not be known.
    `reactions` are the rates by which reactions were simulated, `simulated` counts them.
    `company` is about the other journeys that were live then, None when there were none.
    """

    journey: str
    start: int
    end: int
    zone: str = "UTC"
    people: int = 0
    events: int = 0
    entered: int = 0
    holdout: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    steps: dict[str, StepCount] = field(default_factory=dict)
    flow: Counter[Way] = field(default_factory=Counter)
    rest: dict[str, Rest] = field(default_factory=dict)
    goal_reached: int = 0
    goal_before_first_message: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    still_inside: int = 0
    not_sent: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    lost_while_held: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    reactions: dict[str, Rate] = field(default_factory=dict)
    simulated: Counter[str] = field(default_factory=Counter)
    days: Counter[tuple[str, str]] = field(default_factory=Counter)
    weeks: Counter[int] = field(default_factory=Counter)
    company: Company | None = None
    samples: list[dict[str, Any]] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)

    def merge(self, other: "Report") -> None:
        """Add the counts of other people."""
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            elif each.name in SUMS:
                setattr(self, each.name, mine + theirs)
        for step, count in other.steps.items():
            known = self.steps.setdefault(step, StepCount())
            for number in fields(StepCount):
                setattr(known, number.name, getattr(known, number.name) + getattr(count, number.name))
        for step, rest in other.rest.items():
            self.rest.setdefault(step, Rest()).merge(rest)
        if other.company is not None:
            self.company = self.company or Company()
            self.company.merge(other.company)
        self._sample(other.samples)

    def _sample(self, others: list[dict[str, Any]]) -> None:
        """The first few of each way of ending."""
        seen = Counter(sample["ended"] for sample in self.samples)
        for sample in others:
            if seen[sample["ended"]] < OF_EACH:
                seen[sample["ended"]] += 1
                self.samples.append(sample)

    def document(self) -> Mapping[str, Any]:
        """The report as JSON holds it; the same inputs give the same bytes."""
        return {
            "journey": self.journey,
            "from": self.start,
            "to": self.end,
            "zone": self.zone,
            "people": self.people,
            "events": self.events,
            "entered": self.entered,
            "holdout": self.holdout,
            "refused": _sorted(self.refused),
            "steps": {step: {each.name: getattr(count, each.name) for each in fields(count)} for step, count in self.steps.items()},
            "flow": self._flow(),
            "rest": {step: self.rest[step].document() for step in self.steps if step in self.rest},
            "goal_reached": self.goal_reached,
            "goal_before_first_message": self.goal_before_first_message,
            "ended": _sorted(self.ended),
            "still_inside": self.still_inside,
            "not_sent": _sorted(self.not_sent),
            "held": _sorted(self.held),
            "lost_while_held": _sorted(self.lost_while_held),
            "unknown": {step: self.unknown[step] for step in self.steps if self.unknown[step]},
            "reactions": {kind: rate.document() for kind, rate in sorted(self.reactions.items())},
            "simulated": _sorted(self.simulated),
            "messages_per_day": [{"day": day, "channel": channel, "messages": n} for (day, channel), n in sorted(self.days.items())],
            "messages_per_person_week": weekly(self.weeks),
            "other_journeys": None if self.company is None else self.company.document(),
            "samples": self.samples,
            "hashes": self.hashes,
            "note": NEVER_EFFECT,
        }

    def _flow(self) -> list[dict[str, Any]]:
        """Edges in the order of the steps, the entry first; `value` null where the reason has none."""
        place = {step: number for number, step in enumerate(self.steps)}

        def rank(way: Way) -> tuple[int, str, int, str]:
            return place.get(way.source or "", -1), way.reason, way.value, way.target or ""

        return [
            {"from": way.source, "to": way.target, "reason": way.reason, "value": None if way.value < 0 else way.value, "count": count}
            for way, count in sorted(self.flow.items(), key=lambda pair: rank(pair[0]))
        ]


SUMS: Final = ("people", "events", "entered", "holdout", "goal_reached", "goal_before_first_message", "still_inside")


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))
