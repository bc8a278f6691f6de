"""How fast a backtest runs: `python3 dev.py bench kernel`. The demo's three journeys over synthetic shoppers, best of three.

It times the whole replay, from event objects to report; turning objects into arrays is Python and most of the time, the kernel is compiled.
The first run is timed apart: on a new machine it compiles.
"""

import random
import time
from pathlib import Path

from parcours.cli.documents import read_document
from parcours.core.journey import Placed, compile_journey, link, parse_journey
from parcours.core.journey.backtest import Traveller, backtest
from parcours.core.journey.link import Linked
from parcours.core.terms.events import Event

JOURNEYS = Path(__file__).resolve().parents[1] / "src/parcours/demo_data/journeys"
NAMES = ("Page Viewed", "Page Viewed", "Page Viewed", "Product Added", "Order Completed")
PEOPLE, EVENTS_EACH = 4_000, 50
YEAR = 365 * 86_400_000_000


def demo_journeys() -> Linked:
    """The demo's journeys, as if published at the beginning of time."""
    placed = []
    for file in sorted(JOURNEYS.glob("*.yaml")):
        journey, problems = parse_journey(read_document(file))
        assert journey is not None, problems
        placed.append(Placed(compile_journey(journey), 1, 0))
    return link(placed)


def shoppers(people: int, each: int) -> list[Traveller]:
    """People with a year of events, always the same ones."""
    dice = random.Random(1)
    found = []
    for contact in range(1, people + 1):
        instants = sorted(dice.randrange(YEAR) for _ in range(each))
        events = [_event(contact, seq, dice.choice(NAMES), at, dice.randrange(10, 500)) for seq, at in enumerate(instants, 1)]
        found.append(Traveller(contact, f"00000000-0000-4000-8000-{contact:012d}", None, events))
    return found


def _event(contact: int, seq: int, name: str, at: int, value: int) -> Event:
    properties = {"order_id": f"{contact}-{seq}", "value": float(value), "currency": "GBP"} if name == "Order Completed" else {}
    return Event(contact, seq, name, at, at, at, properties=properties)


def seconds(linked: Linked, people: list[Traveller]) -> tuple[float, int]:
    """How long one replay takes, and how many entered the journey reported on."""
    begin = time.perf_counter()
    *_, whole = backtest(linked, "thank-you", people, 0, YEAR)
    return time.perf_counter() - begin, whole.entered


if __name__ == "__main__":
    linked, people = demo_journeys(), shoppers(PEOPLE, EVENTS_EACH)
    first, _ = seconds(linked, people[:1])
    print(f"first call, one person: {first:.1f} s")
    best, entered = min(seconds(linked, people) for _ in range(3))
    events = PEOPLE * EVENTS_EACH
    print(f"{events:,} events of {PEOPLE:,} people: {best:.2f} s, {events / best:,.0f} events/s, {entered:,} entered thank-you")
