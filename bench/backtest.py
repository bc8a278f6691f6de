"""A whole backtest from the segments on the disk: traces mapped, names and clauses looked up, the kernel, the report with its samples."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

from bench.kernel import CART, DICTIONARY, END, linked
from bench.measuring import Scale, side_by_side
from bench.rows import Row
from bench.segments import stored
from bench.shoppers import START
from parcours.core.journey.backtest import Replay, Traveller, backtest, backtest_partition
from parcours.core.journey.columns import Roster, properties_needed
from parcours.core.journey.report import Report
from parcours.core.terms.chance import contact_seed
from parcours.core.terms.events import Event
from parcours.core.terms.ids import PARTITIONS
from parcours.lake.history import SegmentHistory

TITLE: Final = "A backtest from the segments"
SOME: Final = 1_000
"""People of the replay event by event."""


def merged(replay: Replay, parts: Iterator[Report]) -> Report:
    """One report of all."""
    whole = replay.report()
    for part in parts:
        whole.merge(part)
    return whole


def rows(scale: Scale) -> Iterator[Row]:
    """Traces are made before, and seeds of chance are at hand, as after a first backtest. Processor time, but for two cores."""
    folder, segments = stored(scale.events)
    history, tables = SegmentHistory(folder), linked({}, {})
    needed, replay = properties_needed(tables), Replay(tables, CART["journey"], START, END)
    by_number = {number: [segment for segment in segments if segment.partition == number] for number in range(PARTITIONS)}
    numbers = [number for number, files in by_number.items() if files]
    rosters = {}
    for number in numbers:
        ids = [f"person-{contact}" for contact in history.partition(number, by_number[number]).traces.contacts.tolist()]
        seeds = np.array([contact_seed(public_id) for public_id in ids], dtype=np.uint64)
        rosters[number] = Roster(ids, np.zeros(len(ids), dtype=np.int64), seeds)

    def one(number: int) -> Report:
        opened = history.partition(number, by_number[number], needed)
        return backtest_partition(replay, opened, DICTIONARY, rosters[number])

    names = {code: name for name, code in DICTIONARY.codes.items()}
    first = history.partition(numbers[0], by_number[numbers[0]]).traces.contacts[:SOME].tolist()
    lives: dict[int, list[Event]] = {contact: [] for contact in first}
    for event in history.events(by_number[numbers[0]], names, first):
        lives[event.contact].append(event)
    people = [Traveller(contact, f"person-{contact}", None, events) for contact, events in lives.items()]
    apart = sum(len(events) for events in lives.values())
    with ThreadPoolExecutor(2) as threads:
        runs: dict[str, Callable[[], object]] = {"columns": lambda: merged(replay, map(one, numbers))}
        runs["events"] = lambda: list(backtest(replay, people))
        taken = side_by_side(scale, runs, time.process_time)
        both = {"one": runs["columns"], "two": lambda: merged(replay, threads.map(one, numbers))}
        wall = side_by_side(scale, both)
    whole = merged(replay, map(one, numbers))
    what = f"{whole.events:,} events of {whole.people:,} people, {whole.entered:,} entries"
    rate, single = taken["columns"].per(whole.events, "events"), taken["events"].per(apart, "events")
    beside = [("one core, wall time", wall["one"]), ("one core, processor time", taken["columns"])]
    yield Row(f"{what}: two cores (threads), wall time", wall["two"], beside, "under 2 s", wall["two"].value < 2)
    yield Row("the same on one core", rate, [("event by event", single)])
