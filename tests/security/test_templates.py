"""SEC-01: whatever is written into a template or its data, nothing but that data comes out, soon, and no file is opened."""

import json
import sys
import time
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.channels.email.limits import MAX_OUTPUT, MAX_SOURCE
from parcours.channels.email.render import EmailRenderer
from parcours.channels.email.templating import HTML, PLAIN, Piece, TemplateError
from parcours.channels.email.trial import WALL_SECONDS
from tests.app.sending import DOCUMENT

CANARY = "canary-5c1f0a"
CONTEXT: dict[str, object] = {
    "contact": {"first_name": "Zoé", "tags": ["a", "b"], "n": 3, "nested": {"deep": {"list": [1, 2, 3]}}},
    "event": {"value": 12.5, "highlights": ["x", "y"]},
    "workspace": {"name": "La Boutique"},
    "language": "fr",
    "zone": "Europe/Paris",
    "now": "2026-01-01T00:00:00+00:00",
    "unsubscribe_url": "https://example.org/u/x",
}

ROOTS = [
    "''", "contact", "contact.tags", "event", "self", "request", "config", "settings", "os", "template", "env", "context", "forloop",
    "globals", "__builtins__", "services",
]  # fmt: skip
PATHS = (
    ".__class__",
    ".__class__.__mro__[1].__subclasses__()",
    ".__init__.__globals__",
    ".__globals__.os.environ",
    "['__class__']",
    " | attr: '__class__'",
    ".PARCOURS_CANARY",
)
SHAPES = [
    "{{ @@ }}", "{% assign x = @@ %}{{ x }}", "${@@}", "#{@@}", "<%= @@ %>", "{{{ @@ }}}", "{{= @@ }}",
    "{% for c in @@ %}{{ c }}{% endfor %}", "{% if @@ %}{{ @@ }}{% endif %}",
]  # fmt: skip
ESCAPES = [shape.replace("@@", root + path) for root, path, shape in product(ROOTS, PATHS, SHAPES)]
DATA = Path(__file__).parent.parent / "data"
OTHERS = (DATA / "template_payloads.txt").read_text().splitlines()
BOMBS = [
    "{% for i in (1..100000000) %}x{% endfor %}",
    "{% for i in (1..3000) %}{% for j in (1..3000) %}{% endfor %}{% endfor %}",
    "{% for i in (1..9000) %}{% endfor %}" * 500,
    "{% for i in (1..9999) %}" + "{% if 1 == 2 %}{% endif %}" * 5000 + "{% endfor %}",
    "{% for i in (1..9999) %}{% if " + " or ".join(["1 == 2"] * 4000) + " %}{% endif %}{% endfor %}",
    "{% assign x = 'aaaaaaaaaa' %}" + "{% assign x = x | append: x %}" * 60 + "{{ x }}",
    "{{ 'aaaaaaaaaa'" + " | replace: 'a', 'aaaaaaaaaa'" * 20 + " }}",
    "{{ 'a' " + " | append: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'" * 5000 + " }}",
    "{{ (1..100000000000) | join: 'xxxxxxxxxxxxxxxxxxxx' }}",
    "{{ (1..9999) | join: '" + "x" * 20000 + "' }}",
    "{{ (1..10000) | uniq | size }}" * 200,
    "{% assign a = '1,2,3' | split: ',' %}" + "{% assign a = a | concat: a %}" * 60 + "{{ a | size }}",
    "{% assign x = 99999999999 %}{% for i in (1..200) %}{% assign x = x | times: x %}{% endfor %}{{ x }}",
    "{{ 1 | round: 999999999 }}{{ 1.5 | round: -999999999 }}",
    "{{ '1e999999999' | plus: 1 }}{{ '1e999999999' | times: 1e300 }}",
    "{{ '" + "<script" * 30000 + "' | strip_html }}",
    "{{ '" + "<!--" * 50000 + "' | strip_html }}",
    "{% for i in (1..9000) %}{% capture c %}{{ contact }}" + "x" * 5000 + "{% endcapture %}{% endfor %}",
    "{% for i in (1..9000) %}{{ '" + "<" * 20000 + "' | escape | size }}{% endfor %}",
    "{% for i in (1..9000) %}{{ '" + "ab " * 20000 + "' | truncatewords: 99999 }}{% endfor %}",
    "{% for i in (1..9000) %}{{ '" + "ab " * 20000 + "' | split: '' | sort | join }}{% endfor %}",
    "{% for i in (1..9000) %}{{ now | date: '" + "%A" * 20000 + "' }}{% endfor %}",
    "{{ now | date: '%9999999999d' }}",
    "{% if true %}" * 3000 + "{% endif %}" * 3000,
    "{{ a" + "[a" * 5000 + "]" * 5000 + " }}",
    "{{ a" + ".a" * 50000 + " }}",
    "{% case 1 %}" + "{% when 1 %}x" * 20000 + "{% endcase %}",
    "{" * 100000,
    "{%" * 50000,
    "{{ '" * 50000,
    "{% comment %}" * 20000,
    "{% raw %}" * 20000,
    "{% raw %}x{% endraw %}" * 5000 + "{% raw %}" * 10000,
    "{% doc %}" * 20000,
    "{%" + " " * 200000 + "raw" + " " * 50000,
    "{{ x | a: " + "'" * 100000 + " }}",
    "{{ " + " " * 200000 + " }}",
    "{{ " + "1" * 200000 + " }}",
    "{{ " + "x|" * 100000 + " }}",
    "{% liquid " + "\necho 1" * 30000 + " %}",
    "{% cycle " + ", ".join(f"'{number}'" for number in range(20000)) + " %}" ,
    "{% for i in (1..10000) %}{% increment x %}{% cycle 'a', 'b' %}{% ifchanged %}{{ i }}{% endifchanged %}{% endfor %}" * 20,
    "{% tablerow i in (1..9000) cols: 1 %}{% tablerow j in (1..9000) %}x{% endtablerow %}{% endtablerow %}",
]  # fmt: skip


class Opened:
    """Files that Python opened while the block ran."""

    paths: list[str]
    _watching = False
    _installed = False

    def __enter__(self) -> "Opened":
        self.paths = []
        if not Opened._installed:
            sys.addaudithook(Opened._heard)
            Opened._installed = True
        Opened.current, Opened._watching = self, True
        return self

    def __exit__(self, *_: object) -> None:
        Opened._watching = False

    current: "Opened"

    @staticmethod
    def _heard(event: str, arguments: tuple[object, ...]) -> None:
        if Opened._watching and event in {"open", "os.system", "subprocess.Popen", "socket.connect", "import", "exec"}:
            Opened.current.paths.append(f"{event} {arguments[0]}")


@pytest.fixture(scope="module", autouse=True)
def _warm():
    """The zone file and lazily imported codecs are read once, before anything is watched."""
    Piece("{{ now | date: '%A' }}{{ 'a' | url_encode | url_decode | base64_encode | base64_decode }}{{ 12 | money }}", HTML).render(
        CONTEXT, {}
    )


def rendered(source: str) -> str:
    try:
        return Piece(source, HTML).render(CONTEXT, {})
    except TemplateError as error:
        return str(error)


@pytest.mark.parametrize("source", [*OTHERS], ids=range(len(OTHERS)))
def test_nothing_outside_the_data_is_reached(source, monkeypatch):
    monkeypatch.setenv("PARCOURS_CANARY", CANARY)
    with Opened() as opened:
        text = rendered(source)
    assert CANARY not in text
    assert "root:" not in text
    assert opened.paths == []


def test_no_escape_known_from_other_engines_works(monkeypatch):
    monkeypatch.setenv("PARCOURS_CANARY", CANARY)
    assert len(ESCAPES) + len(OTHERS) + len(BOMBS) > 300
    with Opened() as opened:
        for source in ESCAPES:
            text = rendered(source)
            assert CANARY not in text
            assert not any(word in text for word in ("<class", "<module", "built-in", "<function", "object at 0x", "&lt;class"))
    assert opened.paths == []


@pytest.mark.parametrize("source", BOMBS, ids=range(len(BOMBS)))
def test_no_bomb_goes_off(source):
    seconds = []
    for _ in range(3):  # the best of three: a busy machine inflates even processor time
        began = time.process_time()
        assert len(rendered(source)) <= MAX_OUTPUT
        seconds.append(time.process_time() - began)
        if seconds[-1] < 1:
            break
    assert min(seconds) < 1


MARKS = [
    "{{", "}}", "{%", "%}", "|", ":", ",", ".", "'", '"', "[", "]", "(", ")", "..", "for ", "i", "in ", "endfor", "if ", "endif", "contact",
    "first_name", "tags", "1", "join", "date", "money", "x", "assign ", "=", "==", "capture ", "-",
]  # fmt: skip


@settings(max_examples=300, deadline=2000)
@given(st.lists(st.sampled_from([" ", *MARKS]) | st.text(max_size=4), max_size=25).map("".join))
def test_any_text_is_a_template_or_is_refused_with_a_sentence(source):
    refused = ""
    try:
        Piece(source, HTML).render(CONTEXT, {})
    except TemplateError as error:
        refused = str(error)
    assert refused == "" or refused.endswith(".")


NAUGHTY = json.loads((DATA / "naughty_strings/blns.json").read_text())
FILTERS = sorted(HTML.filters)


@pytest.mark.parametrize("name", FILTERS)
def test_what_a_customer_said_is_escaped_whatever_filter_it_goes_through(name):
    """Every naughty text through every filter: no tag of theirs reaches the HTML."""
    piece = Piece(f"{{{{ contact.said | {name} }}}}|{{{{ contact.said | {name}: contact.said }}}}", HTML)
    single = Piece(f"{{{{ contact.said | {name} }}}}", HTML)
    for said in [*NAUGHTY, "<script>alert(1)</script>", "%3Cscript%3E", "PHNjcmlwdD4=", "&lt;script&gt;", "<img src=x onerror=alert(1)>"]:
        for each in (piece, single):
            try:
                text = each.render({"contact": {"said": said}, "language": "en", "zone": "UTC", "now": ""}, {})
            except TemplateError:
                continue
            safe = text.replace("<br />", "") if name == "newline_to_br" else text
            assert "<" not in safe, (name, said, text)


def test_a_naughty_text_is_written_as_it_is():
    piece = Piece("{{ contact.said }}", PLAIN)
    for said in NAUGHTY:
        assert piece.render({"contact": {"said": said}}, {}) == said


def test_a_template_that_is_too_long_is_refused():
    with pytest.raises(TemplateError, match="too long"):
        Piece("x" * (MAX_SOURCE + 1), HTML)


def test_a_new_template_is_tried_in_a_child_that_knows_nothing_and_is_killed(monkeypatch):
    monkeypatch.setenv("PARCOURS_CANARY", CANARY)
    assert EmailRenderer().check(DOCUMENT) == []
    problems = EmailRenderer().check(DOCUMENT | {"subject": "{% for i in (1..100000) %}x{% endfor %}"})
    assert [problem.partition(":")[0] for problem in problems] == ["subject.fr", "subject.en"]
    assert "loops too often" in problems[0]


def test_a_child_that_does_not_end_is_killed(monkeypatch):
    """The limits off, the child still cannot run on."""
    monkeypatch.setattr("parcours.channels.email.trial.CHILD", "while True: pass")
    monkeypatch.setattr("parcours.channels.email.trial.WALL_SECONDS", 0.5)
    began = time.monotonic()
    [problem] = EmailRenderer().check(DOCUMENT)
    assert "too long" in problem
    assert time.monotonic() - began < WALL_SECONDS
