"""Documents in words."""

from typing import Any

import pytest

from parcours.app.pages.step_words import entry_sentence, step_sentences
from parcours.app.pages.wording import condition, duration


@pytest.mark.parametrize(
    ("written", "fr", "en"),
    [
        ("1h", "1 heure", "1 hour"),
        ("2d", "2 jours", "2 days"),
        ("7d", "7 jours", "7 days"),
        ("2w", "2 semaines", "2 weeks"),
        ("90d", "90 jours", "90 days"),
        ("1h30m", "1 heure 30 minutes", "1 hour 30 minutes"),
        ("soon", "soon", "soon"),
        ("0s", "0s", "0s"),
        (None, "None", "None"),
    ],
)
def test_durations(written: Any, fr: str, en: str) -> None:
    assert (duration(written, "fr"), duration(written, "en")) == (fr, en)


@pytest.mark.parametrize(
    ("document", "fr", "en"),
    [
        ({"event": "Order Completed"}, "« Order Completed »", "“Order Completed”"),
        ({"event": "A", "at_least": 3, "within": "30d"}, "« A » au moins 3× en 30 jours", "“A” at least 3× within 30 days"),
        ({"event": "A", "at_most": 0, "within": "1d"}, "aucun « A » en 1 jour", "no “A” within 1 day"),
        ({"event": "A", "sum": "value", "op": ">=", "value": 500}, "somme de value (« A ») ≥ 500", "sum of value (“A”) ≥ 500"),
        ({"property": "value", "op": ">=", "value": 20}, "value ≥ 20", "value ≥ 20"),
        ({"attribute": "country", "op": "in", "value": ["FR", "BE"]}, 'country in ["FR", "BE"]', 'country in ["FR", "BE"]'),
        ({"not": {"segment": "staff"}}, "pas : segment « staff »", "not: segment “staff”"),
        ({"any": [{"clicked": "mail"}, {"tag": "vip"}]}, "« mail » est cliqué ou étiquette « vip »", "“mail” is clicked or tag “vip”"),
        ({"weekday": ["mon"]}, '{"weekday": ["mon"]}', '{"weekday": ["mon"]}'),
        ("anything", "anything", "anything"),
    ],
)
def test_conditions(document: Any, fr: str, en: str) -> None:
    assert (condition(document, "fr"), condition(document, "en")) == (fr, en)


def test_an_entry_says_its_event_filter_and_absence() -> None:
    document = {"entry": [{"on": {"event": "A", "without": "B", "within": "90d"}, "where": {"tag": "vip"}}, {"on": {"event": "C"}}]}
    assert entry_sentence(document) == {
        "fr": "Entrée : « A » sans « B » pendant 90 jours, si étiquette « vip » ou « C »",
        "en": "Entry: “A” without “B” for 90 days, if tag “vip” or “C”",
    }


def test_each_step_has_a_sentence_in_both_languages_also_in_a_draft_with_problems() -> None:
    steps: list[dict[str, Any]] = [
        {"id": "a", "wait": "2d"},
        {"id": "b", "send": {"email": "hello"}},
        {"id": "c", "branch": [{"if": {"tag": "x"}, "then": "done"}]},
        {"id": "d", "wait": {"until": {"time": "09:00"}}},
        {"id": "e", "tag": "y"},
    ]
    for document in ({"steps": steps}, {"journey": "k", "entry": [{"on": {"event": "A"}}], "topic": "t", "steps": steps}):
        told = step_sentences(document)
        assert set(told) == {"a", "b", "c", "d", "e"}
        assert all(text for texts in told.values() for text in texts.values())
        assert told["a"] == {"fr": "Attendre 2 jours", "en": "Wait 2 days"}


@pytest.mark.parametrize(
    ("until", "fr", "en"),
    [
        ({"time": "09:00"}, "Attendre 09:00 (heure locale)", "Wait until 09:00 (local time)"),
        ({"time": "09:00", "in_days": 1}, "Attendre 09:00, 1 jour plus tard (heure locale)", "Wait until 09:00, 1 day later (local time)"),
        (
            {"time": "18:30", "in_days": 2, "weekdays": ["mon", "fri"]},
            "Attendre 18:30, 2 jours plus tard, un lundi ou vendredi (heure locale)",
            "Wait until 18:30, 2 days later, on Monday or Friday (local time)",
        ),
    ],
)
def test_local_times(until: dict[str, Any], fr: str, en: str) -> None:
    assert step_sentences({"steps": [{"id": "a", "wait": {"until": until}}]})["a"] == {"fr": fr, "en": en}
