"""Drain: route and turn everything that waits, here and now (imports, tests, before a backtest)."""

from collections.abc import Callable

from parcours.app.route import route
from parcours.app.services import Services
from parcours.app.turn import turn
from parcours.app.warming import warm_up
from parcours.workers.shards import EVERYTHING


def drain(services: Services, progress: Callable[[int], None] = lambda done: None) -> int:
    """Until nothing is unrouted or waiting; `progress` is told how many arrivals were routed so far. Answers that number."""
    warm_up()
    routed = 0
    while True:
        moved = route(services, 1000)
        routed += moved
        turned = turn(services, EVERYTHING, 500)
        progress(routed)
        if moved == 0 and turned == 0:
            return routed
