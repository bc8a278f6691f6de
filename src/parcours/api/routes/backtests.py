"""A journey's backtest: run it, watch it, read it."""

import datetime as dt
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import Field

from parcours.api.guard import Held, signed_in
from parcours.api.problems import Refused, answers
from parcours.api.routes.journeys import EdgeAnswer, NodeAnswer, ReasonCountAnswer, no_such_journey
from parcours.api.wire import Answer, Body, Instant, Text
from parcours.app.jobs import Job
from parcours.app.local_times import day_begins
from parcours.app.operations import run
from parcours.app.pages import backtests as page
from parcours.app.pages.journeys import journey_page
from parcours.app.services import Services

router = APIRouter(prefix="/api/journeys/{key}/backtest", tags=["journeys"], dependencies=[Depends(signed_in)], responses=answers(401, 404))

KIND = "backtest"


class JobAnswer(Answer):
    """Long work: state is running, done, failed or cancelled; `total` 0 while it is not known."""

    id: str
    state: str
    done: int
    total: int
    error: str


class StepTotalAnswer(Answer):
    """What happened at one step; `median`, `nine_in_ten` and `longest` are seconds that those who left had stayed."""

    id: str
    sentence: Text
    arrived: int
    left: int
    sent: int
    withheld: int
    median: int
    nine_in_ten: int
    longest: int
    unknown: int


class WeeksAnswer(Answer):
    """In how many person-weeks somebody would have had this many messages."""

    messages: int
    weeks: int


class PressureAnswer(Answer):
    """Messages per person and week, over the (person, week) pairs with at least one."""

    person_weeks: int
    mean: float
    most: int
    counts: list[WeeksAnswer]


class DayAnswer(Answer):
    """Messages of one calendar day on one channel."""

    day: str
    channel: str
    messages: int


class NeighbourAnswer(Answer):
    """Another journey that was live then."""

    key: str
    title: Text
    sent: int
    sent_without: int
    within_a_day: int
    people: int


class CompanyAnswer(Answer):
    """What this journey and the others do together."""

    sent_alone: int
    pressure: PressureAnswer
    journeys: list[NeighbourAnswer]


class RateAnswer(Answer):
    """How a kind of reaction was simulated: the share of sent messages, seconds after, from history or given, how often it came out."""

    kind: str
    rate: float
    after: int
    fitted: bool
    times: int


class SampleMomentAnswer(Answer):
    """One decision of a sample."""

    at: Instant
    step: str
    told: Text
    sentence: Text


class SampleAnswer(Answer):
    """One person's way through, and how it ended."""

    contact: str
    person: str
    reason: str
    ended: Text
    moments: list[SampleMomentAnswer]


class ReportAnswer(Answer):
    """A saved backtest: exposure, timing and collisions, never effect."""

    saved_at: Instant
    start: Instant
    end: Instant
    zone: str
    outdated: bool
    strict_consent: bool
    forgotten: int
    people: int
    events: int
    entered: int
    holdout: int
    refused: list[ReasonCountAnswer]
    nodes: list[NodeAnswer]
    edges: list[EdgeAnswer]
    steps: list[StepTotalAnswer]
    goal_reached: int
    goal_before_first_message: int
    ended: list[ReasonCountAnswer]
    still_inside: int
    not_sent: list[ReasonCountAnswer]
    held: list[ReasonCountAnswer]
    lost_while_held: list[ReasonCountAnswer]
    days: list[DayAnswer]
    pressure: PressureAnswer
    company: CompanyAnswer | None
    reactions: list[RateAnswer]
    samples: list[SampleAnswer]


class RatesBody(Body):
    """How many of the sent messages are reacted to, from 0 to 1; null: as many as in the past."""

    opened: float | None = Field(default=None, ge=0, le=1)
    clicked: float | None = Field(default=None, ge=0, le=1)


class BacktestBody(Body):
    """What to replay: days in the workspace's zone, both included (null: from the first event, to the last).

    Reactions to messages that were never sent are unknown (null), or simulated.
    """

    first_day: dt.date | None = None
    last_day: dt.date | None = None
    strict_consent: bool = False
    reactions: RatesBody | None = None


class BacktestAnswer(Answer):
    """The newest run of this process, if any, and the saved report, if any."""

    job: JobAnswer | None
    report: ReportAnswer | None


@router.get("", response_model=BacktestAnswer)
def read_backtest(key: str, services: Held) -> dict[str, Any]:
    """The saved report, and how far a running one has come."""
    if journey_page(services, key) is None:
        raise no_such_journey()
    from parcours.app.backtest import saved_backtest  # brings numba: the description of the routes is made without it

    saved = saved_backtest(services, key)
    return {"job": services.jobs.latest(KIND, key), "report": None if saved is None else page.told_report(services, key, saved)}


@router.post("", response_model=JobAnswer, status_code=202, responses=answers(403, 415, 422))
def run_backtest(key: str, services: Held, asked: BacktestBody) -> Job:
    """Replay the history through the journey as it stands; one run at a time for each journey."""
    shown = journey_page(services, key)
    if shown is None:
        raise no_such_journey()
    zone = services.store.read(services.workspace, lambda tx: str(tx.definitions.settings().get("zone", "Europe/Paris")))
    period = _period(asked, zone)
    reactions = None if asked.reactions is None else asked.reactions.model_dump()
    arguments = {"document": dict(shown.document), **period, "strict_consent": asked.strict_consent, "reactions": reactions}
    return services.jobs.start(KIND, key, lambda job: _replay(services, job, arguments))


@router.delete("", status_code=204, responses=answers(403))
def stop_backtest(key: str, services: Held) -> None:
    """Ask the running replay to stop; the report saved before stays."""
    job = services.jobs.latest(KIND, key)
    if job is not None:
        services.jobs.cancel(job.id)


def _period(asked: BacktestBody, zone: str) -> dict[str, int | None]:
    """The instants of the period. Raises Refused when it ends before it begins."""
    if asked.first_day and asked.last_day and asked.first_day > asked.last_day:
        raise Refused(422, "no_period", "The period ends before it begins.")
    after = None if asked.last_day is None else asked.last_day + dt.timedelta(days=1)
    return {name: None if day is None else day_begins(day, zone) for name, day in (("start", asked.first_day), ("end", after))}


def _replay(services: Services, job: Job, arguments: dict[str, Any]) -> None:
    run(services, "backtests.save", arguments, job.progress)
