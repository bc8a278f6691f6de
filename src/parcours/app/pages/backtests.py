"""A journey's saved backtest, ready for the screen: exposure, timing and collisions, never effect.

Reports are kept as JSON in `backtests/<journey>.json` of the data directory, with the keys of `parcours backtest --json`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from parcours.app.pages import sentences
from parcours.app.pages.names import display_name
from parcours.app.pages.step_words import step_sentences
from parcours.app.ports import Tx
from parcours.app.services import Services
from parcours.core.journey.reasons import Reason, key
from parcours.core.terms.instants import parse_instant

REASONS: Final = {key(reason): reason for reason in Reason}
JOURNEY_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


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
class Pressure:
    """In how many person-weeks somebody would have had this many messages."""

    messages: int
    weeks: int


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
    """A saved backtest over [start, end) (UTC microseconds)."""

    start: int | None
    end: int | None
    entered: int
    refused: list[ReasonTotal]
    steps: list[StepTotal]
    goal_reached: int
    goal_before_first_message: int
    ended: list[ReasonTotal]
    still_inside: int
    pressure: list[Pressure]
    samples: list[Sample]


def report_path(services: Services, journey: str) -> Path | None:
    """Where the journey's report is kept; None for a name that no journey can have."""
    return services.directory / "backtests" / f"{journey}.json" if JOURNEY_KEY.fullmatch(journey) else None


def saved_report(services: Services, journey: str) -> Report | None:
    """The journey's saved backtest; None when it was never run."""
    path = report_path(services, journey)
    if path is None or not path.is_file():
        return None
    saved: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return services.store.read(services.workspace, lambda tx: _report(tx, journey, saved))


def _report(tx: Tx, journey: str, saved: Mapping[str, Any]) -> Report:
    versions = [version for version in tx.definitions.journeys() if version.journey == journey]
    told = step_sentences(versions[-1].document) if versions else {}
    return Report(
        start=_instant(saved.get("from")),
        end=_instant(saved.get("to")),
        entered=int(saved["entered"]),
        refused=_totals(saved["refused"]),
        steps=[_step(name, counts, told) for name, counts in saved["steps"].items()],
        goal_reached=int(saved["goal_reached"]),
        goal_before_first_message=int(saved["goal_before_first_message"]),
        ended=_totals(saved["ended"]),
        still_inside=int(saved["still_inside"]),
        pressure=[Pressure(int(messages), int(weeks)) for messages, weeks in saved["messages_per_person_week"].items()],
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
    moments = [
        SampleMoment(_instant(line["at"]) or 0, str(line.get("step") or ""), _sentence(str(line["reason"]))) for line in sample["trace"]
    ]
    return Sample(public_id if contact else "", display_name(contact) if contact else "", moments)


def _instant(value: Any) -> int | None:
    return value if isinstance(value, int) else parse_instant(str(value)) if value else None
