"""The text part derived once says what the text of each message's HTML would say."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from parcours.channels.email.derive import text_template
from parcours.channels.email.parts import text_of
from parcours.channels.email.templating import HTML, PLAIN, Piece

DEMO = Path(__file__).parent.parent.parent / "src/parcours/demo_data/templates"
CONTEXT = {
    "contact": {"first_name": "Zoé & <Co>", "n": 3},
    "event": {"order_id": "536365", "value": 12.5, "lines": 2, "highlights": ["A <b>", "B & C"]},
    "workspace": {}, "language": "fr", "zone": "UTC", "now": "2026-01-01T00:00:00Z", "unsubscribe_url": "https://example.org/u/x",
}  # fmt: skip
SOURCES = [
    *(YAML(typ="safe").load(path)["html"][language] for path in sorted(DEMO.glob("*.yaml")) for language in ("fr", "en")),
    "<p>{{ contact.first_name }}</p>{% if contact.n > 2 %}<p>many</p>{% else %}<p>few</p>{% endif %}<p>end</p>",
    "<p>{% if contact.n < 2 %}few{% elsif contact.n == 3 %}three{% endif %} things</p>",
    "<ul>{% for h in event.highlights %}<li>{{ h }}</li>{% endfor %}</ul>",
    '<p style="color:{{ contact.colour }}"><a href="{{ unsubscribe_url }}">out</a></p><img src="{{ contact.image }}" alt="x">',
    "{% assign name = contact.first_name | upcase %}<h1>{{ name }}</h1>{% comment %}<p>no</p>{% endcomment %}<p>x</p>",
    "{% capture who %}<b>{{ contact.first_name }}</b>{% endcapture %}<p>{{ event.order_id }}</p>",
    "<div>{% raw %}{{ not a mark }}{% endraw %}</div>",
]


def words(text):
    return text.split()


@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
def test_derived_once_equals_derived_each_time(source):
    template = text_template(source)
    assert template is not None
    html = Piece(source, HTML).render(CONTEXT, {})
    assert words(Piece(template, PLAIN).render(CONTEXT, {})) == words(text_of(html))


def test_lines_of_tags_leave_no_empty_lines():
    template = text_template("<ul>\n{% for h in event.highlights %}\n<li>{{ h }}</li>\n{% endfor %}\n</ul>")
    assert template is not None
    assert Piece(template, PLAIN).render(CONTEXT, {}).rstrip() == "  * A <b>\n  * B & C"


@pytest.mark.parametrize(
    "source",
    [
        "<p>{{ contact.first_name | newline_to_br }}</p>",
        "<p>{{ contact.first_name | escape }}</p>",
        "<p>{{ '<b>bold</b>' }}</p>",
        "{% assign x = '&eacute;' %}<p>{{ x }}</p>",
        '<p class="{% if contact.n %}a{% endif %}">x</p>',
        "<style>{% if contact.n %}p{}{% endif %}</style><p>x</p>",
        "<p>\ue000</p>",
    ],
)
def test_where_marks_make_html_each_message_is_turned_by_itself(source):
    assert text_template(source) is None
