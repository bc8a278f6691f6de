"""The ordered funnel: how far people come through a list of steps, within a window.

The rule, exactly:
- An attempt begins at each event of the first step whose instant lies in [from, to). For each further step it takes, among the events
  not yet taken, the first at the same instant (equal instants are tried in step order), else the first event after; the time since
  the attempt's beginning may be as long as the window. Other events are allowed between; a repeated step needs another event.
- An exclusion is met when, after step `after` was reached and while step `before` was not, its event comes at an instant strictly
  between the last step's and the next step's (or, without a next step, within the window). The attempt stops there.
- `best`: the attempt that came furthest counts, of those the earliest; `first`: the first attempt counts.
- With `drop`, a person whose counting attempt met the exclusion is left out, and counted as dropped.
- A person who is not through, and one of whose attempts has a window that is not over at the watermark and met no exclusion, is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from parcours.core.measure.funnel_fold import COMPLETE, DROPPED, NO_ROW, OPEN, FunnelRows, fold_units
from parcours.core.terms.conditions.clauses import nfc
from parcours.core.terms.conditions.matchers import ANY_KIND, Matcher, canonical
from parcours.core.terms.conditions.tree import Condition
from parcours.core.terms.durations import DAY
from parcours.core.terms.events import NEVER, Kind
from parcours.core.trace.partition import Dictionary, Partition
from parcours.core.trace.quantiles import Durations, merge_durations
from parcours.core.trace.relevant import relevant
from parcours.core.trace.sessions import LONGEST, SILENCE, session_starts

QUANTILES: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
NO_VALUE: Final = "(none)"
"""The group of people who have no value of the breakdown's property."""


@dataclass(frozen=True, slots=True)
class Step:
    """Events of a name whose properties fit (a property condition, or None)."""

    event: str
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An event that must not come between step `after` and step `before` (numbered from 0)."""

    event: str
    after: int
    before: int
    where: Condition | None = None
    then: Literal["stop", "drop"] = "stop"


@dataclass(frozen=True, slots=True)
class FunnelQuestion:
    """A funnel. Instants and the window in UTC microseconds; the entry lies in [since, until), later steps may come after.

    `breakdown` is a top-level property; `touch` says whose value counts: the entry event's, or the first or last one known at entry.
    """

    steps: tuple[Step, ...]
    since: int = -NEVER
    until: int = NEVER
    window: int = 14 * DAY
    entry: Literal["best", "first"] = "best"
    unit: Literal["contact", "session"] = "contact"
    exclusions: tuple[Exclusion, ...] = ()
    breakdown: str | None = None
    touch: Literal["entry", "first", "last"] = "entry"


@dataclass(frozen=True, slots=True)
class FunnelPlan:
    """The question, its matchers (steps, then exclusions), and the dictionary."""

    question: FunnelQuestion
    matchers: tuple[Matcher, ...]
    dictionary: Dictionary


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one group: `furthest` int64[k + 1] people whose furthest step is i (0: none), `open` those of them not over yet."""

    furthest: NDArray[np.int64]
    open: NDArray[np.int64]
    dropped: int


@dataclass(frozen=True, slots=True)
class FunnelPartial:
    """Counts by group, times from each step to the next (k - 1) and from first to last (the last item)."""

    groups: Mapping[str, Counts]
    times: tuple[Durations, ...]


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """One step: people who reached it, shares of the step before and of the first, lost and open people, times (microseconds)."""

    step: int
    event: str
    reached: int
    from_previous: float | None
    from_first: float | None
    lost: int
    open: int
    times: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FunnelAnswer:
    """The rows, in all and by group; the times from first to last; the effective question and its rule in words."""

    question: FunnelQuestion
    rows: tuple[FunnelRow, ...]
    groups: Mapping[str, tuple[FunnelRow, ...]]
    dropped: int
    whole_times: tuple[float, ...]
    exact_times: bool
    watermark: int
    rule_en: str
    rule_fr: str


def prepare(question: FunnelQuestion, dictionary: Dictionary) -> FunnelPlan:
    """The plan of a funnel. Raises ValueError for a funnel without steps, an empty period or window, or an exclusion between no steps."""
    last = len(question.steps) - 1
    if last < 0 or question.window <= 0 or question.since >= question.until:
        raise ValueError("a funnel has steps, a window and a period that are not empty")
    if any(not 0 <= exclusion.after < exclusion.before <= last for exclusion in question.exclusions):
        raise ValueError("an exclusion lies between two steps, in order")
    kinds = ANY_KIND if question.unit == "contact" else 1 << Kind.CUSTOMER
    asked = [(each.event, each.where) for each in question.steps] + [(each.event, each.where) for each in question.exclusions]
    return FunnelPlan(question, tuple(Matcher(event, where, kinds=kinds) for event, where in asked), dictionary)


def unit_starts(plan: FunnelPlan, partition: Partition) -> NDArray[np.int64]:
    """Where each unit (contact or session) begins, and the end."""
    traces = partition.traces
    if plan.question.unit == "contact":
        return traces.starts
    return session_starts(traces.starts, traces.occurred, SILENCE, LONGEST)


def walk(plan: FunnelPlan, partition: Partition) -> FunnelRows:
    """How far each unit of the partition came, and when; `people` and `fold` read it."""
    question = plan.question
    found = relevant(partition, plan.dictionary, plan.matchers, unit_starts(plan, partition))
    bounds = np.array([[each.after, each.before, each.then == "drop"] for each in question.exclusions], dtype=np.int64).reshape(-1, 3)
    period = [question.since, question.until, question.window, plan.dictionary.watermark, question.entry == "first"]
    result = fold_units(found.starts, found.occurred, found.hits, bounds, np.array(period, dtype=np.int64))
    return result._replace(rows=_of_partition(found.rows, result.rows))


def _of_partition(relevant_rows: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows among the relevant ones as rows of the partition."""
    return np.where(rows == NO_ROW, NO_ROW, relevant_rows[rows]) if len(relevant_rows) else rows


def people(plan: FunnelPlan, partition: Partition, step: int) -> NDArray[np.int64]:
    """The contacts behind a row: those of the partition who reached step `step` (from 0), each once."""
    result = walk(plan, partition)
    reached = (result.state != DROPPED) & (result.furthest > step)
    contacts: NDArray[np.int64] = np.unique(partition.traces.contact[unit_starts(plan, partition)[:-1][reached]])
    return contacts


def _label(value: Any) -> str:
    if value is None:
        return NO_VALUE
    return nfc(value) if isinstance(value, str) else canonical(value)


def _touched(plan: FunnelPlan, known: NDArray[np.bool_], starts: NDArray[np.int64], entries: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row whose value counts, for each entered unit; NO_ROW when no value is known."""
    rows = np.arange(len(known))
    if plan.question.touch == "first":
        following = np.minimum.accumulate(np.where(known, rows, len(known))[::-1])[::-1]
        first = following[starts]
        return np.where(first <= entries, first, NO_ROW)
    if plan.question.touch == "entry":
        return np.where(known[entries], entries, NO_ROW)
    last = np.maximum.accumulate(np.where(known, rows, NO_ROW))[entries]
    return np.where(last >= starts, last, NO_ROW)


def _groups(plan: FunnelPlan, partition: Partition, result: FunnelRows) -> tuple[NDArray[np.int64], list[str]]:
    """The group of each unit as a position in the labels."""
    group = np.zeros(len(result.furthest), dtype=np.int64)
    if plan.question.breakdown is None:
        return group, [""]
    column = partition.columns.get(plan.question.breakdown)
    if column is None:
        return group, [NO_VALUE]
    by_code = [_label(value) for value in column.values] + [NO_VALUE]
    labels = sorted(set(by_code))
    place = np.array([labels.index(label) for label in by_code], dtype=np.int64)
    entered = np.flatnonzero(result.furthest > 0)
    known = np.array([label != NO_VALUE for label in by_code])[column.codes]
    rows = _touched(plan, known, unit_starts(plan, partition)[entered], result.rows[entered, 0])
    group[entered] = place[np.where(rows == NO_ROW, -1, column.codes[rows])]
    return group, labels


def _tables(result: FunnelRows, group: NDArray[np.int64], labels: list[str], steps: int) -> dict[str, Counts]:
    entered, dropped = result.furthest > 0, result.state == DROPPED
    width = steps + 1

    def table(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        cells = group[chosen] * width + result.furthest[chosen]
        return np.bincount(cells, minlength=len(labels) * width).reshape(len(labels), width)

    furthest, still = table(entered & ~dropped), table(entered & (result.state == OPEN))
    out = np.bincount(group[dropped], minlength=len(labels))
    seen = np.flatnonzero(furthest.sum(axis=1) + out)
    return {labels[i]: Counts(furthest[i], still[i], int(out[i])) for i in seen}


def fold(plan: FunnelPlan, partition: Partition) -> FunnelPartial:
    """One partition's counts and times."""
    result, steps = walk(plan, partition), len(plan.question.steps)
    groups = _tables(result, *_groups(plan, partition, result), steps)
    instants = (
        np.where(result.rows == NO_ROW, 0, partition.traces.occurred[np.maximum(result.rows, 0)]) if len(partition.traces) else result.rows
    )
    counted = result.state != DROPPED
    times = [Durations((instants[:, i] - instants[:, i - 1])[counted & (result.furthest > i)]) for i in range(1, steps)]
    whole = Durations((instants[:, -1] - instants[:, 0])[result.state == COMPLETE])
    return FunnelPartial(groups, (*times, whole))


def _merge_counts(one: Counts, other: Counts) -> Counts:
    return Counts(one.furthest + other.furthest, one.open + other.open, one.dropped + other.dropped)


def merge(one: FunnelPartial, other: FunnelPartial) -> FunnelPartial:
    """Two partitions together."""
    groups = dict(one.groups)
    for label, counts in other.groups.items():
        groups[label] = _merge_counts(groups[label], counts) if label in groups else counts
    return FunnelPartial(groups, tuple(merge_durations(*pair) for pair in zip(one.times, other.times, strict=True)))


def _rows(question: FunnelQuestion, counts: Counts, times: tuple[Durations, ...]) -> tuple[FunnelRow, ...]:
    reached = np.cumsum(counts.furthest[::-1])[::-1][1:]
    rows = []
    for index, step in enumerate(question.steps):
        here = int(reached[index])
        before = int(reached[index - 1]) if index else here
        still = int(counts.open[index + 1])
        lost = here - (int(reached[index + 1]) if index + 1 < len(reached) else here) - still
        share = here / before if before else None
        total = here / int(reached[0]) if reached[0] else None
        quantiles = times[index - 1].quantiles(QUANTILES) if times and index else ()
        rows.append(FunnelRow(index, step.event, here, share, total, lost, still, quantiles))
    return tuple(rows)


def finish(plan: FunnelPlan, partial: FunnelPartial) -> FunnelAnswer:
    """The answer: plain numbers, the question as it was understood, the rule in words."""
    question, steps = plan.question, len(plan.question.steps)
    total = Counts(np.zeros(steps + 1, dtype=np.int64), np.zeros(steps + 1, dtype=np.int64), 0)
    for counts in partial.groups.values():
        total = _merge_counts(total, counts)
    groups = {label: _rows(question, counts, ()) for label, counts in sorted(partial.groups.items())} if question.breakdown else {}
    rule_en, rule_fr = rule(question)
    return FunnelAnswer(
        question=question,
        rows=_rows(question, total, partial.times),
        groups=groups,
        dropped=total.dropped,
        whole_times=partial.times[-1].quantiles(QUANTILES),
        exact_times=all(times.exact is not None for times in partial.times),
        watermark=plan.dictionary.watermark,
        rule_en=rule_en,
        rule_fr=rule_fr,
    )


def rule(question: FunnelQuestion) -> tuple[str, str]:
    """The rule in force, in words: (en, fr)."""
    best = question.entry == "best"
    en = ["Steps in order, others allowed between, within the window from the first step (inclusive)."]
    fr = ["Étapes dans l'ordre, d'autres événements permis entre elles, dans le délai depuis la première (inclus)."]
    en.append("Of a person's attempts the one that came furthest counts." if best else "A person's first attempt counts.")
    fr.append(
        "De toutes les tentatives d'une personne, la plus avancée compte." if best else "La première tentative d'une personne compte."
    )
    if question.exclusions:
        dropped = any(each.then == "drop" for each in question.exclusions)
        en.append("An excluded event between steps " + ("drops the person." if dropped else "stops the attempt."))
        fr.append("Un événement exclu entre deux étapes " + ("écarte la personne." if dropped else "arrête la tentative."))
    return " ".join(en), " ".join(fr)
