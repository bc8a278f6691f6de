"""A journey written and read again is the same journey; what is written is the shortest way to say it."""

import pytest

from parcours.core.journey import compile_journey, parse_journey, to_document
from parcours.core.journey.steps import STEP_KINDS
from tests.core.journey.documents import CART, Document, compiled, journey

EACH_KIND: list[Document] = [
    {"id": "a", "wait": "1h30m"},
    {"id": "a", "wait": {"until": {"time": "09:00"}}},
    {"id": "a", "wait": {"until": {"time": "09:00", "in_days": 2, "weekdays": ["mon", "fri"]}}},
    {"id": "a", "wait": {"date": "renewal"}},
    {"id": "a", "wait": {"date": "car.renewal", "offset": "-3d", "time": "10:00", "yearly": True, "missing": "done"}},
    {"id": "a", "wait_for": {"any": [{"tag": "vip"}, {"event": "X", "at_least": 2, "within": "1d"}]}, "timeout": "2d", "then": "done"},
    {"id": "a", "branch": [{"if": {"tag": "vip"}, "then": "done"}]},
    {"id": "a", "branch": [{"if": {"tag": "vip"}, "then": "done"}], "else": "done"},
    {"id": "a", "split": [{"weight": 2, "then": "done"}, {"weight": 1, "then": "done"}]},
    {"id": "a", "send": {"sms": "hello"}, "when_late": {"after": "6h", "do": "next_slot"}, "on_cap": {"retry": "2d"}, "expires": "3d"},
    {"id": "a", "tag": "vip", "next": "done"},
    {"id": "a", "untag": "vip"},
    {"id": "a", "attribute": {"name": "level", "value": None}},
    {"id": "a", "done": True},
]


@pytest.mark.parametrize("step", EACH_KIND, ids=[str(step) for step in EACH_KIND])
def test_each_kind_of_step_is_written_as_it_was_read(step: Document) -> None:
    document = journey(step)
    read, problems = parse_journey(document)
    assert read is not None, problems
    assert to_document(read)["steps"] == [step]
    assert parse_journey(to_document(read))[0] == read


def test_every_kind_is_among_them() -> None:
    assert {key for step in EACH_KIND for key in step if key in STEP_KINDS} == set(STEP_KINDS)


def test_the_example_of_the_page_of_laws() -> None:
    read, problems = parse_journey(CART)
    assert problems == ()
    assert read is not None
    written = to_document(read)
    assert parse_journey(written)[0] == read
    assert to_document(parse_journey(written)[0] or read) == written


def test_what_is_as_it_would_be_unsaid_is_not_written() -> None:
    said = journey({"id": "a", "wait": "1h"}, reentry="never", exit={"when": "goal"}, priority=50, holdout=0)
    read, _ = parse_journey(said)
    assert read is not None
    assert sorted(to_document(read)) == ["entry", "journey", "steps", "transactional"]


def test_equal_documents_have_equal_digests_and_others_do_not() -> None:
    longer = CART | {"priority": 51}
    assert compiled(CART).digest == compiled(dict(reversed(CART.items()))).digest
    assert compiled(CART).digest != compiled(longer).digest


@pytest.mark.parametrize("step", EACH_KIND, ids=[str(step) for step in EACH_KIND])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_kind_says_in_a_sentence_what_it_does(step: Document, language: str) -> None:
    read, _ = parse_journey(journey(step))
    assert read is not None
    kind = STEP_KINDS[read.steps[0].kind]
    assert kind.sentence(read.steps[0].body, language).endswith(".")
    assert compile_journey(read).step_kinds == (kind.name, "done")
