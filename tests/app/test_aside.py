"""One contact or one row that cannot be worked on holds up nobody else, and is tried again."""

from typing import Any

import pytest

from parcours.app.collect import parcel
from parcours.app.route import route
from parcours.app.services import Services
from parcours.app.turn import turn
from parcours.core.journey import advance
from parcours.core.people.identity import resolve
from parcours.core.terms.intake import Envelope
from parcours.workers.shards import EVERYTHING
from tests.app.sending import NOW, Hands
from tests.app.test_turn import services as services

SECOND = 1_000_000


def arrive(services: Services, *users: str) -> None:
    messages = [{"type": "track", "event": "Page Viewed", "userId": user, "messageId": f"m-{user}"} for user in users]
    made = parcel(messages, Envelope(received=NOW, trusted=True), 1)
    services.store.write(1, lambda tx: tx.inbox.append(made.arrivals))


def waiting(services: Services) -> int:
    return len(services.store.read(1, lambda tx: tx.inbox.waiting(EVERYTHING.partitions, 100)))


def test_a_contact_whose_turn_fails_is_set_aside(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(services, "a", "b", "c")
    route(services)
    real = advance

    def fails_for_the_second(linked: Any, records: Any, *rest: Any) -> Any:
        if any(record.contact == 2 for record in records):
            raise ArithmeticError("planted")
        return real(linked, records, *rest)

    monkeypatch.setattr("parcours.app.turn.advance", fails_for_the_second)
    turn(services, EVERYTHING)
    assert waiting(services) == 1
    assert turn(services, EVERYTHING) == 0, "it was tried again at once"
    monkeypatch.setattr("parcours.app.turn.advance", real)
    clock = services.clock
    assert isinstance(clock, Hands)
    clock.pass_time(6 * SECOND)
    assert turn(services, EVERYTHING) == 1
    assert waiting(services) == 0


def test_a_row_that_cannot_be_routed_is_set_aside(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(services, "a", "bad", "c")
    real = resolve

    def fails_for_bad(user: Any, *rest: Any) -> Any:
        if user == "bad":
            raise ArithmeticError("planted")
        return real(user, *rest)

    monkeypatch.setattr("parcours.app.route.resolve", fails_for_bad)
    route(services)
    assert len(services.store.read(1, lambda tx: tx.inbox.unrouted(10))) == 1
    assert route(services) == 0
    monkeypatch.setattr("parcours.app.route.resolve", real)
    clock = services.clock
    assert isinstance(clock, Hands)
    clock.pass_time(6 * SECOND)
    assert route(services) == 1
