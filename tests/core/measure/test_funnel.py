"""The ordered funnel: the public known answers, its corners by name, and equality with the slow reference."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.measure import funnel
from parcours.core.measure.funnel import Exclusion, FunnelAnswer, FunnelQuestion, Step
from parcours.core.measure.reference import funnel as reference
from parcours.core.terms.conditions.tree import Property
from parcours.core.terms.durations import DAY, HOUR, MINUTE, SECOND
from parcours.core.trace.fold import measure
from tests.core.measure.people import Seen, partitions_of, told


def steps(names: str) -> tuple[Step, ...]:
    return tuple(Step(name) for name in names.split())


def ask(question: FunnelQuestion, people: Sequence[Sequence[Seen]], parts: int = 1, watermark: int | None = None) -> FunnelAnswer:
    dictionary, partitions = partitions_of(people, parts, *([] if watermark is None else [watermark]))
    return measure(funnel, question, dictionary, partitions)


def reached(answer: FunnelAnswer) -> list[int]:
    return [row.reached for row in answer.rows]


@pytest.mark.parametrize(("entry", "expected"), [("first", [1, 1, 0]), ("best", [1, 1, 1])])
def test_the_mixpanel_example(entry: str, expected: list[int]) -> None:
    person: list[Seen] = [
        (13 * HOUR, "A", {}),
        (13 * HOUR + 30 * MINUTE, "A", {}),
        (13 * HOUR + 45 * MINUTE, "B", {}),
        (14 * HOUR + 15 * MINUTE, "C", {}),
    ]
    question = FunnelQuestion(steps("A B C"), window=HOUR, entry=entry)  # type: ignore[arg-type]
    assert reached(ask(question, [person])) == expected


def test_the_six_users_of_clickhouse() -> None:
    people = [told(text) for text in ("a b c", "a d b c", "a a b b c c", "a a a a b b c c", "a a b b d c c", "c c b b a a")]
    question = FunnelQuestion(steps("a b c"), window=DAY)
    assert [reached(ask(question, [person])) for person in people] == [[1, 1, 1]] * 5 + [[1, 0, 0]]
    assert reached(ask(question, people, parts=3)) == [6, 5, 5]


def test_the_retentioneering_guide() -> None:
    paths = ["home catalog cart purchase"] * 2 + ["home catalog catalog cart", "home search cart", "home search search"]
    assert reached(ask(FunnelQuestion(steps("home cart purchase")), [told(path) for path in paths])) == [5, 4, 2]


@pytest.mark.parametrize(
    ("person", "chain", "expected"),
    [
        ("a@0 b@10", "a b", 2),  # the window is inclusive
        ("a@0 b@11", "a b", 1),
        ("b@0 a@0", "a b", 2),  # equal instants are tried in step order
        ("a@0 a@0", "a a", 2),  # a repeated step needs a second event
        ("a@0", "a a", 1),
        ("b@0 a@1 b@2", "a b", 2),
        ("a@0 x@1 y@2 b@3", "a b", 2),  # others are allowed between
    ],
)
def test_corners_of_order_and_window(person: str, chain: str, expected: int) -> None:
    answer = ask(FunnelQuestion(steps(chain), window=10 * SECOND), [told(person)])
    assert sum(reached(answer)) == expected


def test_the_entry_lies_in_the_period_and_later_steps_may_not() -> None:
    question = FunnelQuestion(steps("a b"), since=10 * SECOND, until=20 * SECOND, window=DAY)
    assert reached(ask(question, [told("a@9 b@12"), told("a@10 b@99"), told("a@19 b@20"), told("a@20 b@21")])) == [2, 2]


def test_an_exclusion_stops_or_drops() -> None:
    people = [told("a x b c"), told("a b x c"), told("a b c"), told("a x a b c")]
    stop = FunnelQuestion(steps("a b c"), exclusions=(Exclusion("x", 0, 1),))
    assert reached(ask(stop, people)) == [4, 3, 3]
    drop = FunnelQuestion(steps("a b c"), exclusions=(Exclusion("x", 0, 1, then="drop"),))
    answer = ask(drop, people)
    assert (reached(answer), answer.dropped) == ([3, 3, 3], 1)
    first = FunnelQuestion(steps("a b c"), exclusions=(Exclusion("x", 0, 1, then="drop"),), entry="first")
    assert (reached(ask(first, people)), ask(first, people).dropped) == ([2, 2, 2], 2)


def test_people_whose_window_is_still_open_are_counted_apart() -> None:
    question = FunnelQuestion(steps("a b"), window=10 * SECOND)
    answer = ask(question, [told("a@0"), told("a@5"), told("a@6"), told("a@7 b@8")], watermark=15 * SECOND)
    assert [(row.reached, row.lost, row.open) for row in answer.rows] == [(4, 2, 1), (1, 0, 0)]


def test_times_and_shares() -> None:
    answer = ask(FunnelQuestion(steps("a b c")), [told("a@0 b@2 c@10"), told("a@0 b@4"), told("a@1")], parts=2)
    assert [row.from_previous for row in answer.rows] == [1.0, 2 / 3, 0.5]
    assert answer.rows[2].from_first == 1 / 3
    assert answer.rows[1].times[2] == 3 * SECOND
    assert list(answer.whole_times) == [10 * SECOND] * 5
    assert answer.exact_times


@pytest.mark.parametrize(("touch", "expected"), [("entry", ["(none)", "web"]), ("first", ["ad", "web"]), ("last", ["mail", "web"])])
def test_a_breakdown_by_the_entry_s_the_first_or_the_last_value(touch: str, expected: list[str]) -> None:
    one: list[Seen] = [(1, "x", {"source": "ad"}), (2, "x", {"source": "mail"}), (3, "a", {}), (4, "b", {"source": "late"})]
    two: list[Seen] = [(1, "a", {"source": "web"})]
    answer = ask(FunnelQuestion(steps("a b"), breakdown="source", touch=touch), [one, two], parts=2)  # type: ignore[arg-type]
    assert list(answer.groups) == expected
    assert [row.reached for row in answer.groups["web"]] == [1, 0]
    assert reached(answer) == [2, 1]


def test_steps_with_clauses_and_the_people_behind_a_row() -> None:
    people = [[(1, "buy", {"value": 5}), (2, "buy", {"value": 50})], [(1, "buy", {"value": 50})]]
    question = FunnelQuestion((Step("buy", Property("value", "<", 20)), Step("buy")))
    assert reached(ask(question, people)) == [1, 1]
    dictionary, partitions = partitions_of(people)
    assert funnel.people(funnel.prepare(question, dictionary), partitions[0], 1).tolist() == [1]


def test_by_session_each_session_is_a_unit() -> None:
    person = told("a@0 b@60 a@4000 c@4001 a@9000 b@9001")
    assert reached(ask(FunnelQuestion(steps("a b"), unit="session"), [person])) == [3, 2]


@pytest.mark.parametrize(
    "question",
    [FunnelQuestion(()), FunnelQuestion(steps("a"), window=0), FunnelQuestion(steps("a b"), exclusions=(Exclusion("x", 1, 1),))],
)
def test_a_question_without_an_answer_is_refused(question: FunnelQuestion) -> None:
    with pytest.raises(ValueError):
        ask(question, [told("a b")])


names = st.sampled_from(["a", "b", "c", "x", "y"])
person = st.lists(st.tuples(st.integers(0, 12), names), max_size=10)
bars = st.builds(
    lambda event, after, gap, then: Exclusion(event, after, after + gap, then=then),
    st.sampled_from(["x", "y"]),
    st.integers(0, 1),
    st.integers(1, 2),
    st.sampled_from(["stop", "drop"]),
)
questions = st.builds(
    lambda chain, window, since, entry, exclusions: FunnelQuestion(
        tuple(Step(name) for name in chain),
        since,
        since + 8,
        window,
        entry,
        exclusions=tuple(each for each in exclusions if each.before < len(chain)),
    ),
    st.lists(st.sampled_from("aabc"), min_size=1, max_size=4),
    st.integers(1, 8),
    st.integers(0, 3),
    st.sampled_from(["best", "first"]),
    st.lists(bars, max_size=2),
)


def slow(question: FunnelQuestion, events: list[tuple[int, str]], watermark: int) -> reference.Outcome:
    chain = [step.event for step in question.steps]
    seen = [
        reference.Seen(
            at,
            frozenset(i for i, each in enumerate(chain) if each == name),
            frozenset(i for i, each in enumerate(question.exclusions) if each.event == name),
        )
        for at, name in sorted(events, key=lambda event: event[0])
    ]
    return reference.funnel(question, seen, watermark)


@given(questions, st.lists(person, min_size=1, max_size=4), st.integers(0, 20), st.integers(1, 3))
def test_the_fold_equals_the_reference(question: FunnelQuestion, people: list[list[tuple[int, str]]], watermark: int, parts: int) -> None:
    everybody: list[list[Seen]] = [[(at, name, {}) for at, name in events] for events in people]
    answer = ask(question, everybody, parts, watermark)
    outcomes = [slow(question, events, watermark) for events in people]
    kept = [outcome for outcome in outcomes if outcome.state != "dropped"]
    for index, row in enumerate(answer.rows):
        assert row.reached == sum(len(outcome.instants) > index for outcome in kept)
        assert row.open == sum(len(outcome.instants) == index + 1 and outcome.state == "open" for outcome in kept)
        waited = sorted(outcome.instants[index] - outcome.instants[index - 1] for outcome in kept if 0 < index < len(outcome.instants))
        assert row.times == (tuple(np.quantile(waited, funnel.QUANTILES)) if waited else ())
    assert answer.dropped == len(outcomes) - len(kept)


close = st.lists(st.tuples(st.integers(0, 7), st.sampled_from("aabbxxyyc")), min_size=2, max_size=9)
barred = st.builds(
    lambda window, since, entry, exclusions: FunnelQuestion(steps("a b c"), since, 8, window, entry, exclusions=tuple(exclusions)),
    st.integers(2, 7),
    st.integers(0, 1),
    st.sampled_from(["best", "best", "first"]),
    st.lists(
        st.builds(
            lambda event, place, then: Exclusion(event, place[0], place[1], then=then),
            st.sampled_from("xy"),
            st.sampled_from([(0, 1), (1, 2), (0, 2)]),
            st.sampled_from(["stop", "drop"]),
        ),
        min_size=1,
        max_size=2,
    ),
)


@settings(max_examples=400)
@given(barred, close, st.integers(0, 15))
def test_exclusions_equal_the_reference(question: FunnelQuestion, events: list[tuple[int, str]], watermark: int) -> None:
    answer = ask(question, [[(at, name, {}) for at, name in events], told("a b c x y")], watermark=watermark)
    alone = ask(question, [told("a b c x y")], watermark=watermark)
    outcome = slow(question, events, watermark)
    kept = outcome.state != "dropped"
    added = [row.reached - one.reached for row, one in zip(answer.rows, alone.rows, strict=True)]
    assert added == [int(kept and len(outcome.instants) > index) for index in range(3)]
    assert answer.dropped - alone.dropped == int(not kept)
    still = [row.open - one.open for row, one in zip(answer.rows, alone.rows, strict=True)]
    assert still == [int(outcome.state == "open" and len(outcome.instants) == index + 1) for index in range(3)]


def test_a_planted_fault_is_seen() -> None:
    """A funnel whose window excludes its last instant differs from the reference."""
    question = FunnelQuestion(steps("a b"), window=10 * SECOND)
    shorter = FunnelQuestion(steps("a b"), window=10 * SECOND - 1)
    assert reached(ask(question, [told("a@0 b@10")])) != reached(ask(shorter, [told("a@0 b@10")]))
