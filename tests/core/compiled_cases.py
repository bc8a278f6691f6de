"""Cases by seed for everything that is compiled: `answers()` must be the same compiled and plain. Run as a program it prints them."""

import json
import random
import sys
from typing import Any

import numpy as np

from parcours.core.measure import funnel, transitions
from parcours.core.terms import calendar
from parcours.core.terms.chance import draw_seeds as plain_draw
from parcours.core.terms.chance_fold import draw_seeds
from parcours.core.terms.conditions import opcodes
from parcours.core.terms.conditions.evaluate import changes_at, evaluate
from parcours.core.terms.conditions.update import apply_feed
from parcours.core.terms.durations import DAY, HOUR, MINUTE
from parcours.core.terms.events import NEVER
from parcours.core.terms.money import MISSING, MOST
from parcours.core.trace import Dictionary, Partition, traces_of
from parcours.core.trace.fold import measure

START = 1_767_225_600_000_000


def draws(dice: random.Random) -> list[int]:
    pairs = [(dice.getrandbits(64), dice.getrandbits(64)) for _ in range(50)]
    told = [int(draw_seeds(np.uint64(contact), np.uint64(step))) for contact, step in pairs]
    assert told == [plain_draw(contact, step) for contact, step in pairs]
    return told


def registers(dice: random.Random) -> list[int]:
    row = np.array([MISSING] * 40, dtype=np.int64)
    row[10:] = 0
    places = [(0, 3, opcodes.PUSH_TIME), (10, 1, opcodes.ADD), (12, 5, opcodes.ADD_TO_DAY), (20, 1, opcodes.COUNT_ONE)]
    places += [(22, 3, opcodes.MESSAGE_SENT), (22, 3, opcodes.MESSAGE_REACTED), (30, 1, opcodes.SET_INSTANT), (31, 1, opcodes.SET_TRUE)]
    row[0:3] = -NEVER
    told = []
    for _ in range(200):
        offset, size, role = dice.choice(places)
        value = dice.choice([MISSING, MOST, -MOST, dice.randrange(10), dice.randrange(10**9)])
        apply_feed(row, offset, size, role, START + dice.randrange(30 * DAY), value)
        told.append(int(row.sum(dtype=object) % 2**61))
    return told


ATOMS = [
    (opcodes.CONST, 0, 0, 0, 0),
    (opcodes.CONST, 1, 0, 0, 0),
    (opcodes.EVENT, 1, 70, 0, 0),
    (opcodes.FLAG, 0, 0, 0, 0),
    (opcodes.FLAG, 1, 1, 0, 0),
    (opcodes.COUNT, 2, 3, 0, 0),
    (opcodes.TIMES, 3, 1, 5 * DAY, 0),
    (opcodes.TOTAL, 4, 5, 10, 0),
    (opcodes.DAYS, 5, 4, 2, 10),
    (opcodes.WITHIN_LAST, 15, 5 * DAY, 0, 0),
    (opcodes.WITHIN_NEXT, 15, 5 * DAY, 0, 0),
    (opcodes.MESSAGES, 10, 2, 1, 0),
    (opcodes.REACTION, 1, 2, 1, 0),
    (opcodes.LOCAL_TIME, 22 * 60, 8 * 60, 0, 0),
    (opcodes.WEEKDAY, 0b0010101, 0, 0, 0),
    (opcodes.SINCE, 3, 0, 0, 0),
]


def programs(dice: random.Random) -> list[int]:
    told = []
    for _ in range(300):
        lines = [dice.choice(ATOMS)]
        for _ in range(dice.randrange(6)):
            skip = dice.choice([opcodes.SKIP_IF_FALSE, opcodes.SKIP_IF_TRUE])
            lines += [(skip, 2, 0, 0, 0), dice.choice(ATOMS), (dice.choice([opcodes.AND, opcodes.OR]), 0, 0, 0, 0)]
            lines += [(opcodes.NOT, 0, 0, 0, 0)] * dice.randrange(2)
        code = np.array(lines, dtype=np.int64)
        row = np.array([dice.randrange(3) for _ in range(16)], dtype=np.int64)
        row[3] = dice.choice([START + dice.randrange(9 * DAY), -NEVER])
        row[15] = dice.choice([START + dice.randrange(9 * DAY), MISSING])
        row[5], row[6:10] = START // DAY + dice.randrange(4), [dice.randrange(9) for _ in range(4)]
        bits = np.array([dice.getrandbits(64), dice.getrandbits(64)], dtype=np.uint64)
        reactions = np.array([START, dice.randrange(512)], dtype=np.int64)
        at = START + dice.randrange(12 * DAY)
        told.append(int(evaluate(code, 0, len(code), row, bits, reactions, at, at + HOUR)))
        told.append(int(changes_at(code, 0, len(code), row, at, at + HOUR)))
    return told


def dates(dice: random.Random) -> list[int]:
    shifts = sorted(START + dice.randrange(3000) * DAY for _ in range(9))
    transitions_ = np.array([-NEVER, *shifts], dtype=np.int64)
    offsets = np.array([dice.choice([-11, 0, 1, 2, 5.5, 14]) * HOUR for _ in transitions_], dtype=np.int64)
    zone = transitions_, offsets, 0, len(transitions_)
    told = []
    for _ in range(200):
        at, minute = START + dice.randrange(3000 * DAY // MINUTE) * MINUTE, dice.randrange(1440)
        told += [calendar.local_of(*zone, at), calendar.instant_of(*zone, at)]
        told.append(calendar.next_local_time(*zone, at, minute, dice.randrange(4), dice.randrange(128)))
        told.append(
            calendar.date_due(
                *zone, at * 4 + dice.randrange(3), dice.randrange(-9, 9) * DAY, dice.choice([-1, minute]), dice.randrange(2), START
            )
        )
        told += [calendar.midnight(*zone, at, 1), calendar.next_shift(transitions_, 0, len(transitions_), at)]
    return [int(each) for each in told]


def measures(dice: random.Random) -> list[Any]:
    n, names = 2_000, {"a": 0, "b": 1, "c": 2, "x": 3}
    contact, event = [dice.randrange(60) for _ in range(n)], [dice.randrange(4) for _ in range(n)]
    traces = traces_of(contact, event, [dice.randrange(4 * HOUR // MINUTE) * MINUTE for _ in range(n)], list(range(n)))
    dictionary = Dictionary(names, 3 * HOUR)
    asked = funnel.FunnelQuestion(
        tuple(funnel.Step(name) for name in "abca"),
        window=HOUR,
        exclusions=(funnel.Exclusion("x", 1, 2), funnel.Exclusion("c", 0, 1, then="drop")),
    )
    told = measure(funnel, asked, dictionary, [Partition(0, traces)])
    paths = measure(transitions, transitions.TransitionsQuestion(merge_repeats=True), dictionary, [Partition(0, traces)])
    rows = [(row.reached, row.open, row.lost, row.times) for row in told.rows]
    return [rows, told.dropped, [(edge.source, edge.target, edge.count, edge.people, edge.mean_time) for edge in paths.edges]]


def answers() -> str:
    """Every answer as one JSON text."""
    dice = random.Random(20260101)
    return json.dumps([draws(dice), registers(dice), programs(dice), dates(dice), measures(dice)])


if __name__ == "__main__":
    sys.stdout.write(answers())
