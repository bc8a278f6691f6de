"""Intake, step by step: what becomes an event, what is refused and with which word."""

import pytest

from parcours.core.terms.durations import DAY, HOUR, SECOND
from parcours.core.terms.instants import parse_instant
from parcours.core.terms.intake import Envelope, Refused, check_limits, take

NOON = parse_instant("2026-03-10T12:00:00Z") or 0
DOOR = Envelope(received=NOON)
SERVER = Envelope(received=NOON, trusted=True)


def nested(depth: int) -> dict[str, object]:
    message: dict[str, object] = {}
    for _ in range(depth - 1):
        message = {"a": message}
    return message


def a_track(**more: object) -> dict[str, object]:
    return {"type": "track", "userId": "u", "event": "Order Completed", **more}


@pytest.mark.parametrize(
    ("message", "call", "name", "properties"),
    [
        (a_track(properties={"revenue": 12.5}), "track", "Order Completed", {"revenue": 12.5}),
        (a_track(properties=None), "track", "Order Completed", {}),
        ({"type": "page", "userId": "u", "name": "Docs", "properties": {"url": "x"}}, "page", "Page Viewed", {"url": "x", "name": "Docs"}),
        ({"type": "page", "userId": "u", "category": "Help"}, "page", "Page Viewed", {"category": "Help"}),
        (
            {"type": "page", "userId": "u", "context": {"page": {"url": "from context", "path": "/"}}, "properties": {"url": "said"}},
            "page",
            "Page Viewed",
            {"url": "said", "path": "/"},
        ),
        ({"type": "screen", "userId": "u", "name": "Home"}, "screen", "Screen Viewed", {"name": "Home"}),
        ({"type": "identify", "userId": "u", "traits": {"plan": "pro"}}, "identify", "Contact Identified", {"plan": "pro"}),
        (
            {"type": "identify", "userId": "u", "context": {"traits": {"plan": "free", "age": 3}}, "traits": {"plan": "pro"}},
            "identify",
            "Contact Identified",
            {"plan": "pro", "age": 3},
        ),
        (
            {"type": "group", "userId": "u", "groupId": "c1", "traits": {"n": 3}},
            "group",
            "Contact Identified",
            {"company": {"n": 3, "id": "c1"}},
        ),
        (
            {"type": "group", "userId": "u", "groupId": "c1", "context": {"traits": {"email": "of the person"}}},
            "group",
            "Contact Identified",
            {"company": {"id": "c1"}},
        ),
        ({"type": "alias", "userId": "u", "previousId": "a"}, "alias", "Contact Identified", {}),
    ],
)
def test_each_call_becomes_its_event(message, call, name, properties):
    intake = take(message, DOOR)
    assert (intake.call, intake.name, intake.properties) == (call, name, properties)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (["a", "list"], "not_an_object"),
        ({"userId": "u"}, "unknown_type"),
        ({"type": "delete", "userId": "u"}, "unknown_type"),
        ({"type": "track", "userId": "u"}, "no_event"),
        (a_track(event="   "), "no_event"),
        (a_track(event=7), "no_event"),
        (a_track(event="x" * 256), "name_too_long"),
        (a_track(event="Contact Identified"), "reserved_name"),
        (a_track(event="Email Opened"), "reserved_name"),
        (a_track(event="Consent Granted", properties={"channel": "email", "topic": "*"}), "needs_secret_key"),
        (a_track(event="Tag Added", properties={"tag": "vip"}), "needs_secret_key"),
        (a_track(userId=None), "no_identity"),
        (a_track(userId=""), "no_identity"),
        (a_track(userId={"a": 1}), "bad_id"),
        (a_track(userId=True), "bad_id"),
        (a_track(userId="u" * 256), "id_too_long"),
        (a_track(messageId="m" * 256), "id_too_long"),
        ({"type": "alias", "userId": "u"}, "no_identity"),
        ({"type": "group", "userId": "u"}, "no_group"),
        (a_track(properties=[1]), "bad_properties"),
        ({"type": "identify", "userId": "u", "traits": "x"}, "bad_properties"),
        (a_track(timestamp="yesterday"), "bad_time"),
        (a_track(timestamp=1767225600), "bad_time"),
        (a_track(properties={"a\x00": 1}), "nul"),
        (a_track(properties={"a": ["b\x00"]}), "nul"),
        (a_track(properties={"a": ["\ud800"]}), "lone_surrogate"),
        (a_track(properties={"é\udfff": 1}), "lone_surrogate"),
        (a_track(properties={"a": [float("nan")]}), "not_a_number"),
        (a_track(properties={"a": {"b": float("-inf")}}), "not_a_number"),
        (a_track(properties={"n": 2**63}), "integer_too_large"),
        (a_track(properties={"a": nested(32)}), "too_deep"),
        (a_track(properties={str(n): n for n in range(1000)}), "too_many_keys"),
    ],
)
def test_what_is_no_event_is_refused_with_a_word(message, code):
    with pytest.raises(Refused) as refused:
        take(message, DOOR)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_the_limits_themselves_are_allowed():
    check_limits(nested(32))
    check_limits({str(n): n for n in range(1000)})
    check_limits({"n": -(2**63), "m": 2**63 - 1})
    assert take(a_track(userId="u" * 255, event="x" * 255), DOOR).user_id == "u" * 255


def test_ids_may_be_integers_and_the_header_stands_in_for_a_missing_anonymous_id():
    assert take(a_track(userId=17850), DOOR).user_id == "17850"
    header = Envelope(received=NOON, anonymous_id="from-header")
    assert take({"type": "track", "event": "A"}, header).anonymous_id == "from-header"
    assert take({"type": "track", "event": "A", "anonymousId": "own"}, header).anonymous_id == "own"


def test_the_path_speaks_before_the_type():
    assert take({"type": "screen", "userId": "u", "name": "x"}, Envelope(received=NOON, call="page")).call == "page"


def test_a_server_with_the_secret_key_may_set_consent_but_must_say_which():
    consent = {"channel": "email", "topic": "offers"}
    assert take(a_track(event="Consent Granted", properties=consent), SERVER).properties == consent
    for bad in ({"channel": "email"}, {"channel": "", "topic": "offers"}, {"channel": "email", "topic": 3}):
        with pytest.raises(Refused) as refused:
            take(a_track(event="Consent Withdrawn", properties=bad), SERVER)
        assert refused.value.code == "bad_consent"


@pytest.mark.parametrize(
    ("timestamp", "sent", "occurred", "notes"),
    [
        (None, None, NOON, ()),
        ("2026-03-10T11:00:00Z", None, NOON - HOUR, ()),
        ("2026-03-10T12:00:00+01:00", None, NOON - HOUR, ()),
        ("2026-03-10T11:00:00", None, NOON - HOUR, ()),
        # the way the message took: left alone
        ("2026-03-10T11:59:50Z", "2026-03-10T11:59:55Z", NOON - 10 * SECOND, ()),
        # a clock that is two hours behind: its times are moved with it
        ("2026-03-10T09:59:00Z", "2026-03-10T10:00:00Z", NOON - 60 * SECOND, ()),
        # a clock that is a year ahead
        ("2027-03-10T11:59:00Z", "2027-03-10T12:00:00Z", NOON - 60 * SECOND, ()),
        # the future is not believed
        ("2026-03-10T12:00:01Z", None, NOON, ("future_time",)),
        # more than a day old: history; a day exactly is not
        ("2026-03-09T12:00:00Z", None, NOON - DAY, ()),
        ("2026-03-09T11:59:59.999999Z", None, NOON - DAY - 1, ("history",)),
    ],
)
def test_when_it_happened(timestamp, sent, occurred, notes):
    intake = take(a_track(timestamp=timestamp, sentAt=sent), DOOR)
    assert (intake.occurred, intake.notes, intake.history) == (occurred, notes, "history" in notes)


def test_history_keeps_its_own_times_and_starts_nothing():
    intake = take(a_track(timestamp="2026-03-10T09:59:00Z", sentAt="2026-03-10T10:00:00Z"), Envelope(received=NOON, history=True))
    assert intake.occurred == NOON - 2 * HOUR - 60 * SECOND
    assert intake.history


def test_the_original_time_counts_when_there_is_no_other():
    assert take(a_track(originalTimestamp="2026-03-10T11:00:00Z"), DOOR).occurred == NOON - HOUR
