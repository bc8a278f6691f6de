"""The kernel over columns: a journey of eight steps, counted only, beside a plain scan of the same; then what each feature costs."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

import numpy as np

from bench.measuring import Scale, side_by_side
from bench.rows import Row
from bench.shoppers import DAY, NAMES, START, Shoppers, shoppers
from parcours.core.journey import Linked, Placed, compile_journey, link, parse_journey
from parcours.core.journey import layout as at
from parcours.core.journey.columns import events_as_happened
from parcours.core.journey.kernel import advance_contacts
from parcours.core.journey.naming import Names
from parcours.core.journey.references import reference
from parcours.core.journey.rooms import fresh_state, kept_for, larger, no_tally, room_for
from parcours.core.journey.tables import Events, Ints, State, Tally
from parcours.core.terms.compiled import compiled
from parcours.core.terms.events import NEVER
from parcours.core.trace import Dictionary, Partition, Traces

TITLE: Final = "The kernel over columns"
DICTIONARY: Final = Dictionary({name: code for code, name in enumerate(NAMES)})
END: Final = START + 400 * DAY
SEED: Final = np.uint64(0x9E3779B97F4A7C15)
ORDER, ADDED = {"event": "Order Completed"}, {"event": "Product Added"}
OFTEN: Final = {**ADDED, "at_least": 3, "within": "30d"}
WAITS: Final[Sequence[dict[str, Any]]] = ({"id": "rest", "wait": "7d"},)
CART: Final[dict[str, Any]] = {
    "journey": "cart",
    "entry": [{"on": ADDED}],
    "reentry": {"after": "7d"},
    "goal": {**ORDER, "within": "365d"},
    "transactional": True,
    "holdout": "0%",
    "steps": [
        {"id": "bought", "wait_for": ORDER, "timeout": "4h", "then": "done"},
        {"id": "some", "split": [{"weight": 90, "then": "first"}, {"weight": 10, "then": "done"}]},
        {"id": "first", "send": {"email": "a"}},
        {"id": "clicked", "wait_for": {"event": "Email Clicked"}, "timeout": "1d", "then": "loyal"},
        {"id": "reminder", "send": {"email": "b"}},
        {"id": "loyal", "branch": [{"if": OFTEN, "then": "third"}], "else": "rest"},
        {"id": "third", "send": {"email": "c"}},
        *WAITS,
    ],
}
ONE_SEND: Final = [{"id": "first", "send": {"email": "a"}}, *WAITS]
BRANCH: Final = [{"id": "loyal", "branch": [{"if": OFTEN, "then": "rest"}], "else": "done"}, *WAITS]
MARKETING: Final = {"steps": ONE_SEND, "transactional": False, "topic": "offers"}
CAPS: Final = {"caps": [{"most": 3, "within": "7d"}]}
NIGHT: Final = {"quiet_hours": {"from": "21:00", "to": "08:00"}}
FEATURES: Final[Sequence[tuple[str, Mapping[str, Any], Mapping[str, Any]]]] = (
    ("nobody enters", {"entry": [{"on": {"event": "Never"}}], "goal": None, "steps": WAITS}, {}),
    ("entry, re-entry, one wait", {"goal": None, "steps": WAITS}, {}),
    ("+ goal", {"steps": WAITS}, {}),
    ("+ goal, one message", {"steps": ONE_SEND}, {}),
    ("+ goal, one message under consent", MARKETING, {}),
    ("+ goal, one message under consent and a cap", MARKETING, CAPS),
    ("+ goal, one message under consent, a cap and quiet hours", MARKETING, {**CAPS, **NIGHT}),
    ("+ goal, a wait until nine in the morning", {"steps": [{"id": "nine", "wait": {"until": {"time": "09:00"}}}, *WAITS]}, {}),
    (
        "+ goal, a branch on three events within 30 days",
        {"steps": [CART["steps"][5] | {"branch": [{"if": OFTEN, "then": "rest"}]}, *WAITS]},
        {},
    ),
    ("the whole journey", {}, {}),
)


def linked(changes: Mapping[str, Any], settings: Mapping[str, Any]) -> Linked:
    """The journey with changes, published at the beginning."""
    document = {key: value for key, value in {**CART, **changes}.items() if value is not None}
    document["steps"] = list(document["steps"])
    journey, problems = parse_journey(document)
    assert journey is not None, problems
    return link([Placed(compile_journey(journey), 1, 0)], **{"quiet_hours": None, **settings})


def partition(of: Shoppers, first: int, last: int) -> Partition:
    """The contacts from first to last, excluded, as columns."""
    rows = slice(of.starts[first], of.starts[last])
    nothing = np.zeros(rows.stop - rows.start, dtype=np.uint8)
    seq = np.arange(rows.stop - rows.start)
    starts = of.starts[first : last + 1] - rows.start
    columns = (of.contact[rows], of.event[rows], of.occurred[rows], of.occurred[rows], seq, nothing, nothing, starts)
    return Partition(0, Traces(*columns))


def replayed(tables: Linked, cut: Partition) -> Ints:
    """From columns to counts of each reason: the events that matter, the kernel over them, no row kept."""
    events, contacts = events_as_happened(tables, Names(tables), cut, DICTIONARY, END)
    seeds = cut.traces.contacts[contacts].astype(np.uint64) * SEED
    state = fresh_state(tables, np.zeros(len(contacts), dtype=np.int64), seeds)
    nobody = np.zeros(len(contacts), dtype=np.uint8)
    tally = no_tally(tables)._replace(keep=nobody, moved=nobody.copy())
    run(tables, (events, state), tally)
    return tally.reasons


def run(tables: Linked, given: tuple[Events, State], tally: Tally) -> None:
    """Every contact to its end."""
    events, state = given
    room, nowhere = room_for(tables, state), kept_for(state)._replace(contacts=np.zeros(0, dtype=np.int64))
    held = reference(tables.tables), reference(events), reference(state), reference(nowhere)
    counts, done = reference(tally), 0
    while done < len(state.contacts):
        room.n[at.N_COUNTING] = 1
        done = advance_contacts(*held, reference(room), counts, done, END, -NEVER)
        if done < len(state.contacts):
            room, _ = larger(room, nowhere)


@compiled
def scan(occurred: Ints, event: Any) -> int:
    """A look at each event's instant and name."""
    total = 0
    for row in range(len(occurred)):
        total += occurred[row] + event[row]
    return total


def rows(scale: Scale) -> Iterator[Row]:
    """The whole journey, on one core and two; then each feature. Processor time, but for two cores."""
    everybody = shoppers(scale.events)
    people = everybody.people
    whole, halves = partition(everybody, 0, people), [partition(everybody, 0, people // 2), partition(everybody, people // 2, people)]
    look = partial(scan, everybody.occurred, everybody.event)
    runs: dict[str, Callable[[], object]] = {"scan": look}
    tables = {name: linked(changes, settings) for name, changes, settings in FEATURES}
    runs |= {name: partial(replayed, each, whole) for name, each in tables.items()}
    full = FEATURES[-1][0]
    with ThreadPoolExecutor(2) as threads:
        both = sum(threads.map(partial(replayed, tables[full]), halves))
        assert np.array_equal(both, replayed(tables[full], whole))
        taken = side_by_side(scale, runs, time.process_time)
        apart = {"one": runs[full], "two": lambda: list(threads.map(partial(replayed, tables[full]), halves))}
        wall = side_by_side(scale, apart)
    one, limit = taken[full], taken["scan"]
    size = f"{len(everybody) / 1e6:.3g}M events of {people:,} people"
    yield Row(
        f"a journey of eight steps, {size}, one core", one, [("plain scan of the columns", limit)], "15x the scan", one.times(limit) <= 15
    )
    faster = wall["one"].times(wall["two"]) >= 1.6
    yield Row("the same on two cores (threads), wall time", wall["two"], [("one core", wall["one"])], "1.6 times as fast", faster)
    for name, _, _ in FEATURES[:-1]:
        yield Row(f"of it: {name}", taken[name], [("scan", limit)])
