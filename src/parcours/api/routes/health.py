"""Probes: alive, and ready to keep what is sent."""

from fastapi import APIRouter

from parcours.api.guard import Held
from parcours.api.problems import Refused, answers
from parcours.api.wire import Answer

router = APIRouter(tags=["health"])


class HealthAnswer(Answer):
    """`ok`, or the request is answered with a problem."""

    status: str


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
