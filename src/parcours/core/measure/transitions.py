"""The transition matrix: from which event to which, how often, by how many people, after how long.

The rule, exactly:
- Events of customers only, in order (occurred, seq), those whose instant lies in [since, until).
- A path is a session (a gap over 30 minutes splits, exactly 30 does not; a new one starts 24 hours or more after the session's first
  event) or, without sessions, everything a contact did. It begins with the node `path_start` and ends with `path_end`.
- Repeats are kept as transitions of a node to itself, or merged: only a change of node counts.
- Nodes are event names. Those not asked for, or beyond the `most` frequent, are drawn as one node `other`, with its count: nothing is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parcours.core.measure.transitions_fold import fold_paths
from parcours.core.terms.durations import DAY, MINUTE
from parcours.core.terms.events import NEVER, Kind
from parcours.core.trace.partition import Dictionary, Partition
from parcours.core.trace.sessions import session_starts
from parcours.core.trace.traces import starts_of

START: Final = "path_start"
END: Final = "path_end"
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class TransitionsQuestion:
    """Instants and lengths in microseconds. `nodes` names the events to draw, None the `most` frequent."""

    since: int = -NEVER
    until: int = NEVER
    sessions: bool = True
    silence: int = 30 * MINUTE
    longest: int = DAY
    merge_repeats: bool = False
    nodes: tuple[str, ...] | None = None
    most: int = 50


@dataclass(frozen=True, slots=True)
class TransitionsPlan:
    """The question, and the nodes: events by name in code order, then path_start, then path_end."""

    question: TransitionsQuestion
    names: tuple[str, ...]
    node_of: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TransitionsPartial:
    """Square arrays over nodes: `counts` transitions, `people` contacts who made one, `time` their lengths in all; and totals."""

    counts: NDArray[np.int64]
    people: NDArray[np.int64]
    time: NDArray[np.int64]
    events: NDArray[np.int64]
    paths: int
    contacts: int


@dataclass(frozen=True, slots=True)
class Edge:
    """One drawn transition: how often, its share of what leaves its source, by how many people (None where `other` hides it), mean time."""

    source: str
    target: str
    count: int
    share: float
    people: int | None
    mean_time: float


@dataclass(frozen=True, slots=True)
class TransitionsAnswer:
    """The edges (most frequent first), events per drawn node, and what `other` holds: event name to count."""

    question: TransitionsQuestion
    edges: tuple[Edge, ...]
    events: Mapping[str, int]
    other: Mapping[str, int]
    paths: int
    contacts: int
    rule_en: str
    rule_fr: str


def prepare(question: TransitionsQuestion, dictionary: Dictionary) -> TransitionsPlan:
    """The plan of a transition matrix. Raises ValueError for an empty period, or a name that is no event's."""
    if question.since >= question.until or question.most < 1:
        raise ValueError("a period and a number of nodes are not empty")
    unknown = [name for name in question.nodes or () if name not in dictionary.codes]
    if unknown:
        raise ValueError(f"no event is named {', '.join(unknown)}")
    by_code = sorted(dictionary.codes.items(), key=lambda pair: pair[1])
    node_of = np.full(max((code for _, code in by_code), default=-1) + 1, -1, dtype=np.int64)
    node_of[[code for _, code in by_code]] = np.arange(len(by_code))
    return TransitionsPlan(question, (*(name for name, _ in by_code), START, END), node_of)


def fold(plan: TransitionsPlan, partition: Partition) -> TransitionsPartial:
    """One partition's matrix. Raises IndexError for an event whose code is not in the dictionary."""
    question, traces = plan.question, partition.traces
    kept = (traces.kind == Kind.CUSTOMER) & (traces.occurred >= question.since) & (traces.occurred < question.until)
    contact, occurred, nodes = traces.contact[kept], traces.occurred[kept], plan.node_of[traces.event[kept]]
    starts = starts_of(contact)
    paths = session_starts(starts, occurred, question.silence, question.longest) if question.sessions else starts
    counts, people, time = fold_paths(paths, contact, occurred, nodes, len(plan.names), question.merge_repeats)
    events = np.bincount(nodes, minlength=len(plan.names))
    return TransitionsPartial(counts, people, time, events, len(paths) - 1, len(starts) - 1)


def merge(one: TransitionsPartial, other: TransitionsPartial) -> TransitionsPartial:
    """Two partitions together: contacts are in one partition only, so people add up."""
    return TransitionsPartial(
        one.counts + other.counts,
        one.people + other.people,
        one.time + other.time,
        one.events + other.events,
        one.paths + other.paths,
        one.contacts + other.contacts,
    )


def _drawn(plan: TransitionsPlan, partial: TransitionsPartial) -> list[str]:
    if plan.question.nodes is not None:
        return [*plan.question.nodes]
    happened = [(-int(count), name) for name, count in zip(plan.names, partial.events, strict=True) if count]
    return [name for _, name in sorted(happened)[: plan.question.most]]


def _gather(square: NDArray[np.int64], place: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    gathered = np.zeros((size, size), dtype=np.int64)
    np.add.at(gathered, (place[:, None], place[None, :]), square)
    return gathered


def finish(plan: TransitionsPlan, partial: TransitionsPartial) -> TransitionsAnswer:
    """The answer: edges between drawn nodes, the rest in `other`."""
    drawn = _drawn(plan, partial)
    shown = [START, *drawn, OTHER, END]
    places = {name: index for index, name in enumerate(drawn, start=1)}
    place = np.array([*(places.get(name, len(drawn) + 1) for name in plan.names[:-2]), 0, len(drawn) + 2])
    counts, people, time = (_gather(square, place, len(shown)) for square in (partial.counts, partial.people, partial.time))
    leaving = counts.sum(axis=1)
    edges = [
        Edge(
            shown[i],
            shown[j],
            int(counts[i, j]),
            float(counts[i, j] / leaving[i]),
            None if len(drawn) + 1 in (i, j) else int(people[i, j]),
            float(time[i, j] / counts[i, j]),
        )
        for i, j in zip(*np.nonzero(counts), strict=True)
    ]
    totals = {name: int(count) for name, count in zip(plan.names, partial.events, strict=True) if count}
    other = {name: count for name, count in totals.items() if name not in drawn}
    events = {name: totals.get(name, 0) for name in drawn} | ({OTHER: sum(other.values())} if other else {})
    edges.sort(key=lambda edge: (-edge.count, edge.source, edge.target))
    return TransitionsAnswer(plan.question, tuple(edges), events, other, partial.paths, partial.contacts, *rule(plan.question))


def rule(question: TransitionsQuestion) -> tuple[str, str]:
    """The rule in force, in words: (en, fr)."""
    en = ["Customers' events in order."]
    fr = ["Les événements des clients, dans l'ordre."]
    if question.sessions:
        minutes, hours = question.silence // MINUTE, question.longest // (60 * MINUTE)
        en.append(f"A silence over {minutes} minutes begins a new session, and so does the first event {hours} hours after its beginning.")
        fr.append(f"Un silence de plus de {minutes} minutes ouvre une session, comme le premier événement {hours} heures après son début.")
    en.append("Repeats are merged." if question.merge_repeats else "Repeats are kept.")
    fr.append("Les répétitions sont fondues." if question.merge_repeats else "Les répétitions sont gardées.")
    return " ".join(en), " ".join(fr)
