"""A journey's backtest: run it, watch it, read it."""

from typing import Any

from fastapi import APIRouter, Depends

from parcours.api.guard import Held, signed_in
from parcours.api.problems import answers
from parcours.api.routes.journeys import ReasonCountAnswer, no_such_journey
from parcours.api.wire import Answer, Instant, Text
from parcours.app.jobs import Job
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
    """What happened at one step."""

    id: str
    sentence: Text
    arrived: int
    left: int
    sent: int


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


class SampleMomentAnswer(Answer):
    """One decision of a sample."""

    at: Instant
    step: str
    sentence: Text


class SampleAnswer(Answer):
    """One person's way through."""

    contact: str
    person: str
    moments: list[SampleMomentAnswer]


class ReportAnswer(Answer):
    """A saved backtest: exposure, timing and collisions, never effect."""

    saved_at: Instant
    start: Instant | None
    end: Instant | None
    people: int
    events: int
    entered: int
    refused: list[ReasonCountAnswer]
    steps: list[StepTotalAnswer]
    goal_reached: int
    goal_before_first_message: int
    ended: list[ReasonCountAnswer]
    still_inside: int
    not_sent: list[ReasonCountAnswer]
    pressure: PressureAnswer
    samples: list[SampleAnswer]


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


@router.post("", response_model=JobAnswer, status_code=202, responses=answers(403, 415))
def run_backtest(key: str, services: Held) -> Job:
    """Replay the whole history through the journey as it stands; one run at a time for each journey."""
    shown = journey_page(services, key)
    if shown is None:
        raise no_such_journey()
    return services.jobs.start(KIND, key, lambda job: _replay(services, job, dict(shown.document)))


@router.delete("", status_code=204, responses=answers(403))
def stop_backtest(key: str, services: Held) -> None:
    """Ask the running replay to stop; the report saved before stays."""
    job = services.jobs.latest(KIND, key)
    if job is not None:
        services.jobs.cancel(job.id)


def _replay(services: Services, job: Job, document: dict[str, Any]) -> None:
    run(services, "backtests.save", {"document": document, "end": services.clock.now()}, job.progress)
