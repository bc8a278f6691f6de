"""The transition matrix, said slowly: each contact's events as (instant, name), in order."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from parcours.core.measure.transitions import END, START, TransitionsQuestion


def paths(question: TransitionsQuestion, events: Sequence[tuple[int, str]]) -> list[list[str]]:
    """One contact's paths: the names of each, in order."""
    found: list[list[tuple[int, str]]] = []
    for event in events:
        if not question.since <= event[0] < question.until:
            continue
        goes_on = bool(found) and (
            not question.sessions or (event[0] - found[-1][-1][0] <= question.silence and event[0] - found[-1][0][0] < question.longest)
        )
        if goes_on:
            found[-1].append(event)
        else:
            found.append([event])
    return [[name for _, name in path] for path in found]


def transitions(question: TransitionsQuestion, people: Sequence[Sequence[tuple[int, str]]]) -> Counter[tuple[str, str]]:
    """How often each transition was made."""
    counted: Counter[tuple[str, str]] = Counter()
    for events in people:
        for path in paths(question, events):
            steps = [START, *path, END]
            counted.update(pair for pair in pairwise(steps) if not (question.merge_repeats and pair[0] == pair[1]))
    return counted
