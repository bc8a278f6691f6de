"""Rendering whole messages: parts, footers, tracked links."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.app.ports import Addresses, Message, Outgoing, RenderError, Template
from parcours.channels.email.links import track
from parcours.channels.email.parts import text_of
from parcours.channels.email.render import KEPT, EmailRenderer
from tests.app.sending import DOCUMENT, NOW, html_of, part_of

UNSUBSCRIBE = "https://shop.example.org/u/abc"


def render(renderer: EmailRenderer | None = None, *, transactional: bool = False, click=None, digest: str = "", **change: Any) -> Outgoing:
    document = DOCUMENT | {"html": "<p>Bonjour</p>", "subject": "Bonjour"} | change
    context: Mapping[str, Any] = {
        "contact": {"first_name": "Zoé"}, "event": {"value": 12}, "workspace": {}, "languages": ("fr", "en"), "zone": "UTC", "now": NOW,
        "addresses": Addresses("zoe@example.org", "Zoé", UNSUBSCRIBE, click),
    }  # fmt: skip
    message = Message(bytes(16), 1, bytes(16), "win-back", 1, "s", 0, "email", "offers", "win-back", NOW, transactional=transactional)
    return (renderer or EmailRenderer()).render(message, Template("win-back", document, digest or str(document), NOW), context)


def test_marketing_without_a_way_out_gets_one_in_both_parts():
    raw = render().raw
    assert f'<a href="{UNSUBSCRIBE}">Ne plus recevoir ces messages</a>' in html_of(raw)
    assert UNSUBSCRIBE in part_of(raw, "plain")


def test_the_footer_stands_inside_the_body():
    html = html_of(render(html="<html><body><p>Bonjour</p></body></html>").raw)
    assert html.rstrip().endswith("</a></p></body></html>")


def test_a_template_with_its_own_way_out_gets_no_second_one():
    raw = render(html='<p><a href="{{ unsubscribe_url }}">Stop</a></p>', text="Stop: {{ unsubscribe_url }}").raw
    assert html_of(raw).count(UNSUBSCRIBE) == 1
    assert part_of(raw, "plain").count(UNSUBSCRIBE) == 1


def test_a_way_out_that_is_never_reached_does_not_count():
    assert UNSUBSCRIBE in html_of(render(html="{% if false %}{{ unsubscribe_url }}{% endif %}").raw)


def test_the_text_part_is_derived_or_written():
    assert "Bonjour Zoé\n" in part_of(render(html="<h1>Bonjour {{ contact.first_name }}</h1><p>x</p>").raw, "plain")
    written = part_of(render(text="Bonjour {{ contact.first_name }} <3").raw, "plain")
    assert written.startswith("Bonjour Zoé <3\n-- \nNe plus recevoir ces messages : https://")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"subject": "{{ contact.nothing }}"}, "The subject is empty"),
        ({"html": "{{ event.value | date: '%Q' }}"}, "%Q"),
        ({"html": "{% for i in (1..100000) %}{% endfor %}"}, "loops too often"),
        ({"from": "nobody"}, "The template win-back is not valid"),
    ],
)
def test_what_cannot_be_rendered_says_why(change, sentence):
    with pytest.raises(RenderError, match=sentence):
        render(**change)


def test_templates_are_parsed_once_per_digest():
    renderer = EmailRenderer()
    render(renderer, digest="a", html="<p>one</p>")
    assert "one" in html_of(render(renderer, digest="a", html="<p>two</p>").raw)
    assert "two" in html_of(render(renderer, digest="b", html="<p>two</p>").raw)
    for number in range(KEPT + 10):
        render(renderer, digest=str(number))
    assert "two" in html_of(render(renderer, digest="a", html="<p>two</p>").raw)


# --- tracked links


def numbered(number: int) -> str:
    return f"https://shop.example.org/c/{number}"


def test_links_are_replaced_and_their_destinations_kept():
    source = (
        '<a href="https://a.example/?x=1&amp;y=2">a</a><A class=b HREF=\'http://b.example\'>b</A><a href="mailto:c@example.org">c</a>'
        '<a href="#top">d</a><a href="https://a.example/?x=1&amp;y=2">again</a><link href="https://e.example"><a href="https://stay.example">f</a>'
        '<a href="javascript:alert(1)">g</a><img src="https://h.example/x.png">'
    )
    html, links = track(source, numbered, ("https://stay.example",))
    assert sorted(links.values()) == ["http://b.example", "https://a.example/?x=1&y=2"]
    first = next(number for number, url in links.items() if url.startswith("https://a"))
    assert html.count(f'href="{numbered(first)}"') == 2
    for kept in (
        "mailto:c@example.org",
        '"#top"',
        "https://e.example",
        "https://stay.example",
        "javascript:alert(1)",
        "https://h.example/x.png",
    ):
        assert kept in html


def test_the_same_destination_has_the_same_number_in_whatever_message():
    _, one = track('<a href="https://a.example">a</a><a href="https://b.example">b</a>', numbered, ())
    _, two = track('<a href="https://c.example">c</a><a href="https://b.example">b</a>', numbered, ())
    assert {number: url for number, url in one.items() if number in two} == {
        next(n for n, u in two.items() if "b." in u): "https://b.example"
    }


@given(st.text(max_size=300), st.lists(st.text(max_size=30), max_size=3))
def test_tracking_never_leads_elsewhere_whatever_the_html(text, urls):
    source = text + "".join(f'<a href="{url}">' for url in urls)
    html, links = track(source, numbered, ())
    assert all(url.lower().startswith(("http://", "https://")) for url in links.values())
    assert (html == source) is (not links)


@given(st.text(max_size=300))
def test_any_html_has_a_text(text):
    assert isinstance(text_of(text.encode("utf-8", "replace").decode()), str)
    assert "<script" not in text_of(f"<script>{'x'}</script>{text.replace('<', '')}")
