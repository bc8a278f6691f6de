"""Permission to contact, line by line."""

import pytest

from parcours.core.people.permission import consent, consent_after, may_track, refusal_to_deliver


def told(*said: tuple[str, bool]) -> dict[str, bool]:
    consents: dict[str, bool] = {}
    for topic, granted in said:
        consents = consent_after(consents, "email", topic, granted)
    return consents


@pytest.mark.parametrize(
    ("said", "offers"),
    [
        ([], None),
        ([("offers", True)], True),
        ([("offers", True), ("offers", False)], False),
        ([("service", False)], None),
        ([("*", False)], False),
        ([("offers", True), ("*", False)], False),
        ([("*", False), ("offers", True)], True),
        ([("offers", False), ("*", True)], True),
    ],
)
def test_the_last_word_wins(said, offers):
    assert consent(told(*said), "email", "offers") is offers


def test_another_channel_is_another_consent():
    assert consent(told(("*", False)), "sms", "offers") is None


def test_tracking_is_off_until_it_is_granted_by_name():
    assert not may_track({})
    assert not may_track(told(("*", True)))
    assert may_track(told(("tracking_email", True)))
    assert not may_track(told(("tracking_email", True), ("*", False)))
    assert may_track(told(("tracking_email", True), ("*", True)))
    assert not may_track(told(("tracking_email", False), ("*", True)))


@pytest.mark.parametrize(
    ("consents", "holds", "marketing", "transactional"),
    [
        ({}, (), None, None),
        ({"email.offers": False}, (), "opted_out", None),
        ({"email.*": False}, (), "opted_out", None),
        ({"sms.*": False}, (), None, None),
        ({}, ("complaint",), "complaint", None),
        ({}, ("frozen",), "frozen", "frozen"),
        ({}, ("suppressed:email",), "suppressed", "suppressed"),
        ({}, ("suppressed:sms",), None, None),
        ({"email.offers": False}, ("complaint", "suppressed:email", "frozen"), "frozen", "frozen"),
    ],
)
def test_what_stops_a_planned_message(consents, holds, marketing, transactional):
    assert refusal_to_deliver(consents, holds, "email", "offers", transactional=False) == marketing
    assert refusal_to_deliver(consents, holds, "email", "offers", transactional=True) == transactional


def test_nothing_leaves_for_an_erased_contact():
    assert refusal_to_deliver({}, (), "email", "offers", transactional=True, erased=True) == "erased"
