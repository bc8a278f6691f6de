"""Counting: from the rows the kernel wrote in a backtest to the numbers of its report. Needs numpy, no numba."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from parcours.core.journey import layout as at
from parcours.core.journey.definition import DONE
from parcours.core.journey.link import Linked
from parcours.core.journey.passages import (
    ENTERED,
    FROM_OUTSIDE,
    OUT,
    STILL_THERE,
    TO_THE_END,
    Passages,
    passages_of,
)
from parcours.core.journey.reasons import ENDS, HOLDS, REFUSALS, Reason, key
from parcours.core.journey.report import Report, StepCount, Way
from parcours.core.journey.rests import Rest
from parcours.core.journey.tables import Ints
from parcours.core.terms.conditions.lower import Lowered
from parcours.core.terms.conditions.tree import Reaction
from parcours.core.terms.durations import DAY

WEEK: Final = 7 * DAY
MOST_KEYS: Final = 2**62
GOALS: Final = (int(Reason.GOAL), int(Reason.GOAL_LATER))
NOT_SENT: Final = (
    Reason.NO_CONSENT,
    Reason.SUPPRESSED,
    Reason.COMPLAINT,
    Reason.FROZEN,
    Reason.CAPPED,
    Reason.CAP_GIVEN_UP,
    Reason.LATE_SKIPPED,
)
UNKNOWN: Final = {at.TEST: int(Reason.ELSE_UNKNOWN), at.WAIT_FOR: int(Reason.TIMED_OUT)}
"""By which way a step that asks for a reaction is left when that cannot be known."""


def count(report: Report, linked: Linked, out: Ints, programs: Sequence[int], simulated: frozenset[str] = frozenset()) -> None:
    """Fill a report with what came out about its journey; `programs` are its rows among the linked ones.

    Reactions of the kinds `simulated` are known.
    """
    reasons = Counter(dict(enumerate(np.bincount(out[:, at.O_REASON]).tolist())))
    report.entered = sum(reasons[reason] for reason in ENTERED)
    report.holdout = int(out[np.isin(out[:, at.O_REASON], ENTERED), at.O_ARM].sum())
    report.refused = _named(reasons, REFUSALS)
    report.ended = _named(reasons, ENDS)
    report.not_sent = _named(reasons, NOT_SENT)
    report.held = _named(reasons, HOLDS)
    report.still_inside = report.entered - sum(report.ended.values())
    goals = out[np.isin(out[:, at.O_REASON], GOALS)]
    report.goal_reached = len(goals)
    report.goal_before_first_message = int((goals[:, at.O_V1] == 0).sum())
    passages = passages_of(out)
    _steps(report, linked, out, programs, passages)
    _flow(report, linked, passages)
    _messages(report, linked, out)
    _unknown(report, linked, programs, simulated)


def _named(reasons: Counter[int], wanted: Any) -> Counter[str]:
    return Counter({key(reason): reasons[reason] for reason in sorted(wanted) if reasons[reason]})


def _step(linked: Linked, row: int) -> str:
    program, place = linked.row_steps[row]
    return linked.placed[program].program.step_ids[place]


def _steps(report: Report, linked: Linked, out: Ints, programs: Sequence[int], passages: Passages) -> None:
    """Arrivals, departures, messages and rests, by step, in the order of the document."""
    rows = len(linked.row_steps)
    stays = passages.source != FROM_OUTSIDE
    gone = stays & (passages.target != STILL_THERE)
    arrived = np.bincount(passages.source[stays], minlength=rows)
    left = np.bincount(passages.source[gone], minlength=rows)
    sent, withheld = (
        np.bincount(out[out[:, at.O_REASON] == reason, at.O_STEP], minlength=rows) for reason in (Reason.SENT, Reason.WITHHELD)
    )
    for row, (program, place) in enumerate(linked.row_steps):
        if program not in programs or place == len(linked.placed[program].program.step_ids) - 1:
            continue
        known = report.steps.setdefault(_step(linked, row), StepCount())
        for name, counts in (("arrived", arrived), ("left", left), ("sent", sent), ("withheld", withheld)):
            setattr(known, name, getattr(known, name) + int(counts[row]))
        here = gone & (passages.source == row)
        if here.any():
            report.rest.setdefault(_step(linked, row), Rest()).add((passages.went - passages.came)[here])


def _flow(report: Report, linked: Linked, passages: Passages) -> None:
    """Every edge taken, and every way out."""
    taken = passages.target != STILL_THERE
    edges = np.stack((passages.source, passages.target, passages.reason, passages.value), axis=1)[taken]
    for (source, target, reason, value), number in _counted(edges):
        into = DONE if target == TO_THE_END else None if target == OUT else _step(linked, target)
        way = Way(None if source == FROM_OUTSIDE else _step(linked, source), into, key(Reason(reason)), value)
        report.flow[way] += number
    lost = (passages.target == OUT) & (passages.held > 0)
    for (reason,), number in _counted(passages.held[lost][:, None]):
        report.lost_while_held[key(Reason(reason))] += number


def _counted(rows: Ints) -> list[tuple[list[int], int]]:
    """Distinct rows, in order, and how many there are of each."""
    distinct, numbers = _distinct(rows)
    return list(zip(distinct.tolist(), numbers.tolist(), strict=True))


def _distinct(rows: Ints) -> tuple[Ints, Ints]:
    """Distinct rows, in order, and how many there are of each. Rows are told apart by one number that orders as they do."""
    if not len(rows):
        return rows, np.zeros(0, dtype=np.int64)
    least, keys, room = rows.min(axis=0), np.zeros(len(rows), dtype=np.int64), 1
    spans = rows.max(axis=0) - least + 1
    for column, span in enumerate(spans.tolist()):
        keys, room = keys * span + (rows[:, column] - least[column]), room * span
    if room > MOST_KEYS:
        return np.unique(rows, axis=0, return_counts=True)
    _, first, numbers = np.unique(keys, return_index=True, return_counts=True)
    return rows[first], numbers


def _messages(report: Report, linked: Linked, out: Ints) -> None:
    """By day and channel, and by person and week; not those of the holdout."""
    sends = out[out[:, at.O_REASON] == Reason.SENT]
    instants = sends[:, at.O_AT]
    _, weeks = _distinct(np.stack((sends[:, at.O_CONTACT], (instants - report.start) // WEEK), axis=1))
    report.weeks = Counter(dict(enumerate(np.bincount(weeks).tolist())))
    report.weeks += Counter()  # without numbers of messages that nobody got
    zones = linked.zones
    rows = np.searchsorted(zones.transitions[: zones.starts[1]], instants, side="right") - 1
    days = (instants + zones.offsets[rows]) // DAY
    channels = linked.tables.messages[linked.tables.steps[sends[:, at.O_STEP], at.A], at.M_CHANNEL]
    for (day, channel), number in _counted(np.stack((days, channels), axis=1)):
        report.days[str(np.datetime64(day, "D")), linked.channels[channel]] += number


def _unknown(report: Report, linked: Linked, programs: Sequence[int], simulated: frozenset[str]) -> None:
    """Ways taken at steps that ask for a reaction, because nobody can know it."""
    for program in programs:
        placed = linked.placed[program].program
        asking = {row for row, lowered in enumerate(placed.codes) if _asked(lowered) - simulated}
        for step, place in zip(placed.step_ids, placed.steps.tolist(), strict=True):
            first = place[at.A]
            branches = placed.branches[first : first + place[at.B], at.BRANCH_CODE].tolist() if place[at.OP] == at.TEST else []
            asked = [first] if place[at.OP] == at.WAIT_FOR else branches
            if asking.intersection(asked):
                why = key(Reason(UNKNOWN[place[at.OP]]))
                found = sum(number for way, number in report.flow.items() if way.source == step and way.reason == why)
                if found:
                    report.unknown[step] = found


def _asked(lowered: Lowered) -> set[str]:
    """The kinds of reactions that a condition asks for."""
    return {atom.kind for atom in lowered.atoms if isinstance(atom, Reaction)}
