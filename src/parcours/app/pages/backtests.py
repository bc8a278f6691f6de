"""A journey's saved backtest, ready for the screen: exposure, timing and collisions, never effect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from parcours.app.pages import sentences
from parcours.app.pages.names import display_name
from parcours.app.pages.step_words import step_sentences
from parcours.app.ports import Tx
from parcours.app.services import Services
from parcours.core.journey.reasons import Reason, key

REASONS: Final = {key(reason): reason for reason in Reason}
FIRST_SHOWN: Final = -2_000_000_000_000_000
"""1906, in UTC microseconds: a period that begins before has no beginning worth showing."""


@dataclass(frozen=True, slots=True)
class ReasonTotal:
    """How often a reason was given, with its sentence."""

    reason: str
    sentence: Mapping[str, str]
    count: int


@dataclass(frozen=True, slots=True)
class StepTotal:
    """What happened at one step: how many came, left again, and how many messages it would have sent."""

    id: str
    sentence: Mapping[str, str]
    arrived: int
    left: int
    sent: int


@dataclass(frozen=True, slots=True)
class Weeks:
    """In how many person-weeks somebody would have had this many messages."""

    messages: int
    weeks: int


@dataclass(frozen=True, slots=True)
class Pressure:
    """Messages per person and week, over the (person, week) pairs with at least one."""

    person_weeks: int
    mean: float
    most: int
    counts: list[Weeks]


@dataclass(frozen=True, slots=True)
class SampleMoment:
    """One decision of a sample."""

    at: int
    step: str
    sentence: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One person's way through; `contact` is a public id."""

    contact: str
    person: str
    moments: list[SampleMoment]


@dataclass(frozen=True, slots=True)
class Report:
    """A saved backtest over [start, end) (UTC microseconds; None: from the first event, to the last), saved at `saved_at`."""

    saved_at: int
    start: int | None
    end: int | None
    people: int
    events: int
    entered: int
    refused: list[ReasonTotal]
    steps: list[StepTotal]
    goal_reached: int
    goal_before_first_message: int
    ended: list[ReasonTotal]
    still_inside: int
    not_sent: list[ReasonTotal]
    pressure: Pressure
    samples: list[Sample]


def told_report(services: Services, journey: str, saved: Mapping[str, Any]) -> Report:
    """A saved report (core/journey/report.py) with its reasons in sentences and its people by name."""
    return services.store.read(services.workspace, lambda tx: _report(tx, journey, saved))


def _report(tx: Tx, journey: str, saved: Mapping[str, Any]) -> Report:
    versions = [version for version in tx.definitions.journeys() if version.journey == journey]
    told = step_sentences(versions[-1].document) if versions else {}
    return Report(
        saved_at=int(saved["saved_at"]),
        start=_shown(saved["from"]),
        end=_shown(saved["to"]),
        people=int(saved["people"]),
        events=int(saved["events"]),
        entered=int(saved["entered"]),
        refused=_totals(saved["refused"]),
        steps=[_step(name, counts, told) for name, counts in saved["steps"].items()],
        goal_reached=int(saved["goal_reached"]),
        goal_before_first_message=int(saved["goal_before_first_message"]),
        ended=_totals(saved["ended"]),
        still_inside=int(saved["still_inside"]),
        not_sent=_totals(saved["not_sent"]),
        pressure=_pressure(saved["messages_per_person_week"]),
        samples=[_sample(tx, sample) for sample in saved["samples"]],
    )


def _totals(counts: Mapping[str, int]) -> list[ReasonTotal]:
    ranked: Iterable[tuple[str, int]] = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [ReasonTotal(name, _sentence(name), int(count)) for name, count in ranked]


def _sentence(name: str) -> dict[str, str]:
    reason = REASONS.get(name)
    return {"fr": name, "en": name} if reason is None else sentences.of_reason(reason)


def _step(name: str, counts: Mapping[str, int], told: Mapping[str, Mapping[str, str]]) -> StepTotal:
    sentence = told.get(name, {"fr": name, "en": name})
    return StepTotal(name, sentence, int(counts["arrived"]), int(counts["left"]), int(counts["sent"]))


def _sample(tx: Tx, sample: Mapping[str, Any]) -> Sample:
    public_id = str(sample["contact"])
    contact = tx.people.by_public_id(public_id)
    moments = [SampleMoment(int(line["at"]), line["step"] or "", _sentence(line["reason"])) for line in sample["trace"]]
    return Sample(public_id if contact else "", display_name(contact) if contact else "", moments)


def _pressure(found: Mapping[str, Any]) -> Pressure:
    counts = [Weeks(int(messages), int(weeks)) for messages, weeks in found["counts"].items()]
    return Pressure(int(found["person_weeks"]), float(found["mean"]), int(found["most"]), counts)


def _shown(at: int) -> int | None:
    return at if FIRST_SHOWN < at < -FIRST_SHOWN * 2 else None
