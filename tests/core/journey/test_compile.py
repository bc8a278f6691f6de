"""What each kind of step lowers to: one row each, then END."""

from typing import Any

import pytest

from parcours.core.journey import layout as at
from parcours.core.journey.steps.split import Split
from tests.core.journey.documents import CART, Document, compiled, journey

HOUR = 3_600_000_000
NAMES = {
    at.WAIT: "WAIT",
    at.WAIT_FOR: "WAIT_FOR",
    at.TEST: "TEST",
    at.SPLIT: "SPLIT",
    at.EMIT: "EMIT",
    at.SET: "SET",
    at.JUMP: "JUMP",
    at.END: "END",
}
END_AT = 1

ROWS: list[tuple[Document, list[Any]]] = [
    ({"wait": "2h"}, ["WAIT", at.DURATION_WAIT, 2 * HOUR, 0, 0, 0]),
    ({"wait": {"until": {"time": "09:30", "in_days": 2, "weekdays": ["mon", "sun"]}}}, ["WAIT", at.UNTIL, 570, 2, 0b1000001, 0]),
    ({"wait": {"until": {"time": "09:30"}}}, ["WAIT", at.UNTIL, 570, 0, 0b1111111, 0]),
    ({"wait": {"date": "d", "offset": "-1h", "yearly": True}}, ["WAIT", at.DATE, 0, -HOUR, -1, 1]),
    ({"wait_for": {"tag": "x"}, "timeout": "1h"}, ["WAIT_FOR", 0, HOUR, 0, 0, 0]),
    ({"branch": [{"if": {"tag": "x"}, "then": "done"}]}, ["TEST", 0, 1, 0, 0, 0]),
    ({"split": [{"weight": 1, "then": "done"}, {"weight": 2, "then": "done"}]}, ["SPLIT", 0, 2, 0, 0, 0]),
    ({"send": {"email": "x"}}, ["EMIT", 0, -1, at.LATE_SEND, 0, -1]),
    (
        {"send": {"email": "x"}, "when_late": {"after": "1h", "do": "next_slot"}, "on_cap": {"retry": "2h"}, "expires": "3h"},
        ["EMIT", 0, HOUR, at.LATE_NEXT_SLOT, 2 * HOUR, 3 * HOUR],
    ),
    ({"tag": "x"}, ["SET", 0, 0, 0, 0, 0]),
    ({"untag": "x"}, ["SET", 0, 0, 0, 0, 0]),
    ({"attribute": {"name": "a", "value": 1}}, ["SET", 0, 0, 0, 0, 0]),
    ({"done": True}, ["JUMP", 0, 0, 0, 0, 0]),
]


@pytest.mark.parametrize(("step", "expected"), ROWS, ids=[str(step) for step, _ in ROWS])
def test_one_row_a_step(step: Document, expected: list[Any]) -> None:
    program = compiled(journey({"id": "s", **step}))
    rows = program.steps.tolist()
    assert [NAMES[rows[0][at.OP]], *rows[0][at.A : at.E + 1]] == expected
    assert [rows[0][at.NEXT], rows[0][at.ALT]] == [END_AT, END_AT]
    assert NAMES[rows[END_AT][at.OP]] == "END"


def test_edges_lead_where_the_document_says() -> None:
    program = compiled(CART)
    place = {name: row for row, name in enumerate(program.step_ids)}
    edges = {name: (program.steps[row, at.NEXT], program.steps[row, at.ALT]) for name, row in place.items()}
    assert edges["pause"][0] == place["reminder"]
    assert edges["reacted"] == (place["worth"], place["done"])
    assert edges["worth"][1] == place["last_word"]
    assert program.branches[0, at.BRANCH_TARGET] == place["thanks"]
    assert edges["thanks"][0] == place["done"]


def test_the_filter_is_parted_into_the_event_and_the_person() -> None:
    (entry,) = compiled(CART).entries
    assert entry.matcher.matches("Product Added", 0, {"value": 20}, 0)
    assert not entry.matcher.matches("Product Added", 0, {"value": 19}, 0)
    assert not entry.matcher.matches("Product Added", 0, {}, 0)
    assert entry.code >= 0


def test_shares_of_a_split_are_whole_and_in_order() -> None:
    assert Split(((1, "a"), (1, "b"), (1, "c"))).thresholds() == (3_333, 6_666, 10_000)
    assert Split(((0, "a"), (7, "b"))).thresholds() == (0, 10_000)
