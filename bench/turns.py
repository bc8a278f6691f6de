"""Live turns: people whose deadline has come are read, moved by the kernel, and kept with trace and outbox, one transaction a hundred."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench.measuring import Scale, median
from bench.rows import Figure, Row
from bench.shop import folder, postgres
from parcours.app.collect import parcel
from parcours.app.operations import run
from parcours.app.route import route
from parcours.app.services import Services
from parcours.app.turn import turn
from parcours.app.warming import warm_up
from parcours.channels.email.render import EmailRenderer
from parcours.core.terms.intake import Envelope
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from parcours.workers.shards import EVERYTHING

TITLE: Final = "Live turns"
HOUR: Final = 3_600_000_000
PART: Final = 1_000
"""People due are a thousandth of the events asked for: 20,000 as a rule, a million with `--size 1000M`."""
TEMPLATE: Final[dict[str, Any]] = {
    "template": "receipt",
    "topic": "service",
    "from": "Shop <shop@example.org>",
    "subject": {"fr": "Commande", "en": "Order"},
    "html": {"fr": "<p>Merci</p>", "en": "<p>Thanks</p>"},
}
JOURNEY: Final[dict[str, Any]] = {
    "journey": "receipt",
    "title": {"fr": "Reçu", "en": "Receipt"},
    "entry": [{"on": {"event": "Order Completed"}}],
    "instance": "properties.order_id",
    "holdout": "0%",
    "transactional": True,
    "topic": "service",
    "steps": [{"id": "short", "wait": "1h"}, {"id": "mail", "send": {"email": "receipt"}}, {"id": "pause", "wait": "30d"}],
}


@dataclass
class Clock:
    """A clock moved by hand."""

    at: int = field(default_factory=lambda: time.time_ns() // 1000)

    def now(self) -> int:
        return self.at

    def real(self) -> int:
        return self.at

    def wait_hint(self, due: int, /) -> float:
        return 0.0


def rates(target: Path | str, scratch: Path, people: int, times: int) -> tuple[Figure, Figure, Figure, Figure]:
    """Arrivals routed, people entered, and people moved on at their deadline, each a second; and what one of these costs Python."""
    clock, taken = Clock(), {"route": list[float](), "enter": list[float](), "due": list[float](), "cost": list[float]()}
    with contextlib.closing(open_store(target)) as store:
        lake = open_history(scratch / "lake")
        services = Services(store, lake, LocalFiles(), clock, 1, EmailRenderer(), {}, b"s" * 32, "http://localhost", scratch)
        run(services, "templates.put", {"document": TEMPLATE}, lambda _done, _total: None)
        run(services, "journeys.publish", {"document": JOURNEY}, lambda _done, _total: None)
        for number in range(times):
            arrive(services, people, number)
            for name, work in (("route", lambda: route(services, 500)), ("enter", lambda: turn(services, EVERYTHING, 100))):
                taken[name].append(people / timed(work))
            clock.at += HOUR + 60_000_000
            before = time.process_time()
            taken["due"].append(people / timed(lambda: turn(services, EVERYTHING, 100)))
            taken["cost"].append((time.process_time() - before) / people)
    cost = median(taken["cost"])
    return median(taken["route"], "arrivals/s"), median(taken["enter"], "turns/s"), median(taken["due"], "turns/s"), cost


def arrive(services: Services, people: int, number: int) -> None:
    """Orders of people nobody knows yet."""
    for start in range(0, people, 1000):
        orders = [
            {
                "type": "track",
                "event": "Order Completed",
                "userId": f"{number}-u{person}",
                "messageId": f"{number}-{person}",
                "properties": {"order_id": f"{number}-{person}", "value": 30},
            }
            for person in range(start, min(people, start + 1000))
        ]
        arrivals = parcel(orders, Envelope(received=services.clock.now(), trusted=True), 1).arrivals
        services.store.write(1, lambda tx, arrivals=arrivals: tx.inbox.append(arrivals))  # type: ignore[misc]


def timed(work: Any) -> float:
    """Seconds until there is nothing more to do."""
    begun = time.perf_counter()
    while work():
        pass
    return time.perf_counter() - begun


def rows(scale: Scale) -> Iterator[Row]:
    """Both databases."""
    warm_up()
    people = max(200, scale.events // PART)
    with folder() as scratch, postgres(scratch) as url:
        for name, goal, target in (("SQLite", 12_000, scratch / "turns.sqlite"), ("PostgreSQL", 5_000, url)):
            routed, entered, due, cost = rates(target, scratch / name, people, scale.times)
            beside = [("processor time of Python, a turn", cost), ("entering", entered), ("routing before it, of new people", routed)]
            yield Row(f"{people:,} people due, {name}", due, beside, f"{goal:,} turns/s", due.value >= goal)
