"""The first screen, and the demo's clock."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from parcours.api.guard import Held, signed_in
from parcours.api.problems import Refused, answers
from parcours.api.routes.mailbox import MailRowAnswer
from parcours.api.wire import Answer, Body, Instant, Text
from parcours.app.pages import overview as page

router = APIRouter(prefix="/api", tags=["overview"], dependencies=[Depends(signed_in)], responses=answers(401))


class ClockAnswer(Answer):
    """The workspace's clock; `speed` in workspace seconds per real second."""

    now: Instant
    zone: str
    demo: bool
    speed: float
    paused: bool
    first: Instant | None
    last: Instant | None


class StageAnswer(Answer):
    """How many people are at one stage."""

    key: str
    title: Text
    count: int


class MoveAnswer(Answer):
    """Somebody changed stage."""

    id: str
    contact: str
    person: str
    source: str
    target: str
    at: Instant


class LatestEventAnswer(Answer):
    """One of the events that came last."""

    id: str
    contact: str
    person: str
    name: str
    sentence: Text
    at: Instant


class CountsAnswer(Answer):
    """Totals of the workspace; messages by state."""

    contacts: int
    events: int
    runs: int
    mails: int
    messages: dict[str, int]


class OverviewAnswer(Answer):
    """The first screen, of one instant."""

    clock: ClockAnswer
    stages: list[StageAnswer]
    moves: list[MoveAnswer]
    counts: CountsAnswer
    events: list[LatestEventAnswer]
    mails: list[MailRowAnswer]


class ClockBody(Body):
    """What to change of the demo's clock; what is left out stays."""

    paused: bool | None = None
    speed: Annotated[float, Field(gt=0, le=1_000_000)] | None = None


@router.get("/overview", response_model=OverviewAnswer)
def read_overview(services: Held) -> page.Overview:
    """The first screen."""
    return page.overview(services)


@router.post("/clock", response_model=ClockAnswer, responses=answers(403, 409, 415, 422))
def set_clock(body: ClockBody, services: Held) -> page.ClockFace:
    """Pause the demo's clock, let it go on, or make it faster."""
    demo = services.demo
    if demo is None:
        raise Refused(409, "not_a_demo", "Only the demo's clock can be paused or made faster.")
    if body.speed is not None:
        demo.set_speed(body.speed)
    if body.paused is not None:
        demo.set_paused(body.paused)
    services.wake()
    return page.clock_face(services, services.store.read(services.workspace, lambda tx: tx.definitions.settings()))
