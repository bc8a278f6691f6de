"""A journey's saved backtest, ready for the screen: exposure, timing and collisions, never effect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from parcours.app.pages import graph, sentences
from parcours.app.pages.journeys import current
from parcours.app.pages.names import display_name, two_languages
from parcours.app.pages.step_words import step_sentences
from parcours.app.ports import FlowCount, JourneyVersion, RunSummary, StepMessages, Tx
from parcours.app.services import Services
from parcours.core.journey.reasons import Reason, key

REASONS: Final = {key(reason): reason for reason in Reason}
INSIDE: Final = {"fr": "Encore dedans.", "en": "Still inside."}


@dataclass(frozen=True, slots=True)
class ReasonTotal:
    """How often a reason was given, with its sentence."""

    reason: str
    sentence: Mapping[str, str]
    count: int


@dataclass(frozen=True, slots=True)
class StepTotal:
    """What happened at one step: how many came, left again, and how many messages it would have sent, or kept from the holdout.

    `median`, `nine_in_ten`, `longest`: seconds that those who left had stayed there.
    `unknown`: ways taken without knowing a reaction.
    """

    id: str
    sentence: Mapping[str, str]
    arrived: int
    left: int
    sent: int
    withheld: int
    median: int
    nine_in_ten: int
    longest: int
    unknown: int


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
class Day:
    """Messages of one calendar day (YYYY-MM-DD) on one channel."""

    day: str
    channel: str
    messages: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another journey that was live then: messages it sent beside this one, and without it; `within_a_day` of its own came ours."""

    key: str
    title: Mapping[str, str]
    sent: int
    sent_without: int
    within_a_day: int
    people: int


@dataclass(frozen=True, slots=True)
class Company:
    """The other journeys: `pressure` counts the messages of all in the weeks in which this one writes; `sent_alone` is without them."""

    sent_alone: int
    pressure: Pressure
    journeys: list[Neighbour]


@dataclass(frozen=True, slots=True)
class SimulatedRate:
    """How a kind of reaction was simulated: a share of the sent messages, `after` seconds; `times` it came out."""

    kind: str
    rate: float
    after: int
    fitted: bool
    times: int


@dataclass(frozen=True, slots=True)
class SampleMoment:
    """One decision of a sample."""

    at: int
    step: str
    told: Mapping[str, str]
    sentence: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One person's way through; `contact` is a public id. `ended` says how it ended, `reason` is its key."""

    contact: str
    person: str
    reason: str
    ended: Mapping[str, str]
    moments: list[SampleMoment]


@dataclass(frozen=True, slots=True)
class Report:
    """A saved backtest over [start, end) (UTC microseconds), saved at `saved_at`. `outdated`: the journey reads otherwise now.

    `forgotten` people were erased since: totals still count them, samples do not show them.
    """

    saved_at: int
    start: int
    end: int
    zone: str
    outdated: bool
    strict_consent: bool
    forgotten: int
    people: int
    events: int
    entered: int
    holdout: int
    refused: list[ReasonTotal]
    nodes: list[graph.Node]
    edges: list[graph.Edge]
    steps: list[StepTotal]
    goal_reached: int
    goal_before_first_message: int
    ended: list[ReasonTotal]
    still_inside: int
    not_sent: list[ReasonTotal]
    held: list[ReasonTotal]
    lost_while_held: list[ReasonTotal]
    days: list[Day]
    pressure: Pressure
    company: Company | None
    reactions: list[SimulatedRate]
    samples: list[Sample]


def told_report(services: Services, journey: str, saved: Mapping[str, Any]) -> Report:
    """A saved report (app/saved_reports.py) with its reasons in sentences and its people by name."""
    return services.store.read(services.workspace, lambda tx: _report(tx, journey, saved))


def _report(tx: Tx, journey: str, saved: Mapping[str, Any]) -> Report:
    document = saved["document"]
    shown = current(tx.definitions.journeys())
    told = step_sentences(document)
    flow = _flow(saved)
    return Report(
        saved_at=int(saved["saved_at"]),
        start=int(saved["from"]),
        end=int(saved["to"]),
        zone=str(saved["zone"]),
        outdated=journey in shown and dict(shown[journey].document) != document,
        strict_consent=bool(saved["strict_consent"]),
        forgotten=int(saved["forgotten"]),
        people=int(saved["people"]),
        events=int(saved["events"]),
        entered=int(saved["entered"]),
        holdout=int(saved["holdout"]),
        refused=_totals(saved["refused"]),
        nodes=graph.nodes(document, _standing(journey, saved), _messages(journey, saved), flow),
        edges=graph.edges(document.get("steps", []), flow),
        steps=[_step(saved, name, told) for name in saved["steps"]],
        goal_reached=int(saved["goal_reached"]),
        goal_before_first_message=int(saved["goal_before_first_message"]),
        ended=_totals(saved["ended"]),
        still_inside=int(saved["still_inside"]),
        not_sent=_totals(saved["not_sent"]),
        held=_totals(saved["held"]),
        lost_while_held=_totals(saved["lost_while_held"]),
        days=[Day(str(one["day"]), str(one["channel"]), int(one["messages"])) for one in saved["messages_per_day"]],
        pressure=_pressure(saved["messages_per_person_week"]),
        company=_company(saved["other_journeys"], shown),
        reactions=[SimulatedRate(kind, **rate, times=int(saved["simulated"].get(kind, 0))) for kind, rate in saved["reactions"].items()],
        samples=[_sample(tx, sample, told) for sample in saved["samples"]],
    )


def _flow(saved: Mapping[str, Any]) -> list[FlowCount]:
    """The flow as the canvas counts it."""
    ways = [FlowCount(way["from"], int(REASONS[way["reason"]]), way["value"] or 0, int(way["count"])) for way in saved["flow"]]
    return [*ways, FlowCount(None, int(Reason.DONE), 0, int(saved["ended"].get(key(Reason.DONE), 0)))]


def _standing(journey: str, saved: Mapping[str, Any]) -> list[RunSummary]:
    return [RunSummary(journey, name, one["arrived"] - one["left"], one["left"]) for name, one in saved["steps"].items()]


def _messages(journey: str, saved: Mapping[str, Any]) -> list[StepMessages]:
    return [StepMessages(journey, name, "sent", one["sent"]) for name, one in saved["steps"].items()]


def _totals(counts: Mapping[str, int]) -> list[ReasonTotal]:
    ranked: Iterable[tuple[str, int]] = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [ReasonTotal(name, sentences.of_reason(REASONS[name]), int(count)) for name, count in ranked]


def _step(saved: Mapping[str, Any], name: str, told: Mapping[str, Mapping[str, str]]) -> StepTotal:
    counts, rest = saved["steps"][name], saved["rest"].get(name, {})
    numbers = {each: int(counts[each]) for each in ("arrived", "left", "sent", "withheld")}
    lengths = {each: int(rest.get(each, 0)) for each in ("median", "nine_in_ten", "longest")}
    return StepTotal(name, told.get(name, {"fr": name, "en": name}), **numbers, **lengths, unknown=int(saved["unknown"].get(name, 0)))


def _company(found: Mapping[str, Any] | None, shown: Mapping[str, JourneyVersion]) -> Company | None:
    if found is None:
        return None
    journeys = []
    for name, one in found["journeys"].items():
        title = two_languages(shown[name].document.get("title") if name in shown else None, name)
        numbers = {each: int(one[each]) for each in ("sent", "sent_without", "within_a_day", "people")}
        journeys.append(Neighbour(name, title, **numbers))
    return Company(int(found["sent_alone"]), _pressure(found["messages_per_person_week"]), journeys)


def _sample(tx: Tx, sample: Mapping[str, Any], told: Mapping[str, Mapping[str, str]]) -> Sample:
    public_id = str(sample["contact"])
    contact = tx.people.by_public_id(public_id)
    moments = [_moment(line, told) for line in sample["trace"]]
    ended = REASONS.get(sample["ended"])
    how = INSIDE if ended is None else sentences.of_reason(ended)
    return Sample(public_id, display_name(contact) if contact else "", str(sample["ended"]), how, moments)


def _moment(line: Mapping[str, Any], told: Mapping[str, Mapping[str, str]]) -> SampleMoment:
    step = line["step"] or ""
    return SampleMoment(int(line["at"]), step, told.get(step, {"fr": step, "en": step}), sentences.of_reason(REASONS[line["reason"]]))


def _pressure(found: Mapping[str, Any]) -> Pressure:
    counts = [Weeks(int(messages), int(weeks)) for messages, weeks in found["counts"].items()]
    return Pressure(int(found["person_weeks"]), float(found["mean"]), int(found["most"]), counts)
