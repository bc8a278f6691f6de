"""The door to the kernel: what it takes, what it refuses, and that room never decides anything."""

from dataclasses import replace

import numpy as np
import pytest

from parcours.core.journey import advance, fill_registers
from parcours.core.journey import turning as turning_module
from parcours.core.journey.rooms import new_room
from parcours.core.journey.state import ContactRecord
from parcours.core.terms.events import NEVER, Event
from tests.core.journey.documents import CART, journey, linked
from tests.core.journey.telling import START, Story, event, instant

WAIT = journey({"id": "w", "wait": "1h"}, {"id": "m", "send": {"email": "x"}})


def test_an_event_after_the_turn_is_refused() -> None:
    with pytest.raises(ValueError, match="outside of this turn"):
        Story(linked(WAIT)).turn(["10:00 Go"], "09:00")


def test_an_event_at_or_before_the_last_instant_is_refused() -> None:
    story = Story(linked(WAIT))
    story.turn(["10:00 Go"], "10:30")
    with pytest.raises(ValueError, match="outside of this turn"):
        story.turn(["10:00 Go"], "11:00")


def test_an_event_seen_before_is_dropped_whatever_it_says_now() -> None:
    story = Story(linked(WAIT))
    story.turn(["10:00 Go"], "10:30")
    before = story.record
    again = advance(story.linked, [before], [[event("08:00 Go", 1)]], instant("10:30"))
    assert again.records == (before,)
    assert again.trace == ()


def test_deadlines_fire_strictly_before_the_end_of_the_turn() -> None:
    story = Story(linked(WAIT))
    assert story.turn(["10:00 Go"], "11:00").actions == ()
    assert story.record.due == instant("11:00")
    (action,) = advance(story.linked, [story.record], [[]], instant("11:00") + 1).actions
    assert action.at == instant("11:00")


def test_records_come_back_in_the_order_given_and_alone_as_together() -> None:
    tables = linked(WAIT)
    people = [ContactRecord(number, f"person-{number}") for number in (7, 3, 5)]
    events = [[replace(event(f"1{number}:00 Go", 1), contact=record.contact)] for number, record in enumerate(people)]
    together = advance(tables, people, events, instant("20:00"))
    alone = [advance(tables, [record], [own], instant("20:00")) for record, own in zip(people, events, strict=True)]
    assert together.records == tuple(record for each in alone for record in each.records)
    assert together.actions == tuple(action for each in alone for action in each.actions)


def test_what_the_host_keeps_with_a_contact_comes_back() -> None:
    story = Story(linked(WAIT), replace(ContactRecord(1, "p"), context=b"mine"))
    story.turn(["10:00 Go"], "10:30")
    assert story.record.context == b"mine"
    (run,) = story.record.runs
    story.record = replace(story.record, runs=(replace(run, context=b"its"),))
    story.turn([], "20:00")
    assert [run.context for run in story.record.runs] == [b"its"]


def test_too_little_room_is_only_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty instances at once, each counted, each pending or armed: every room starts too small, and nothing else changes."""
    sends = {"id": "m", "send": {"email": "x"}}
    many = {"journey": "a", "instance": "properties.n", "topic": "t", "transactional": False, "holdout": 0}
    armed = {"journey": "b", "instance": "properties.n", "entry": [{"on": {"event": "Go", "without": "Stop", "within": "1h"}}]}
    tables = linked(journey(sends, **many), journey({"id": "t", "tag": "x"}, **armed), strict_consent=False)
    events = [Event(1, number, "Go", START, START, START + number, properties={"n": number}) for number in range(1, 61)]
    plenty = advance(tables, [ContactRecord(1, "p")], [events], START + 10**10)
    monkeypatch.setattr(turning_module, "room_for", lambda tables, _state: new_room(tables, 1, 1, 1, 2))
    tight = advance(tables, [ContactRecord(1, "p")], [events], START + 10**10)
    assert tight == plenty
    assert len(plenty.actions) == 120
    assert len(plenty.records[0].runs) == 120


def test_registers_filled_at_once_are_those_of_a_life() -> None:
    counting = {"id": "b", "branch": [{"if": {"event": "Seen", "at_least": 3, "within": "2d"}, "then": "m"}], "else": "done"}
    tables = linked(journey(counting, {"id": "m", "tag": "x"}))
    lines = ["10:00 Seen", "11:00 Seen", "30:00 Seen", '31:00 Tag Added {"tag": "x"}']
    lived = Story(tables)
    lived.turn(lines, "40:00")
    fresh = ContactRecord(1, lived.record.public_id)
    (filled,) = fill_registers(tables, [fresh], [[event(line, seq) for seq, line in enumerate(lines, 1)]])
    assert filled.registers == lived.record.registers
    assert replace(filled, registers=b"") == fresh


def test_filling_registers_moves_no_run() -> None:
    story = Story(linked(WAIT))
    story.turn(["10:00 Go"], "10:30")
    (filled,) = fill_registers(story.linked, [story.record], [[event("10:00 Go", 1), event("10:10 Go", 2)]])
    assert replace(filled, registers=story.record.registers) == story.record


def test_nothing_at_all_is_no_contact() -> None:
    assert advance(linked(CART), [], [], 0).records == ()
    fresh = ContactRecord(1, "p")
    assert advance(linked(CART), [fresh], [[]], NEVER - 1).records == (fresh,)
    assert np.all(linked(CART).tables.programs >= -1)
