"""Every reason has a sentence in each language, and its number is its own for ever."""

from parcours.core.journey.reasons import ENDS, REFUSALS, SENTENCES, Reason, key, sentence


def test_every_reason_has_its_sentences() -> None:
    assert set(SENTENCES) == set(Reason)
    for reason in Reason:
        assert sentence(reason, "en").endswith(".")
        assert sentence(reason, "fr").endswith(".")
        assert sentence(reason, "en") != sentence(reason, "fr")


def test_reasons_are_published_numbers() -> None:
    named = {
        reason.name: int(reason) for reason in (Reason.ENTERED, Reason.INSIDE, Reason.WAITED, Reason.SENT, Reason.GOAL, Reason.FOLLOWED)
    }
    assert named == {"ENTERED": 1, "INSIDE": 10, "WAITED": 30, "SENT": 50, "GOAL": 70, "FOLLOWED": 80}


def test_refusals_and_ends_do_not_meet() -> None:
    assert not REFUSALS & ENDS
    assert [key(reason) for reason in sorted(REFUSALS)] == [
        "inside", "never_again", "cooling", "clause", "paused", "history", "no_instance", "too_many",
    ]  # fmt: skip
