"""Templates: the language is Liquid, with our own money and dates; documents say what is wrong with them."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from parcours.channels.email.documents import read_template
from parcours.channels.email.templating import HTML, PLAIN, Piece, TemplateError
from parcours.channels.email.trial import trial
from tests.app.sending import DOCUMENT

ROOT = Path(__file__).parent.parent
GOLDEN = [case for case in json.loads((ROOT / "data/liquid_golden/golden_open.json").read_text())["tests"] if "templates" not in case]
KNOWN_TO_DIFFER = {
    # python-liquid's own
    "blank and empty, false is equal to blank",
    "blank and empty, nil is equal to blank",
    "blank and empty, null is equal to blank",
    "blank and empty, undefined is equal to blank",
    "tags, case, unexpected when token, strict2",
    # dates are read from ISO texts and numbers only, and have a default format
    "filters, date, literal percent",
    "filters, date, missing argument",
    "filters, date, seconds since epoch format directive",
    "filters, date, well formed string",
}
NBSP, NARROW = "\u00a0", "\u202f"


def golden(case):
    """Whether a case of the golden suite gives what it should."""
    try:
        text = Piece(case["template"], PLAIN).render(case.get("data", {}), {})
    except TemplateError:
        return bool(case.get("invalid"))
    return not case.get("invalid") and text in (case.get("results") or [case["result"]])


def test_the_language_is_liquid():
    assert len(GOLDEN) > 500
    assert {case["name"] for case in GOLDEN if not golden(case)} == KNOWN_TO_DIFFER


def render(source, language="fr", zone="Europe/Paris", environment=HTML, **data):
    context = {"language": language, "zone": zone, "now": "2026-03-29T12:00:00+00:00", "workspace": {}} | data
    return Piece(source, environment).render(context, {})


@pytest.mark.parametrize(
    ("source", "fr", "en"),
    [
        ("{{ 1234567.5 | money: 'EUR' }}", f"1{NARROW}234{NARROW}567,50{NBSP}€", "€1,234,567.50"),
        ("{{ 12 | money }}", f"12,00{NBSP}€", "€12.00"),
        ("{{ '12.345' | money: 'gbp' }}", f"12,34{NBSP}£", "£12.34"),
        ("{{ -3.1 | money: 'USD' }}", f"-3,10{NBSP}$", "-$3.10"),
        ("{{ 1500 | money: 'JPY' }}", f"1{NARROW}500{NBSP}¥", "¥1,500"),
        ("{{ 1.5 | money: 'KWD' }}", f"1,500{NBSP}KWD", f"KWD{NBSP}1.500"),
        ("{{ 12 | money: 'CHF' }}", f"12,00{NBSP}CHF", f"CHF{NBSP}12.00"),
        ("{{ nothing | money }}", "", ""),
        ("{{ -0.001 | money }}", f"0,00{NBSP}€", "€0.00"),
    ],
)
def test_money_in_the_reader_s_language(source, fr, en):
    assert render(source, "fr") == fr
    assert render(source, "en") == en


def test_the_workspace_s_currency_is_the_default():
    assert render("{{ 12 | money }}", "en", workspace={"currency": "GBP"}) == "£12.00"


@pytest.mark.parametrize("source", ["{{ 'twelve' | money }}", "{{ true | money }}", "{{ '1e99' | money }}", "{{ 'NaN' | money }}"])
def test_money_needs_a_number(source):
    with pytest.raises(TemplateError, match="Money needs a number"):
        render(source)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ '2026-01-05T23:30:00Z' | date: '%A %-d %B %Y à %Hh%M' }}", "mardi 6 janvier 2026 à 00h30"),
        ("{{ '2026-01-05' | date: '%A %-d %B %Y' }}", "lundi 5 janvier 2026"),
        ("{{ '2026-01-05T23:30:00' | date: '%H:%M' }}", "23:30"),
        ("{{ 1767655800 | date: '%F %T' }}", "2026-01-06 00:30:00"),
        ("{{ '1767655800' | date: '%F' }}", "2026-01-06"),
        ("{{ 'now' | date: '%d/%m/%Y %R' }}", "29/03/2026 14:00"),
        ("{{ 'now' | date }}", "29/03/2026"),
        ("{{ now | date: '%b %a %e|%j|%y|%u|%w|%Z|%%' }}", "mars dim. 29|088|26|7|0|CEST|%"),
        ("{{ 'not a date' | date: '%Y' }}", "not a date"),
        ("{{ nothing | date: '%Y' }}", ""),
    ],
)
def test_dates_in_the_reader_s_zone_and_language(source, text):
    assert render(source) == text


def test_dates_speak_english_too_and_an_unknown_zone_is_utc():
    assert render("{{ '2026-01-05T23:30:00Z' | date: '%A, %B %-d, %-I %p' }}", "en", "Nowhere/Land") == "Monday, January 5, 11 PM"


def test_an_unknown_code_of_a_date_is_a_problem():
    with pytest.raises(TemplateError, match="%Q"):
        render("{{ now | date: '%Q' }}")


def test_html_is_escaped_and_plain_text_is_not():
    assert render("{{ contact.name }}", contact={"name": "<b>&"}) == "&lt;b&gt;&amp;"
    assert render("{{ contact.name }}", contact={"name": "<b>&"}, environment=PLAIN) == "<b>&"


def test_names_nobody_has_are_remembered_unless_there_is_a_default():
    blanks: dict[str, None] = {}
    source = "{{ contact.a }}{{ contact.b | upcase }}{{ contact.c | default: 'x' }}{% if contact.d %}{% endif %}{{ whole.thing }}"
    assert Piece(source, HTML).render({"contact": {}}, blanks) == "x"
    assert list(blanks) == ["contact.a", "contact.b", "whole"]


def test_lone_surrogates_do_not_reach_the_wire():
    assert render("{{ contact.name }}", contact={"name": "a\ud800b\U0001f389"}) == "a\ufffdb🎉"


# --- documents


def test_a_sound_document_has_no_problems():
    template, problems = read_template(DOCUMENT)
    assert problems == []
    assert template is not None
    assert list(template.contents) == ["fr", "en"]
    assert trial(DOCUMENT) == []


@pytest.mark.parametrize("path", sorted((ROOT.parent / "src/parcours/demo_data/templates").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_demo_s_templates_are_sound(path):
    assert trial(YAML(typ="safe").load(path)) == []


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"subjet": "x"}, ["`subjet` is not known here; a template has template, topic, from, subject, html, text."]),
        ({"topic": ""}, ["Give `topic` as a text."]),
        ({"from": "nobody"}, ['from: The sender is not valid: write it as "Name <name@example.org>".']),
        ({"from": "Shop\r\nBcc: a@example.org <b@example.org>"}, ["from: The from holds a character that no header may hold (U+000D)."]),
        ({"html": {"fr": "<p>"}}, ["html: the language en is missing."]),
        ({"text": {"en": "x", "de": "y"}}, ["subject: the language de is missing.", "html: the language de is missing.",
                                            "text: the language fr is missing."]),
        ({"html": {"fr": "{{ a", "en": "{% if %}"}}, ["html.fr: A {{ is never closed (line 1).", "html.en: Missing expression (line 1)."]),
        ({"html": "a\n{{ a | nope }}"}, []),
        ({"html": None}, ["Give `html` as a text, or as one text for each language: {fr: ..., en: ...}."]),
        ({"subject": {"fr": 3, "en": "x"}}, ["Give `subject.fr` as a text.", "subject: the language fr is missing."]),
    ],
)  # fmt: skip
def test_everything_wrong_with_a_document_is_said_at_once(change, problems):
    assert read_template(DOCUMENT | change)[1] == problems


def test_what_only_rendering_shows_is_found_by_rendering_once():
    problems = trial(DOCUMENT | {"html": "a\n{{ a | nope }}"})
    assert problems == ["html.fr: Unknown filter 'nope' (line 2).", "html.en: Unknown filter 'nope' (line 2)."]


def test_a_part_written_once_serves_every_language():
    template, _ = read_template(DOCUMENT | {"html": "<p>Hello</p>"})
    assert template is not None
    assert template.content("en")[1].html is template.content("fr")[1].html


def test_the_language_chosen():
    template, _ = read_template(DOCUMENT)
    assert template is not None
    assert template.content("de", "en", "fr")[0] == "en"
    assert template.content("de")[0] == "fr"
