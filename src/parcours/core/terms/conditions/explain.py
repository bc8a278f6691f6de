"""Why a condition came out as it did: the clauses that decided, as values."""

from collections.abc import Callable
from dataclasses import dataclass

from parcours.core.terms.conditions.clauses import Truth, any_of
from parcours.core.terms.conditions.tree import All, AnyOf, Condition, Not


@dataclass(frozen=True, slots=True)
class Clause:
    """An atom of the condition, where it stands (`all[1].not`), and its own truth."""

    path: str
    atom: Condition
    truth: Truth


@dataclass(frozen=True, slots=True)
class Explanation:
    """The truth of a condition and the clauses that decided it: had they come out otherwise, so might the whole."""

    truth: Truth
    clauses: tuple[Clause, ...]


def explain(tree: Condition, truth_of: Callable[[Condition], Truth], path: str = "") -> Explanation:
    """The truth of the tree and what decided it; `truth_of` tells the truth of an atom.

    `all` is decided by its first false item, else by those unknown, else by every item; `any` by its first true item, else by those
    unknown, else by every item.
    """
    match tree:
        case All(items):
            return _joined([explain(item, truth_of, _join(path, f"all[{i}]")) for i, item in enumerate(items)], False)
        case AnyOf(items):
            return _joined([explain(item, truth_of, _join(path, f"any[{i}]")) for i, item in enumerate(items)], True)
        case Not(item):
            inner = explain(item, truth_of, _join(path, "not"))
            return Explanation(None if inner.truth is None else not inner.truth, inner.clauses)
    truth = truth_of(tree)
    return Explanation(truth, (Clause(path, tree, truth),))


def _join(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part


def _joined(parts: list[Explanation], decisive: bool) -> Explanation:
    truths = [part.truth for part in parts]
    truth = any_of(truths) if decisive else False if False in truths else None if None in truths else True
    deciding = [part for part in parts if part.truth is truth]
    if truth is decisive:
        deciding = deciding[:1]
    return Explanation(truth, tuple(clause for part in deciding for clause in part.clauses))
