"""Shapes: one table gives the checks, the JSON Schema and the reference page."""

from typing import Any

import pytest

from parcours.core.terms.shape_types import CLOCK, DURATION, INTEGER, NUMBER, PERCENT, TEXT, Refused, Type, choice, list_of
from parcours.core.terms.shapes import Field, Shape, check, json_schema, reference, write

LETTER = Shape(
    "letter",
    "A letter.",
    "Une lettre.",
    (
        Field("to", TEXT, "To whom.", "À qui.", required=True),
        Field("pages", INTEGER, "How many.", "Combien.", default=1, minimum=1, maximum=9),
        Field("after", DURATION, "When.", "Quand.", minimum=1_000_000),
        Field("by", choice("post", "hand"), "How.", "Comment."),
    ),
)


def test_a_document_is_read_with_its_defaults_and_written_back() -> None:
    values, problems = check(LETTER, {"after": "2d", "to": "Anna"})
    assert problems == []
    assert values == {"to": "Anna", "pages": 1, "after": 172_800_000_000}
    assert write(LETTER, values) == {"to": "Anna", "pages": 1, "after": "2d"}


@pytest.mark.parametrize("pages", [1, 9])
def test_bounds_are_within_the_range(pages: int) -> None:
    assert check(LETTER, {"to": "Anna", "pages": pages})[1] == []


def test_every_problem_is_told_with_what_to_do() -> None:
    _, problems = check(LETTER, {"pages": 10, "after": "1ms", "by": "ship", "bye": 1, 7: 8}, "letters[3]", "third")
    assert sorted((problem.code, problem.path, problem.step) for problem in problems) == [
        ("missing_key", "letters[3].to", "third"),
        ("out_of_range", "letters[3].after", "third"),
        ("out_of_range", "letters[3].pages", "third"),
        ("unknown_key", "letters[3].7", "third"),
        ("unknown_key", "letters[3].bye", "third"),
        ("unknown_word", "letters[3].by", "third"),
    ]
    by_path = {problem.path: problem for problem in problems}
    assert "did you mean `by`" in by_path["letters[3].bye"].en
    assert "au moins 1s" in by_path["letters[3].after"].fr
    assert check(LETTER, [], "x")[1][0].code == "wrong_type"


def test_the_schema_and_the_reference_page_come_from_the_same_table() -> None:
    schema = json_schema(LETTER)
    assert schema["required"] == ["to"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["pages"] == {"type": "integer", "description": "How many.", "default": 1, "minimum": 1, "maximum": 9}
    assert json_schema(LETTER, "fr")["description"] == "Une lettre."
    assert [row[0] for row in reference(LETTER)] == ["to", "pages", "after", "by"]
    assert reference(LETTER, "fr")[0][2:] == ("oui", "", "À qui.")


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        (PERCENT, "10%", 1_000),
        (PERCENT, "2.5 %", 250),
        (PERCENT, 0, 0),
        (PERCENT, "100%", 10_000),
        (CLOCK, "09:05", 545),
        (CLOCK, "23:59", 1_439),
        (list_of(CLOCK), ["00:00"], (0,)),
        (NUMBER, 2.5, 2.5),
    ],
)
def test_types_read_what_is_meant_and_write_it_back(kind: Type, written: Any, meant: Any) -> None:
    assert kind.read(written) == meant
    assert kind.read(kind.write(meant)) == meant


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (PERCENT, "10"),
        (PERCENT, 10),
        (PERCENT, "101%"),
        (PERCENT, "1.234%"),
        (PERCENT, "%"),
        (PERCENT, ".5%"),
        (PERCENT, False),
        (CLOCK, "9:00"),
        (CLOCK, "24:00"),
        (CLOCK, 900),
        (INTEGER, True),
        (INTEGER, 1.0),
        (NUMBER, float("inf")),
        (NUMBER, "1"),
        (TEXT, ""),
        (list_of(TEXT), []),
        (list_of(TEXT, 1), ["a", "b"]),
    ],
)
def test_types_refuse_the_rest(kind: Type, written: Any) -> None:
    with pytest.raises(Refused):
        kind.read(written)
