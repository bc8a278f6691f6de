"""Stories told from beginning to end; the rules one by one are in tests/scenarios."""

from parcours.core.journey.state import Arm, Status
from tests.core.journey.documents import CART, journey, linked
from tests.core.journey.telling import Story, instant

CONSENT = '00:00 Consent Granted {"channel": "email", "topic": "offers"}'


def test_an_abandoned_cart_is_reminded_of_and_forgotten() -> None:
    Story(linked(CART)).tell(
        """
        >> 00:00 Consent Granted {"channel": "email", "topic": "offers"}
        >> 10:00 Product Added {"value": 30, "cart_id": "c1"}
        -- 10:00 pause: entered
        >> 10:20 Product Added {"value": 5, "cart_id": "c1"}
        >> 10:30 Product Added {"value": 25, "cart_id": "c1"}
        -- 10:30 inside
        -- 11:00 pause: waited
        << 11:00 reminder: sent
        -- 59:00 reacted: timed_out
        -- 59:00 worth: else
        << 59:00 last_word: sent
        -- 59:00 done: done
        """
    )


def test_a_cart_that_is_bought_is_left_alone() -> None:
    story = Story(linked(CART))
    story.tell(
        """
        >> 00:00 Consent Granted {"channel": "email", "topic": "offers"}
        >> 10:00 Product Added {"value": 30, "cart_id": "c1"}
        -- 10:00 pause: entered
        >> 10:10 Product Added {"value": 90, "cart_id": 2}
        -- 10:10 pause: entered
        >> 10:15 Cart Cleared {"cart_id": 2}
        -- 10:15 pause: exit
        >> 11:00 Order Completed
        -- 11:00 pause: goal
        """
    )
    assert [(run.instance, run.status) for run in story.record.runs] == [("c1", Status.ENDED), ("=2", Status.ENDED)]


def test_a_click_is_known_by_its_receipts() -> None:
    story = Story(linked(CART))
    turned = story.turn([CONSENT, '10:00 Product Added {"value": 30, "cart_id": "c1"}'], "12:00")
    (reminder,) = turned.actions
    about = f'"run": "{reminder.run_id.hex()}", "journey": "abandoned-cart", "step": "reminder", "visit": 1'
    story.tell(
        f"""
        >> 12:00 ~Email Sent {{{about}, "tracked": true}}
        >> 13:00 ~Email Clicked {{{about}, "human": false}}
        >> 13:30 ~Email Clicked {{{about}, "human": true}}
        -- 13:30 reacted: matched
        -- 13:30 done: done
        """
    )


def test_a_person_who_fits_a_little_later_enters_then_with_the_first_events_properties() -> None:
    document = CART | {
        "entry": [{"on": {"event": "Product Added"}, "where": {"any": [{"tag": "vip"}, {"property": "value", "op": ">", "value": 99}]}}]
    }
    Story(linked(document | {"steps": [{"id": "t", "tag": "seen"}]})).tell(
        """
        >> 10:00 Product Added {"value": 30, "cart_id": "c1"}
        -- 10:00 pending
        >> 10:01 Product Added {"value": 100, "cart_id": "c2"}
        -- 10:01 t: entered
        << 10:01 t: tagged
        -- 10:01 done: done
        >> 10:30 Tag Added {"tag": "vip"}
        -- 10:30 t: entered_later
        << 10:30 t: tagged
        -- 10:30 done: done
        """
    )


def test_a_window_that_closes_lets_who_waits_go_on() -> None:
    waiting = {"id": "w", "wait_for": {"not": {"event": "Seen", "at_least": 1, "within": "3h"}}, "timeout": "9h"}
    document = journey({"id": "b", "branch": [{"if": {"event": "Seen", "within": "3h"}, "then": "w"}], "else": "done"}, waiting)
    del document["transactional"]
    state = {"id": "w", "wait_for": {"time": {"from": "13:00", "to": "14:00"}}, "timeout": "9h"}
    Story(linked(journey(state))).tell(
        """
        >> 10:00 Go
        -- 10:00 w: entered
        -- 13:00 w: matched
        -- 13:00 done: done
        """
    )


def test_ghosts_walk_the_same_path_and_change_nothing() -> None:
    story = Story(linked(journey({"id": "t", "tag": "x"}, {"id": "m", "send": {"email": "hello"}}, holdout="100%")))
    turned = story.turn(["10:00 Go"], "20:00")
    assert [(action.kind, action.arm) for action in turned.actions] == [("send", Arm.HOLDOUT)]
    assert story.record.runs[0].arm == Arm.HOLDOUT
    assert story.record.ledger == b""


def test_what_expires_says_when() -> None:
    story = Story(linked(journey({"id": "m", "send": {"email": "hello"}, "expires": "3h"})))
    (action,) = story.turn(["10:00 Go"], "20:00").actions
    assert action.expires == instant("13:00")
    assert action.payload == {"channel": "email", "template": "hello", "topic": None, "transactional": True}


def test_the_trace_names_the_event_behind_an_entry() -> None:
    story = Story(linked(CART))
    turned = story.turn([CONSENT, '10:00 Product Added {"value": 30, "cart_id": "c1"}'], "10:30")
    assert [entry.cause for entry in turned.trace] == [2]
