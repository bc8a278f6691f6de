"""Documents with problems: every problem is told at once, with its place."""

from typing import Any

import pytest

from parcours.core.terms.conditions.catalogue import Catalogue
from parcours.core.terms.conditions.parse import DEEPEST, parse_condition
from parcours.core.terms.conditions.tree import Attribute, Done, Instant, Property
from parcours.core.terms.durations import DAY

SHOP = Catalogue(
    events=("Cart Cleared", "Order Completed"),
    segments=("loyal",),
    stages=("customer",),
    scores=("heat",),
    topics=("offers",),
    dates={"Contact Identified": ("renewal",), "Order Completed": ("due",)},
)


def told(document: Any, catalogue: Catalogue = SHOP, **place: Any) -> list[tuple[str, str]]:
    tree, problems = parse_condition(document, catalogue, **place)
    assert (tree is None) == bool(problems)
    assert all(problem.en and problem.fr and problem.en != problem.fr for problem in problems)
    return [(problem.code, problem.path) for problem in problems]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, [("wrong_type", "")]),
        ([], [("wrong_type", "")]),
        ({}, [("unknown_condition", "")]),
        ({"tagg": "vip"}, [("unknown_condition", "")]),
        ({"tag": "vip", "also": 1}, [("unknown_key", "also")]),
        ({"tag": 5}, [("wrong_type", "tag")]),
        ({"tag": ""}, [("wrong_type", "tag")]),
        ({"all": []}, [("wrong_type", "all")]),
        ({"any": {}}, [("wrong_type", "any")]),
        ({"all": [{"tag": 1}, {"not": {"segment": "loial"}}]}, [("wrong_type", "all[0].tag"), ("unknown_segment", "all[1].not.segment")]),
        ({"stage": "custmer"}, [("unknown_stage", "stage")]),
        ({"score": "cold", "op": "contains", "value": "x"}, [("unknown_word", "op"), ("wrong_type", "value"), ("unknown_score", "score")]),
        ({"consent": "news", "channel": "fax"}, [("unknown_word", "channel"), ("unknown_topic", "consent")]),
        ({"attribute": "a..b", "op": "=", "value": 1}, [("bad_path", "attribute")]),
        ({"attribute": "a[", "op": "exists"}, [("bad_path", "attribute")]),
        ({"attribute": "a", "op": "~", "value": 1}, [("unknown_word", "op")]),
        ({"attribute": "a", "value": 1}, [("missing_key", "op")]),
        ({"attribute": "a", "op": "="}, [("missing_key", "value")]),
        ({"attribute": "a", "op": "exists", "value": 1}, [("unknown_key", "value")]),
        ({"attribute": "a", "op": "=", "value": [1]}, [("wrong_type", "value")]),
        ({"attribute": "a", "op": "<", "value": "5"}, [("wrong_type", "value")]),
        ({"attribute": "a", "op": "<", "value": float("nan")}, [("wrong_type", "value")]),
        ({"attribute": "a", "op": "in", "value": []}, [("empty_list", "value")]),
        ({"attribute": "a", "op": "in", "value": "abc"}, [("empty_list", "value")]),
        ({"attribute": "a", "op": "in", "value": [{}]}, [("wrong_type", "value")]),
        ({"attribute": "renewal", "op": "before", "value": "tomorrow"}, [("bad_date", "value")]),
        ({"attribute": "renewal", "op": "=", "value": "tomorrow"}, [("bad_date", "value")]),
        ({"attribute": "renewal", "op": "within_next", "value": "3 days"}, [("bad_duration", "value")]),
        ({"attribute": "plan", "op": "within_next", "value": "3d"}, [("not_a_date", "attribute")]),
        ({"event": "Order Complete"}, [("unknown_event", "event")]),
        ({"event": "Cart Cleared", "at_least": 0}, [("out_of_range", "at_least")]),
        ({"event": "Cart Cleared", "at_least": 1, "at_most": 2}, [("too_many_keys", "")]),
        ({"event": "Cart Cleared", "at_least": True}, [("wrong_type", "at_least")]),
        ({"event": "Cart Cleared", "op": "=", "value": 1}, [("unknown_key", "op"), ("unknown_key", "value")]),
        ({"event": "Cart Cleared", "sum": "total"}, [("missing_key", "op"), ("missing_key", "value")]),
        ({"event": "Cart Cleared", "within": "0s"}, [("out_of_range", "within")]),
        ({"event": "Cart Cleared", "within": "1"}, [("bad_duration", "within")]),
        ({"event": "Cart Cleared", "where": {"tag": "vip"}}, [("not_here", "where.tag")]),
        ({"event": "Cart Cleared", "where": {"all": [{"event": "Cart Cleared"}]}}, [("not_here", "where.all[0].event")]),
        ({"event": "Cart Cleared", "at_least": 101, "within": "1d"}, [("no_register", "at_least")]),
        ({"event": "Cart Cleared", "at_most": 100, "within": "1d"}, [("no_register", "at_most")]),
        ({"event": "Cart Cleared", "sum": "v", "op": ">", "value": 1, "within": "36h"}, [("no_register", "within")]),
        ({"event": "Cart Cleared", "sum": "v", "op": ">", "value": 1, "within": "401d"}, [("no_register", "within")]),
        ({"event": "Cart Cleared", "sum": "v[].p", "op": ">", "value": 1}, [("no_register", "sum")]),
        ({"event": "Cart Cleared", "sum": "v", "op": ">", "value": 0.0000001}, [("bad_amount", "value")]),
        ({"last_messages": 5}, [("missing_key", "")]),
        ({"last_messages": 5, "opened": 6}, [("out_of_range", "opened")]),
        ({"last_messages": 5, "opened": 1, "clicked": 1}, [("missing_key", "")]),
        ({"last_messages": 51, "clicked": "none"}, [("out_of_range", "last_messages")]),
        ({"time": {"from": "9:00", "to": "25:00"}}, [("bad_time", "time.from"), ("bad_time", "time.to")]),
        ({"time": {"from": "09:00", "to": "09:00"}}, [("out_of_range", "time")]),
        ({"weekday": ["monday"]}, [("wrong_type", "weekday")]),
        ({"clicked": 5}, [("wrong_type", "clicked")]),
    ],
)
def test_the_problems_of_a_document(document: Any, expected: list[tuple[str, str]]) -> None:
    assert told(document) == expected


def test_paths_and_steps_are_told_from_the_document_s_root() -> None:
    _, problems = parse_condition({"tag": 1}, path="steps[2].if", step="worth")
    assert [(problem.path, problem.step) for problem in problems] == [("steps[2].if.tag", "worth")]


def test_conditions_nest_only_so_deep() -> None:
    document: dict[str, Any] = {"tag": "vip"}
    for _ in range(DEEPEST + 1):
        document = {"not": document}
    assert [code for code, _ in told(document)] == ["too_deep"]
    assert told(document["not"]) == []


def test_an_open_world_knows_every_name() -> None:
    tree, problems = parse_condition(
        {"all": [{"segment": "x"}, {"event": "y", "where": {"property": "d", "op": "before", "value": "2026-01-01"}}]}
    )
    assert problems == []
    assert tree is not None


def test_iso_texts_are_instants_only_where_the_catalogue_says_date() -> None:
    at = 1_767_225_600_000_000
    written = {"op": "<", "value": "2026-01-01"}
    assert parse_condition({"attribute": "renewal", **written}, SHOP)[0] == Attribute("renewal", "<", Instant(at))
    assert told({"attribute": "plan", **written}) == [("wrong_type", "value")]
    equal = {"property": "due", "op": "=", "value": "2026-01-01"}
    assert parse_condition({"event": "Order Completed", "where": equal}, SHOP)[0] == Done(
        "Order Completed", Property("due", "=", Instant(at)), at_least=1
    )
    assert parse_condition(equal, SHOP, event="Cart Cleared")[0] == Property("due", "=", "2026-01-01")


def test_what_is_left_out_means_once_ever() -> None:
    assert parse_condition({"event": "Seen"})[0] == Done("Seen", at_least=1)
    assert parse_condition({"event": "Seen", "within": "2d"})[0] == Done("Seen", at_least=1, within=2 * DAY)
