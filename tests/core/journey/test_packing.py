"""What is kept of a contact between two turns describes itself: other journeys may be linked meanwhile."""

from dataclasses import replace

from parcours.core.journey import Placed, link
from parcours.core.journey.packing import MAGIC, read_registers, write_registers
from parcours.core.terms.events import NEVER
from tests.core.journey.documents import CART, Document, compiled, journey, linked
from tests.core.journey.telling import Story

SEEN = journey({"id": "b", "branch": [{"if": {"event": "Seen", "at_least": 2}, "then": "x"}], "else": "done"}, {"id": "x", "tag": "x"})
VIP: Document = journey({"id": "b", "branch": [{"if": {"tag": "vip"}, "then": "x"}], "else": "done"}, {"id": "x", "tag": "y"}) | {
    "journey": "v"
}


def test_registers_as_bytes_and_back() -> None:
    words = {2**64 - 1: b"\1" * 8, 7: b"\2" * 24}
    assert read_registers(write_registers(words)) == words
    assert write_registers({}) == MAGIC
    assert read_registers(b"") == {}


def test_another_journey_keeps_what_the_first_one_counted() -> None:
    story = Story(linked(SEEN))
    story.turn(["10:00 Seen", "11:00 Seen"], "12:00")
    story.linked = linked(VIP)
    story.turn(['13:00 Tag Added {"tag": "vip"}'], "14:00")
    story.linked = linked(SEEN, VIP)
    turned = story.turn(["15:00 Go"], "16:00")
    assert [(action.journey, action.kind) for action in turned.actions] == [("j", "tag"), ("v", "tag")]


def test_two_journeys_that_ask_the_same_share_a_register() -> None:
    alone, both = linked(SEEN), linked(SEEN, SEEN | {"journey": "k"})
    assert len(both.registers) == len(alone.registers)
    assert both.tables.initial.tolist() == alone.tables.initial.tolist()


def test_runs_of_a_journey_that_is_not_linked_wait_aside() -> None:
    story = Story(linked(journey({"id": "w", "wait": "1h"}, {"id": "x", "tag": "x"})))
    story.turn(["10:00 Go"], "10:30")
    before = story.record.runs
    home, story.linked = story.linked, linked(VIP)
    assert story.turn([], "20:00").trace == ()
    assert story.record.runs == before
    assert story.record.due == NEVER
    story.linked = home
    assert [action.step for action in story.turn([], "20:00").actions] == ["x"]


def test_counted_messages_and_armed_absences_of_others_are_kept() -> None:
    offers = CART | {"steps": [{"id": "m", "send": {"email": "x"}}]}
    armed = journey({"id": "t", "tag": "x"}, entry=[{"on": {"event": "Go", "without": "Stop", "within": "3h"}}])
    story = Story(linked(offers, armed))
    story.turn(
        ['09:00 Consent Granted {"channel": "email", "topic": "offers"}', '10:00 Product Added {"value": 20, "cart_id": 1}', "10:01 Go"],
        "10:30",
    )
    kept = story.record
    story.linked = linked(VIP)
    story.turn(["11:00 Go"], "12:00")
    assert (story.record.ledger, story.record.pendings) == (kept.ledger, kept.pendings)


def test_a_step_that_left_the_document_is_not_lost_by_ended_runs() -> None:
    old, new = compiled(journey({"id": "a", "tag": "x"})), compiled(journey({"id": "b", "tag": "x"}))
    story = Story(link([Placed(old, 1, 0)]))
    story.turn(["10:00 Go"], "11:00")
    story.linked = link([Placed(new, 2, 0)])
    turned = story.turn(["12:00 Go"], "13:00")
    assert [(action.step, action.version) for action in turned.actions] == [("b", 2)]
    assert [run.entry for run in story.record.runs] == [2], "the latest is what re-entry needs"


def test_a_record_that_nothing_happened_to_is_the_same_value() -> None:
    story = Story(linked(CART))
    story.turn(['10:00 Product Added {"value": 20, "cart_id": 1}'], "10:30")
    before = replace(story.record)
    story.turn([], "10:40")
    assert story.record == before
