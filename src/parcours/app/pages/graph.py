"""A journey document as a graph for the canvas: nodes and edges with what flowed through them. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from parcours.app.pages.step_words import entry_sentence, step_sentences
from parcours.app.pages.wording import condition, duration
from parcours.app.ports import FlowCount, RunSummary, StepMessages
from parcours.core.journey.reasons import LEAVES, Reason

ENTRY: Final = "@entry"
DONE: Final = "@done"

AWAITED: Final = frozenset((Reason.MATCHED,))
ENTERED: Final = frozenset((Reason.ENTERED, Reason.ENTERED_LATER))
OTHERWISE: Final = frozenset((Reason.ELSE, Reason.ELSE_UNKNOWN))
KINDS: Final = ("wait_for", "wait", "branch", "split", "send", "tag", "untag", "attribute", "done")
BY_VALUE: Final = (Reason.CASE, Reason.ARM)
"""Reasons whose first value says which edge was taken."""
LEFT: Final = frozenset(("sent", "delivered", "bounced", "complained", "uncertain"))
"""States of a message that left."""


@dataclass(frozen=True, slots=True)
class Node:
    """A step, the entry or the end. `live` runs stand there now, `passed` ever came there, `sent` messages left from it."""

    id: str
    kind: str
    sentence: Mapping[str, str]
    live: int = 0
    passed: int = 0
    sent: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from one node to another, and how often it was taken."""

    id: str
    source: str
    target: str
    label: Mapping[str, str]
    count: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """An edge before counting: it was taken when one of `reasons` was noted at its source (with this first value, unless None)."""

    target: str
    label: tuple[str, str]
    reasons: frozenset[Reason]
    value: int | None = None


def nodes(
    document: Mapping[str, Any], summary: Sequence[RunSummary], messages: Iterable[StepMessages], flow: Iterable[FlowCount]
) -> list[Node]:
    """The entry, every step in order, the end."""
    counted = list(flow)
    at = {row.step: row for row in summary}
    sent: dict[str, int] = {}
    for row in messages:
        if row.state in LEFT:
            sent[row.step] = sent.get(row.step, 0) + row.count
    entered = sum(row.count for row in counted if row.reason in ENTERED)
    done = sum(row.count for row in counted if row.reason == Reason.DONE)
    sentences = step_sentences(document)
    found = [Node(ENTRY, "entry", entry_sentence(document), 0, entered, 0)]
    for step in document.get("steps", []):
        name = str(step["id"])
        here = at.get(name)
        live, passed = (here.live, here.passed) if here else (0, 0)
        found.append(Node(name, kind_of(step), sentences[name], live, passed + live, sent.get(name, 0)))
    return [*found, Node(DONE, "done", _label("The end", "La fin"), 0, done, 0)]


def edges(steps: Sequence[Mapping[str, Any]], flow: Iterable[FlowCount]) -> list[Edge]:
    """Every edge of the journey with its count, the entry's first."""
    counted = list(flow)
    first = str(steps[0]["id"]) if steps else DONE
    entered = sum(row.count for row in counted if row.reason in ENTERED)
    found = [Edge(f"{ENTRY}>{first}", ENTRY, first, _label("", ""), entered)]
    for position, step in enumerate(steps):
        following = str(steps[position + 1]["id"]) if position + 1 < len(steps) else DONE
        source = str(step["id"])
        at_step = [row for row in counted if row.step == source]
        found += [
            Edge(f"{source}>{number}", source, way.target, _label(*way.label), _taken(way, at_step))
            for number, way in enumerate(ways(step, following))
        ]
    return found


def ways(step: Mapping[str, Any], following: str) -> Iterator[Way]:
    """The edges that leave one step, in the order of the document. `following` is the next step of the list."""
    onward = _target(step.get("next"), following)
    if "wait_for" in step:
        yield Way(_target(step.get("then"), onward), ("It happens", "C'est arrivé"), AWAITED)
        late = (f"After {duration(step.get('timeout'), 'en')}", f"Après {duration(step.get('timeout'), 'fr')}")
        yield Way(onward, late, frozenset((Reason.TIMED_OUT,)))
    elif "branch" in step:
        for number, case in enumerate(step["branch"]):
            label = ("Yes", "Oui") if len(step["branch"]) == 1 else (condition(case.get("if"), "en"), condition(case.get("if"), "fr"))
            yield Way(_target(case.get("then"), onward), label, frozenset((Reason.CASE,)), number)
        yield Way(_target(step.get("else"), onward), ("Otherwise", "Sinon"), OTHERWISE)
    elif "split" in step:
        total = sum(arm["weight"] for arm in step["split"]) or 1
        for number, arm in enumerate(step["split"]):
            share = 100 * arm["weight"] / total
            yield Way(_target(arm.get("then"), onward), (f"{share:g}%", f"{share:g} %"), frozenset((Reason.ARM,)), number)
    elif isinstance(step.get("wait"), Mapping) and "missing" in step["wait"]:
        missing = frozenset((Reason.DATE_MISSING,))
        yield Way(onward, ("", ""), LEAVES - missing)
        yield Way(_target(step["wait"]["missing"], onward), ("No date", "Sans date"), missing)
    elif step.get("done"):
        yield Way(DONE, ("", ""), frozenset((Reason.DONE,)))
    else:
        yield Way(onward, ("", ""), LEAVES)


def kind_of(step: Mapping[str, Any]) -> str:
    """The name of the step's kind: the key of its document that says it."""
    return next((kind for kind in KINDS if kind in step), "unknown")


def _target(named: Any, otherwise: str) -> str:
    if named is None:
        return otherwise
    return DONE if named == "done" else str(named)


def _taken(way: Way, rows: Iterable[FlowCount]) -> int:
    return sum(row.count for row in rows if row.reason in way.reasons and (way.value is None or row.v1 == way.value))


def _label(en: str, fr: str) -> dict[str, str]:
    return {"fr": fr, "en": en}
