"""The list of journeys, and the page of one journey with what flows through it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from parcours.app.pages import graph
from parcours.app.pages.names import two_languages
from parcours.app.pages.sentences import of_reason
from parcours.app.ports import FlowCount, JourneyVersion, RunSummary, StepMessages, Tx
from parcours.app.services import Services
from parcours.core.journey.reasons import REFUSALS, Reason, key

GOALS: Final = frozenset((Reason.GOAL, Reason.GOAL_LATER))


@dataclass(frozen=True, slots=True)
class JourneyRow:
    """One line of the list. `version` 0 is a draft that was never published; `published_at` None then."""

    key: str
    title: Mapping[str, str]
    status: str
    version: int
    published_at: int | None
    steps: int
    entered: int
    live: int
    sent: int
    goals: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One published version."""

    version: int
    published_at: int
    digest: str


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often a reason was given, with its sentence."""

    reason: str
    sentence: Mapping[str, str]
    count: int


@dataclass(frozen=True, slots=True)
class JourneyPage:
    """One journey: its document, its graph with counts, refusals and ends by reason, its versions, newest first."""

    journey: JourneyRow
    document: Mapping[str, Any]
    nodes: list[graph.Node]
    edges: list[graph.Edge]
    refused: list[ReasonCount]
    ended: list[ReasonCount]
    versions: list[VersionRow]


def list_journeys(services: Services) -> list[JourneyRow]:
    """Every journey, by key: its newest published version, else its draft."""

    def unit(tx: Tx) -> list[JourneyRow]:
        shown = current(tx.definitions.journeys())
        summary, messages = tx.runs.summary(None), tx.views.step_messages()
        return [
            _row(version, _of(summary, name), _of(messages, name), tx.views.flow(name, graph.BY_VALUE)) for name, version in shown.items()
        ]

    return services.store.read(services.workspace, unit)


def journey_page(services: Services, name: str) -> JourneyPage | None:
    """The page of one journey; None when there is none of this key."""

    def unit(tx: Tx) -> JourneyPage | None:
        versions = [version for version in tx.definitions.journeys() if version.journey == name]
        shown = current(versions).get(name)
        if shown is None:
            return None
        summary, messages = tx.runs.summary(name), tx.views.step_messages(name)
        flow = tx.views.flow(name, graph.BY_VALUE)
        published = [version for version in reversed(versions) if version.version]
        return JourneyPage(
            journey=_row(shown, summary, messages, flow),
            document=shown.document,
            nodes=graph.nodes(shown.document, summary, messages, flow),
            edges=graph.edges(shown.document.get("steps", []), flow),
            refused=_by_reason(flow, REFUSALS),
            ended=_ended(summary),
            versions=[VersionRow(version.version, version.published_at, version.digest) for version in published],
        )

    return services.store.read(services.workspace, unit)


def current(versions: Iterable[JourneyVersion]) -> dict[str, JourneyVersion]:
    """The version to show of each journey: the highest number (a draft is 0)."""
    shown: dict[str, JourneyVersion] = {}
    for version in versions:
        if version.journey not in shown or version.version > shown[version.journey].version:
            shown[version.journey] = version
    return dict(sorted(shown.items()))


def _of(rows: Sequence[Any], name: str) -> list[Any]:
    return [row for row in rows if row.journey == name]


def _row(version: JourneyVersion, summary: Sequence[RunSummary], messages: Sequence[StepMessages], flow: Sequence[FlowCount]) -> JourneyRow:
    return JourneyRow(
        key=version.journey,
        title=two_languages(version.document.get("title"), version.journey),
        status=version.status,
        version=version.version,
        published_at=version.published_at if version.version else None,
        steps=len(version.document.get("steps", [])),
        entered=sum(row.count for row in flow if row.reason in graph.ENTERED),
        live=sum(row.live for row in summary),
        sent=sum(row.count for row in messages if row.state in graph.LEFT),
        goals=sum(row.count for row in flow if row.reason in GOALS),
    )


def _by_reason(flow: Iterable[FlowCount], wanted: frozenset[Reason]) -> list[ReasonCount]:
    counts: dict[int, int] = {}
    for row in flow:
        if row.reason in wanted:
            counts[row.reason] = counts.get(row.reason, 0) + row.count
    return [_reason(Reason(reason), count) for reason, count in sorted(counts.items(), key=lambda pair: -pair[1])]


def _ended(summary: Iterable[RunSummary]) -> list[ReasonCount]:
    """Ended runs stand under step ids `ended:<reason number or key>`."""
    by_key = {key(reason): reason for reason in Reason}
    found = []
    for row in summary:
        if row.step.startswith("ended:"):
            name = row.step.removeprefix("ended:")
            reason = Reason(int(name)) if name.isdigit() else by_key[name]
            found.append(_reason(reason, row.passed))
    return sorted(found, key=lambda one: -one.count)


def _reason(reason: Reason, count: int) -> ReasonCount:
    return ReasonCount(key(reason), of_reason(reason), count)
