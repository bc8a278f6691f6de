"""Everything that is wrong with a document is said at once, where it is, in both languages."""

from copy import deepcopy
from typing import Any

import pytest

from parcours.core.journey import parse_journey
from parcours.core.terms.conditions.catalogue import Catalogue
from tests.core.journey.documents import CART, Document, journey

SEND = {"id": "mail", "send": {"email": "hello"}}
WAIT = {"id": "pause", "wait": "1h"}

BROKEN: list[tuple[str, Document, tuple[str, str]]] = [
    ("an unknown key", journey(WAIT, colour="red"), ("unknown_key", "colour")),
    ("an unknown key of a step", journey(WAIT | {"for": "1h"}), ("unknown_key", "steps[0].for")),
    ("no steps", journey(), ("wrong_type", "steps")),
    ("a key with spaces", journey(WAIT, journey="my journey"), ("bad_key", "journey")),
    ("a step that does nothing", journey({"id": "x"}), ("unknown_step", "steps[0]")),
    ("a step that does two things", journey(WAIT | {"tag": "x"}), ("too_many_keys", "steps[0]")),
    ("two steps of one name", journey(WAIT, WAIT), ("same_id", "steps.pause")),
    ("a step called done", journey({"id": "done", "wait": "1h"}), ("reserved_id", "steps.done")),
    ("a step called holdout", journey({"id": "holdout", "wait": "1h"}), ("reserved_id", "steps.holdout")),
    ("a target that is not there", journey(WAIT | {"next": "mial"}, SEND), ("unknown_target", "steps.pause.next")),
    ("a step nothing leads to", journey(WAIT | {"next": "done"}, SEND), ("unreachable", "steps.mail")),
    ("a loop that takes no time", journey({"id": "t", "tag": "x", "next": "t"}), ("endless_loop", "steps.t")),
    (
        "a loop with only a local time in it",
        journey({"id": "u", "wait": {"until": {"time": "09:00"}}}, {"id": "t", "tag": "x", "next": "u"}),
        ("endless_loop", "steps.u"),
    ),
    (
        "a loop with only a wait_for in it",
        journey({"id": "w", "wait_for": {"tag": "x"}, "timeout": "2d", "then": "w"}),
        ("endless_loop", "steps.w"),
    ),
    ("a wait of no time", journey({"id": "w", "wait": "0s"}), ("out_of_range", "steps[0].wait")),
    ("a wait that is no duration", journey({"id": "w", "wait": "2 days"}), ("bad_duration", "steps[0].wait")),
    ("an hour that does not exist", journey({"id": "w", "wait": {"until": {"time": "25:00"}}}), ("bad_time", "steps[0].wait.until.time")),
    ("a wait_for without timeout", journey({"id": "w", "wait_for": {"tag": "x"}}), ("missing_key", "steps[0].timeout")),
    (
        "a wait_for a limit",
        journey({"id": "w", "wait_for": {"event": "X", "at_most": 2}, "timeout": "1d"}),
        ("not_here", "steps[0].wait_for"),
    ),
    (
        "a clause on the event at hand where there is none",
        journey({"id": "b", "branch": [{"if": {"property": "a", "op": "exists"}, "then": "done"}]}),
        ("not_here", "steps.b.property"),
    ),
    (
        "a reaction to a step that sends nothing",
        journey(WAIT, {"id": "b", "branch": [{"if": {"clicked": "pause"}, "then": "done"}]}),
        ("unknown_target", "steps.b.clicked"),
    ),
    ("weights that are all nothing", journey({"id": "s", "split": [{"weight": 0, "then": "done"}]}), ("out_of_range", "steps[0].split")),
    (
        "a split with a next",
        journey({"id": "s", "split": [{"weight": 1, "then": "done"}], "next": "done"}),
        ("unknown_key", "steps[0].next"),
    ),
    ("a channel that is none", journey({"id": "m", "send": {"pigeon": "x"}}), ("unknown_key", "steps[0].send.pigeon")),
    ("two channels", journey({"id": "m", "send": {"email": "x", "sms": "y"}}), ("missing_key", "steps[0].send")),
    ("a cap policy that is none", journey(SEND | {"on_cap": "later"}), ("wrong_type", "steps[0].on_cap")),
    (
        "an attribute in an attribute",
        journey({"id": "a", "attribute": {"name": "a.b", "value": 1}}),
        ("bad_path", "steps[0].attribute.name"),
    ),
    ("a goal without its time", journey(WAIT, goal={"event": "X"}), ("missing_key", "goal.within")),
    ("the same instance of none", journey(WAIT, exits=[{"event": "X", "same": "instance"}]), ("no_instance", "exits[0].same")),
    ("an instance that is not a property", journey(WAIT, instance="cart_id"), ("bad_path", "instance")),
    ("half an absence", journey(WAIT, entry=[{"on": {"event": "A", "without": "B"}}]), ("missing_key", "entry[0].on.within")),
    ("a re-entry that is none", journey(WAIT, reentry="sometimes"), ("unknown_word", "reentry")),
    ("a holdout beyond all", journey(WAIT, holdout="110%"), ("bad_percentage", "holdout")),
    ("offers about nothing", journey(SEND, transactional=False), ("missing_key", "topic")),
    (
        "a reaction at entry",
        journey(SEND, entry=[{"on": {"event": "A"}, "where": {"opened": "mail"}}]),
        ("not_here", "entry"),
    ),
]


@pytest.mark.parametrize(("document", "expected"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_each_problem_is_found_where_it_is(document: Document, expected: tuple[str, str]) -> None:
    read, problems = parse_journey(document)
    assert read is None
    assert expected in [(problem.code, problem.path) for problem in problems]
    assert all(problem.en and problem.fr and problem.en != problem.fr for problem in problems)


def test_all_problems_come_at_once() -> None:
    document = deepcopy(CART) | {"colour": "red", "holdout": "many"}
    document["steps"][0]["wait"] = "soon"
    document["steps"][2]["then"] = "nowhere"
    document["steps"][3]["branch"][0]["if"] = {"stagee": "customer"}
    found = [(problem.code, problem.step) for problem in parse_journey(document)[1]]
    assert found == [
        ("unknown_key", None),
        ("bad_percentage", None),
        ("bad_duration", "pause"),
        ("unknown_condition", "worth"),
        ("unknown_target", "reacted"),
    ]


def test_a_mistyped_name_is_guessed() -> None:
    (problem,) = parse_journey(journey(WAIT | {"next": "mial"}, SEND, {"id": "x", "wait": "1h"}))[1][:1]
    assert problem.en.endswith("did you mean `mail`?")


@pytest.mark.parametrize("document", [None, [], "journey", 3, {}, {"steps": 3}, {"journey": "x", "entry": [3], "steps": [None, 4, {}]}])
def test_what_is_no_journey_at_all_is_a_problem_not_an_error(document: Any) -> None:
    read, problems = parse_journey(document)
    assert read is None
    assert problems


def test_names_are_checked_where_the_catalogue_knows_them() -> None:
    catalogue = Catalogue(
        events=("Product Added", "Order Completed", "Product Viewed"), topics=("news",), stages=("consideration", "customer")
    )
    codes = {problem.code for problem in parse_journey(CART, catalogue)[1]}
    assert codes == {"unknown_event", "unknown_topic"}
    assert parse_journey(CART)[1] == ()
