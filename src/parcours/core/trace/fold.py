"""The fold: the one shape of everything measured over traces.

    prepare(question, dictionary) -> plan        pure; raises ValueError for a question that has no answer
    fold(plan, partition)         -> partial     one pass over each contact, without the GIL
    merge(partial, partial)       -> partial     associative
    finish(plan, partial)         -> answer      plain numbers, the rule in words, warnings

Partials are merged from the left in the order of partitions, so threads and clusters agree to the bit.
"""

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, Protocol, TypeVar

from parcours.core.trace.partition import Dictionary, Partition

Question = TypeVar("Question", contravariant=True)
Plan = TypeVar("Plan")
Partial = TypeVar("Partial")
Answer = TypeVar("Answer", covariant=True)


class Measure(Protocol[Question, Plan, Partial, Answer]):
    """A measure: the four functions of a fold. A module that has them is one."""

    def prepare(self, question: Question, dictionary: Dictionary, /) -> Plan:
        """What the question asks of the data."""

    def fold(self, plan: Plan, partition: Partition, /) -> Partial:
        """What one partition answers."""

    def merge(self, one: Partial, other: Partial, /) -> Partial:
        """What two partitions answer together."""

    def finish(self, plan: Plan, partial: Partial, /) -> Answer:
        """The answer."""


InOrder = Callable[[Callable[[Partition], Any], Iterable[Partition]], Iterable[Any]]


def measure(
    what: Measure[Question, Plan, Partial, Answer],
    question: Question,
    dictionary: Dictionary,
    partitions: Iterable[Partition],
    in_order: InOrder = map,
) -> Answer:
    """The answer to a question over partitions. `in_order` maps a function and keeps the order: `map`, or an executor's.

    Raises ValueError when there is no partition, or when the question has no answer.
    """
    plan = what.prepare(question, dictionary)
    partials = list(in_order(lambda partition: what.fold(plan, partition), partitions))
    if not partials:
        raise ValueError("there is no partition to measure")
    return what.finish(plan, reduce(what.merge, partials))
