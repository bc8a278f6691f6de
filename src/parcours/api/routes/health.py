"""Probes (alive, ready to keep what is sent), how the workspace does, and its numbers for Prometheus."""

from typing import Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from parcours.api.collect.keys import Keys, named
from parcours.api.guard import Held, signed_in
from parcours.api.metrics import exposition
from parcours.api.problems import Refused, answers
from parcours.api.wire import Answer, Instant
from parcours.app.pages import health as page

router = APIRouter(tags=["health"])
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class HealthAnswer(Answer):
    """`ok`, or the request is answered with a problem."""

    status: str


class SetAsideAnswer(Answer):
    """A contact or an arrived event that failed and is tried again later; `contact` is "" for an event."""

    what: Literal["contact", "event"]
    contact: str
    person: str
    tries: int
    error: str
    until: Instant


class FailingLoopAnswer(Answer):
    """A loop of this process that failed so often in a row."""

    name: str
    failures: int
    error: str


class StateAnswer(Answer):
    """How the workspace does; ages in microseconds."""

    well: bool
    fault: str | None
    free_bytes: int
    oldest_arrival: int
    oldest_due: int
    messages: dict[str, int]
    aside: list[SetAsideAnswer]
    loops: list[FailingLoopAnswer]


@router.get("/api/health", dependencies=[Depends(signed_in)], responses=answers(401), response_model=StateAnswer)
def read_state(services: Held) -> page.Health:
    """What waits, what was set aside, which loops of this process fail."""
    return page.health(services)


@router.get("/metrics", response_class=PlainTextResponse, responses=answers(401))
async def read_metrics(request: Request, services: Held) -> PlainTextResponse:
    """The workspace's numbers in Prometheus' text format, for who presents a secret key."""
    keys: Keys = request.app.state.keys
    key = await keys.first(named(request, None))
    if key is None or key.kind != "secret":
        raise Refused(401, "unknown_key", "Send a secret key as a bearer token (Prometheus: authorization.credentials).")
    return PlainTextResponse(await run_in_threadpool(exposition, services), media_type=MEDIA_TYPE)


@router.get("/healthz")
def read_health() -> HealthAnswer:
    """The process answers."""
    return HealthAnswer(status="ok")


@router.get("/readyz", responses=answers(503))
def read_readiness(services: Held) -> HealthAnswer:
    """The store answers."""
    try:
        services.store.read(services.workspace, lambda tx: tx.workspace)
    except Exception as error:
        raise Refused(503, "not_ready", "The store does not answer.", {"Retry-After": "1"}) from error
    return HealthAnswer(status="ok")
