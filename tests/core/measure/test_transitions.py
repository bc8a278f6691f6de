"""The transition matrix: the public known answers, and equality with the slow reference."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.measure import transitions
from parcours.core.measure.reference import transitions as reference
from parcours.core.measure.transitions import END, OTHER, START, TransitionsAnswer, TransitionsQuestion
from parcours.core.terms.durations import SECOND
from parcours.core.trace.fold import measure
from tests.core.measure.people import Seen, partitions_of, told

GUIDE = ["home catalog cart purchase"] * 2 + ["home catalog catalog cart", "home search cart", "home search search"]
GUIDE_EDGES = {
    (START, "home"): 5,
    ("home", "catalog"): 3,
    ("home", "search"): 2,
    ("catalog", "catalog"): 1,
    ("catalog", "cart"): 3,
    ("search", "search"): 1,
    ("search", "cart"): 1,
    ("cart", "purchase"): 2,
    ("cart", END): 2,
    ("purchase", END): 2,
    ("search", END): 1,
}


def ask(question: TransitionsQuestion, people: Sequence[Sequence[Seen]], parts: int = 1) -> TransitionsAnswer:
    return measure(transitions, question, *partitions_of(people, parts))


def edges(answer: TransitionsAnswer) -> dict[tuple[str, str], int]:
    return {(edge.source, edge.target): edge.count for edge in answer.edges}


@pytest.mark.parametrize("parts", [1, 3])
def test_the_retentioneering_guide(parts: int) -> None:
    answer = ask(TransitionsQuestion(), [told(path) for path in GUIDE], parts)
    assert edges(answer) == GUIDE_EDGES
    assert (answer.paths, answer.contacts, answer.other) == (5, 5, {})
    leaving_home = {edge.target: edge.share for edge in answer.edges if edge.source == "home"}
    assert leaving_home == {"catalog": 0.6, "search": 0.4}


def test_what_is_not_drawn_is_in_other_with_its_count() -> None:
    answer = ask(TransitionsQuestion(nodes=("home", "cart")), [told(path) for path in GUIDE])
    assert answer.events == {"home": 5, "cart": 4, OTHER: 9}
    assert answer.other == {"catalog": 4, "search": 3, "purchase": 2}
    assert edges(answer)["home", OTHER] == 5
    assert sum(edges(answer).values()) == sum(GUIDE_EDGES.values())
    assert {edge.people for edge in answer.edges if OTHER in (edge.source, edge.target)} == {None}


def test_people_and_times() -> None:
    answer = ask(TransitionsQuestion(), [told("a@10 b@12 a@14 b@20"), told("a@0 b@1")])
    edge = next(edge for edge in answer.edges if (edge.source, edge.target) == ("a", "b"))
    assert (edge.count, edge.people, edge.mean_time) == (3, 2, 3 * SECOND)
    assert {edge.mean_time for edge in answer.edges if START in (edge.source, edge.target) or END in (edge.source, edge.target)} == {0}


def test_merged_repeats_keep_the_time_from_the_first() -> None:
    answer = ask(TransitionsQuestion(merge_repeats=True), [told("a@0 a@2 b@10")])
    assert edges(answer) == {(START, "a"): 1, ("a", "b"): 1, ("b", END): 1}
    assert next(edge.mean_time for edge in answer.edges if edge.target == "b") == 10 * SECOND


def test_an_event_named_like_a_node_stays_an_event() -> None:
    answer = ask(TransitionsQuestion(), [told("path_start other path_end")])
    assert len(answer.edges) == 4
    assert answer.events == {"other": 1, "path_end": 1, "path_start": 1}


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        ask(TransitionsQuestion(nodes=("nothing",)), [told("a")])


people = st.lists(st.lists(st.tuples(st.integers(0, 90), st.sampled_from("abcd")), max_size=10), min_size=1, max_size=4)
questions = st.builds(
    lambda since, sessions, silence, longest, merged: TransitionsQuestion(since, since + 70, sessions, silence, longest, merged),
    st.integers(0, 20),
    st.booleans(),
    st.integers(1, 30),
    st.integers(20, 60),
    st.booleans(),
)


@given(questions, people, st.integers(1, 3))
def test_the_fold_equals_the_reference(question: TransitionsQuestion, everybody: list[list[tuple[int, str]]], parts: int) -> None:
    ordered = [sorted(events, key=lambda event: event[0]) for events in everybody]
    answer = ask(question, [[(at, name, {}) for at, name in events] for events in ordered], parts)
    assert Counter(edges(answer)) == reference.transitions(question, ordered)


def test_a_planted_fault_is_seen() -> None:
    """A silence one shorter than the rule splits where the rule does not."""
    paths: list[list[Seen]] = [[(0, "a", {}), (30, "b", {})]]
    assert edges(ask(TransitionsQuestion(silence=30), paths)) != edges(ask(TransitionsQuestion(silence=29), paths))
