"""Journeys: the list, a journey's page, pause and resume, its backtest."""

from typing import Any

from fastapi import APIRouter, Depends

from parcours.api.guard import Held, signed_in
from parcours.api.problems import Refused, answers
from parcours.api.wire import Answer, Instant, Text
from parcours.app.operations import Refusal, run
from parcours.app.pages import journeys as page
from parcours.app.services import Services

router = APIRouter(prefix="/api/journeys", tags=["journeys"], dependencies=[Depends(signed_in)], responses=answers(401))


class JourneyRowAnswer(Answer):
    """One journey of the list; version 0 is a draft that was never published."""

    key: str
    title: Text
    status: str
    version: int
    published_at: Instant | None
    steps: int
    entered: int
    live: int
    sent: int
    goals: int


class JourneysAnswer(Answer):
    """Every journey of the workspace."""

    journeys: list[JourneyRowAnswer]


class NodeAnswer(Answer):
    """A step, the entry (`@entry`) or the end (`@done`) of a journey."""

    id: str
    kind: str
    sentence: Text
    live: int
    passed: int
    sent: int


class EdgeAnswer(Answer):
    """A way from one node to another, and how often it was taken."""

    id: str
    source: str
    target: str
    label: Text
    count: int


class ReasonCountAnswer(Answer):
    """How often a reason was given."""

    reason: str
    sentence: Text
    count: int


class VersionAnswer(Answer):
    """One published version."""

    version: int
    published_at: Instant
    digest: str


class JourneyAnswer(Answer):
    """One journey with what flows through it."""

    journey: JourneyRowAnswer
    document: dict[str, Any]
    nodes: list[NodeAnswer]
    edges: list[EdgeAnswer]
    refused: list[ReasonCountAnswer]
    ended: list[ReasonCountAnswer]
    versions: list[VersionAnswer]


@router.get("", response_model=JourneysAnswer)
def read_journeys(services: Held) -> dict[str, list[page.JourneyRow]]:
    """Every journey."""
    return {"journeys": page.list_journeys(services)}


@router.get("/{key}", response_model=JourneyAnswer, responses=answers(404))
def read_journey(key: str, services: Held) -> page.JourneyPage:
    """One journey: its document, its graph with counts, refusals and ends."""
    found = page.journey_page(services, key)
    if found is None:
        raise no_such_journey()
    return found


class StatusAnswer(Answer):
    """The journey's state after a switch."""

    journey: str
    status: str


@router.post("/{key}/pause", response_model=StatusAnswer, responses=answers(403, 404, 409, 415))
def pause_journey(key: str, services: Held) -> dict[str, Any]:
    """Nobody enters and timers hold, from now on."""
    return _switched("journeys.pause", services, key)


@router.post("/{key}/resume", response_model=StatusAnswer, responses=answers(403, 404, 409, 415))
def resume_journey(key: str, services: Held) -> dict[str, Any]:
    """Go on; each step that came due meanwhile obeys its late policy."""
    return _switched("journeys.resume", services, key)


def _switched(operation: str, services: Services, key: str) -> dict[str, Any]:
    if page.journey_page(services, key) is None:
        raise no_such_journey()
    try:
        done: dict[str, Any] = run(services, operation, {"journey": key}, lambda _done, _total: None)
        return done
    except Refusal as refusal:
        raise Refused(409, "not_possible_now", str(refusal)) from refusal


def no_such_journey() -> Refused:
    """There is no journey of this key."""
    return Refused(404, "no_such_journey", "There is no journey with this key.")
