"""Two contacts turn out to be one person."""

from dataclasses import replace

from parcours.core.journey.merging import merge_records
from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import ContactRecord, Status
from tests.core.journey.documents import CART, journey, linked
from tests.core.journey.telling import Story, instant

WAIT = journey({"id": "w", "wait": "9h"}, {"id": "x", "tag": "x"})


def story_of(public_id: str, document: dict[str, object], *lines: str) -> Story:
    story = Story(linked(document), ContactRecord(1, public_id))
    story.turn(lines, "12:00")
    return story


def test_the_older_of_two_clashing_runs_stays() -> None:
    older, younger = story_of("a", WAIT, "10:00 Go"), story_of("b", WAIT, "11:00 Go")
    merged, emptied, trace = merge_records(older.record, younger.record, instant("13:00"))
    assert [(run.status, run.entry, run.run_id) for run in merged.runs] == [
        (Status.LIVE, 1, older.record.runs[0].run_id),
        (Status.ENDED, 2, younger.record.runs[0].run_id),
    ]
    assert [(entry.reason, entry.at) for entry in trace] == [(Reason.MERGED, instant("13:00"))]
    assert emptied == ContactRecord(1, "a")


def test_nobody_is_twice_inside_after_a_merge() -> None:
    """The survivor left long ago, the other is inside: an entry is refused, and the run that is inside goes on."""
    left, inside = (
        story_of("a", CART | {"goal": {"event": "Go", "within": "9d"}}, '10:00 Product Added {"value": 30, "cart_id": 1}', "11:00 Go"),
        None,
    )
    inside = story_of("b", CART, '11:30 Product Added {"value": 30, "cart_id": 1}')
    merged, _, _ = merge_records(inside.record, left.record, instant("12:00"))
    story = Story(linked(CART), merged, seq=5)
    turned = story.turn(['12:10 Product Added {"value": 30, "cart_id": 1}'], "12:20")
    assert [entry.reason for entry in turned.trace] == [Reason.INSIDE]
    assert len({run.entry for run in story.record.runs}) == 2


def test_the_next_entry_has_an_id_of_its_own() -> None:
    one, other = story_of("a", journey({"id": "x", "tag": "x"}), "10:00 Go"), story_of("b", journey({"id": "x", "tag": "x"}), "11:00 Go")
    merged, _, _ = merge_records(one.record, other.record, instant("12:00"))
    story = Story(one.linked, merged, seq=5)
    (action,) = story.turn(["13:00 Go"], "14:00").actions
    assert action.run_id not in {run.run_id for run in merged.runs}


def test_messages_of_both_count_and_timers_of_both_run() -> None:
    sends = CART | {"steps": [{"id": "m", "send": {"email": "x"}}]}
    consent = '09:00 Consent Granted {"channel": "email", "topic": "offers"}'
    one, other = (story_of(name, sends, consent, '10:00 Product Added {"value": 30, "cart_id": 1}').record for name in "ab")
    merged, _, _ = merge_records(one, other, instant("12:00"))
    assert merged.ledger.count(b'"email"') == 2

    armed = journey({"id": "t", "tag": "x"}, entry=[{"on": {"event": "Go", "without": "Stop", "within": "5h"}}])
    first, second = story_of("a", armed, "10:00 Go"), story_of("b", armed, "11:00 Go")
    merged, _, _ = merge_records(first.record, second.record, instant("12:00"))
    assert merged.pendings == second.record.pendings, "of two timers of one absence the later stays"
    assert merged.due == instant("15:00")
    story = Story(first.linked, replace(merged, registers=second.record.registers), seq=5)
    assert [action.at for action in story.turn([], "20:00").actions] == [instant("16:00")]
