"""Company: the other journeys that were live in a backtest's period, and where they and the journey at hand meet."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from parcours.core.journey import layout as at
from parcours.core.journey.link import Linked
from parcours.core.journey.reasons import Reason
from parcours.core.journey.tables import Ints
from parcours.core.journey.weekly import weekly
from parcours.core.terms.durations import DAY

NEAR: Final = DAY
"""Messages of two journeys to one person collide when less than so long lies between them."""


@dataclass(slots=True)
class Neighbour:
    """Another journey: messages it `sent` beside the journey at hand, and `sent_without` it.

    `near` counts messages of the journey at hand that met one of the other's within a day, `people` who got such.
    """

    sent: int = 0
    sent_without: int = 0
    near: int = 0
    people: int = 0


@dataclass(slots=True)
class Company:
    """`weeks`: of the (person, week) pairs in which the journey at hand writes, how many have so many messages of all journeys.

    `sent_alone`: the messages it would have sent had there been no other journey.
    """

    weeks: Counter[int] = field(default_factory=Counter)
    sent_alone: int = 0
    journeys: dict[str, Neighbour] = field(default_factory=dict)

    def merge(self, other: "Company") -> None:
        """Add the counts of other people."""
        self.weeks.update(other.weeks)
        self.sent_alone += other.sent_alone
        for key, theirs in other.journeys.items():
            mine = self.journeys.setdefault(key, Neighbour())
            mine.sent, mine.sent_without = mine.sent + theirs.sent, mine.sent_without + theirs.sent_without
            mine.near, mine.people = mine.near + theirs.near, mine.people + theirs.people

    def document(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "sent_alone": self.sent_alone,
            "messages_per_person_week": weekly(self.weeks),
            "journeys": {
                key: {"sent": each.sent, "sent_without": each.sent_without, "within_a_day": each.near, "people": each.people}
                for key, each in sorted(self.journeys.items())
            },
        }


def _sends(out: Ints, start: int) -> Ints:
    """The rows of messages that leave, from `start` on; those of the holdout do not."""
    leaves = (out[:, at.O_REASON] == int(Reason.SENT)) & (out[:, at.O_AT] >= start)
    return np.asarray(out[leaves])


def met(linked: Linked, journey: str, start: int, week: int, together: Ints, alone: Ints, without: Ints) -> Company:
    """The company of `journey`, from what came out of three runs: all journeys, this one alone, the others without it."""
    number = linked.journeys.index(journey)
    sends, lonely, others = (_sends(out, start) for out in (together, alone, without))
    journeys = linked.tables.programs[:, at.P_JOURNEY]
    owner, owner_without = journeys[sends[:, at.O_PROGRAM]], journeys[others[:, at.O_PROGRAM]]
    mine = sends[owner == number]
    company = Company(sent_alone=int((journeys[lonely[:, at.O_PROGRAM]] == number).sum()))
    weeks = _by_week(sends, start, week)
    company.weeks = Counter(weeks[pair] for pair in _by_week(mine, start, week))
    for other, key in enumerate(linked.journeys):
        if other != number:
            theirs = sends[owner == other]
            near = _near(mine, theirs)
            people = len(np.unique(mine[near, at.O_CONTACT]))
            company.journeys[key] = Neighbour(len(theirs), int((owner_without == other).sum()), int(near.sum()), people)
    return company


def _by_week(sends: Ints, start: int, week: int) -> Counter[tuple[int, int]]:
    """Messages by (contact, week)."""
    return Counter(zip(sends[:, at.O_CONTACT].tolist(), ((sends[:, at.O_AT] - start) // week).tolist(), strict=True))


def _near(mine: Ints, theirs: Ints) -> Any:
    """Which of my messages have one of theirs, to the same person, less than NEAR before or after."""
    both = np.concatenate((mine, theirs))
    order = np.lexsort((both[:, at.O_AT], both[:, at.O_CONTACT]))
    contact, instant, own = both[order, at.O_CONTACT], both[order, at.O_AT], order < len(mine)
    places = np.arange(len(both))
    before = np.maximum.accumulate(np.where(own, -1, places))
    after = np.minimum.accumulate(np.where(own, len(both), places)[::-1])[::-1]
    found = np.zeros(len(both), dtype=bool)
    for place in (before, after):
        there = np.clip(place, 0, max(0, len(both) - 1))
        same = (place >= 0) & (place < len(both)) & (contact[there] == contact)
        found |= same & (np.abs(instant[there] - instant) < NEAR)
    near = np.zeros(len(both), dtype=bool)
    near[order] = found & own
    return near[: len(mine)]
