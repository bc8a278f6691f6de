"""F-34: after a day's outage everything is due at once: the oldest goes first, what is too late is not sent, in pieces of even size.

Long: `make faults ARGS="tests/faults/test_backlog.py"` with a hundred thousand people.
"""

import resource
from pathlib import Path

import pytest

from parcours.app.collect import parcel
from parcours.app.operations import run
from parcours.app.ports.messages import END
from parcours.app.route import route
from parcours.app.services import Services
from parcours.app.turn import turn
from parcours.core.terms.intake import Envelope
from parcours.workers.shards import EVERYTHING
from tests.app.sending import DOCUMENT, HOUR, MINUTE, Hands
from tests.app.test_turn import services as services

PIECE = 50
GROUPS = 12
REMINDER = {
    "journey": "reminder",
    "title": {"fr": "Rappel", "en": "Reminder"},
    "entry": [{"on": {"event": "Order Completed"}}],
    "holdout": "0%",
    "transactional": True,
    "topic": "service",
    "steps": [
        {"id": "pause", "wait": "6h"},
        {"id": "mail", "send": {"email": "win-back"}, "when_late": {"after": "23h30m", "do": "skip"}},
    ],
}


def backlog(services: Services, people: int) -> None:
    """So many people, in groups whose deadlines are five minutes apart, all due after an outage of a day."""
    clock = services.clock
    assert isinstance(clock, Hands)
    run(services, "templates.put", {"document": DOCUMENT}, lambda _done, _total: None)
    run(services, "journeys.publish", {"document": REMINDER}, lambda _done, _total: None)
    for group in range(GROUPS):
        clock.pass_time(5 * MINUTE)
        numbers = range(group, people, GROUPS)
        orders = [{"type": "track", "event": "Order Completed", "userId": f"u{number}", "messageId": f"o{number}"} for number in numbers]
        for start in range(0, len(orders), 1000):
            made = parcel(orders[start : start + 1000], Envelope(received=clock.now(), trusted=True), 1)
            services.store.write(1, lambda tx, made=made: tx.inbox.append(made.arrivals))  # type: ignore[misc]
        while route(services) or turn(services, EVERYTHING, PIECE):
            pass
    clock.pass_time(6 * HOUR + 23 * HOUR)


def drained(services: Services, people: int) -> None:
    """Turn by turn: the deadlines only grow, nothing is left over, and what was too late was skipped."""
    earliest, turned = services.store.read(1, lambda tx: tx.runs.next_due()), 0
    while count := turn(services, EVERYTHING, PIECE):
        assert count <= PIECE
        turned += count
        due = services.store.read(1, lambda tx: tx.runs.next_due())
        assert due >= earliest, "a younger deadline went before an older one"
        earliest = due
    assert turned == people
    counts = services.store.read(1, lambda tx: tx.messages.counts())
    # Due 23 h 55 min to 23 h ago: the groups over 23 h 30 min are too late.
    late = sum(len(range(group, people, GROUPS)) for group in range(GROUPS) if (GROUPS - 1 - group) * 5 > 30)
    assert counts == {"planned": people - late}
    messages = services.store.read(1, lambda tx: tx.messages.find(None, (), END, people))
    assert len({message.contact for message in messages}) == people - late


def test_a_backlog_is_worked_off_oldest_first(services: Services) -> None:
    backlog(services, 240)
    drained(services, 240)


@pytest.mark.faults
def test_a_large_backlog_needs_no_more_memory(services: Services, tmp_path: Path) -> None:
    backlog(services, 100_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    drained(services, 100_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < before + 200 * 1024
