"""A life without surprises about who is who: known customers, news only, nobody merged or forgotten.

A backtest reads people as they are known today, so only of such a life must its numbers be those of the live run.
"""

import random
from typing import Any

from parcours.app.archive import archive
from parcours.app.deliver import deliver
from parcours.app.route import route
from parcours.app.services import Services
from parcours.app.turn import turn
from parcours.workers.drain import drain
from parcours.workers.shards import EVERYTHING
from tests.app.sending import Hands
from tests.system.test_law_05_live_equals_replay import DAY, HOUR, collect

PEOPLE = 12
STEPS = 90


def live(services: Services, chance: random.Random) -> None:
    """Days of a shop's life, in turns at odd times."""
    clock = services.clock
    assert isinstance(clock, Hands)
    for person in range(PEOPLE):
        who, granted = {"userId": f"u{person}"}, {"channel": "email", "topic": "*"}
        collect(services, {**who, "type": "identify", "messageId": f"i{person}", "traits": {"email": f"u{person}@example.org"}})
        collect(services, {**who, "type": "track", "event": "Consent Granted", "messageId": f"c{person}", "properties": granted})
    for number in range(STEPS):
        clock.pass_time(chance.choice([HOUR // 60, HOUR, 7 * HOUR, DAY, 3 * DAY]))
        collect(services, *(happening(chance, number * 10 + each) for each in range(chance.randrange(4))))
        while route(services) or turn(services, EVERYTHING):
            pass
        if chance.random() < 0.8:
            deliver(services)
        if chance.random() < 0.1:
            archive(services, enough=1)
    drain(services)


def happening(chance: random.Random, number: int) -> dict[str, Any]:
    """Something a customer does, or that is said of one, now."""
    who = {"userId": f"u{chance.randrange(PEOPLE)}", "messageId": f"m{number}"}
    match chance.randrange(6):
        case 0:
            traits = {"plan": chance.choice(["a", "b"]), "tz": chance.choice(["Europe/Paris", "America/New_York"])}
            return {**who, "type": "identify", "traits": traits}
        case 1:
            kind = chance.choice(["Consent Granted", "Consent Granted", "Consent Withdrawn"])
            said = {"channel": "email", "topic": chance.choice(["*", "offers", "service"])}
            return {**who, "type": "track", "event": kind, "properties": said}
        case _:
            order = {"order_id": f"o{number}", "value": chance.choice([20, 150, 600, 1200]), "currency": "EUR"}
            return {**who, "type": "track", "event": "Order Completed", "properties": order}
