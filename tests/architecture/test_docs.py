"""The docs know what the code knows: the glossary is complete, drawn pages are current, links lead somewhere."""

import re
from pathlib import Path
from typing import get_args

import pytest

from docs.draw import DOCS, opcodes, pages, redrawn
from parcours.app import ports
from parcours.core.journey.reasons import Reason, key
from parcours.core.journey.steps import STEP_KINDS
from parcours.core.terms import event_names
from parcours.core.terms.conditions.tree import Condition
from tests.architecture.tree import ROOT, SOURCE, kept_files

GLOSSARY = (DOCS / "glossary.md").read_text()
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def entries(text: str) -> set[str]:
    """What a glossary explains: the bold words that begin its lines, and the first cell of its tables."""
    lines = [line for line in text.splitlines() if line.startswith("- **")]
    bold = {word for line in lines for word in re.findall(r"\*\*`?([^*`]+)`?\*\*", line.split(":")[0])}
    return bold | set(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE))


def rooms() -> list[str]:
    """Every room of the product, and every room of its core."""
    children = [*SOURCE.iterdir(), *(SOURCE / "core").iterdir(), SOURCE / "app/ports"]
    named = [child for child in children if (child.is_dir() and any(child.glob("*.py"))) or child.suffix == ".py"]
    return sorted({child.stem for child in named if not child.name.startswith("__")})


def message_states() -> list[str]:
    return [state.value for state in ports.MessageState]


def events() -> list[str]:
    return [value for name, value in vars(event_names).items() if name.isupper() and not name.endswith("_TOPIC")]


KNOWN = {
    "rooms": rooms(),
    "records and ports": list(ports.__all__),
    "events": events(),
    "step kinds": list(STEP_KINDS),
    "opcodes": opcodes(),
    "conditions": [kind.__name__ for kind in get_args(Condition)],
    "states": message_states(),
    "reasons": [key(reason) for reason in Reason],
}


def dead_links(page: Path) -> list[str]:
    """Links of a page to files that do not exist; web addresses are not followed."""
    targets = [target for target in LINK.findall(page.read_text()) if "://" not in target and not target.startswith("mailto:")]
    return [target for target in targets if not (page.parent / target).exists()]


@pytest.mark.parametrize("kind", KNOWN)
def test_the_glossary_has_every_word(kind: str) -> None:
    assert [word for word in KNOWN[kind] if word not in entries(GLOSSARY)] == []


def test_every_kind_of_word_was_found_in_the_code() -> None:
    """An empty list would make the test above green without reason."""
    assert {kind: len(words) > 4 for kind, words in KNOWN.items()} == dict.fromkeys(KNOWN, True)
    assert opcodes() == ["WAIT", "WAIT_FOR", "TEST", "SPLIT", "EMIT", "SET", "JUMP", "END"]


def test_a_missing_word_is_noticed() -> None:
    text = "- **run**: a passage.\n- **`Tx`**, **unit**: one.\n| `done` | x |\nthe word **bold** in a line"
    assert entries(text) == {"run", "Tx", "unit", "done"}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_drawn_pages_are_current(page: Path) -> None:
    text = page.read_text()
    assert redrawn(text) == text, "run `python3 dev.py docs`"


def test_an_old_drawing_is_noticed() -> None:
    old = "# Page\n<!-- drawn: steps -->\n| `sleep` | old |\n<!-- /drawn -->\nby hand\n"
    assert redrawn(old) != old
    assert "by hand" in redrawn(old)
    with pytest.raises(KeyError):
        redrawn("<!-- drawn: nothing -->\n<!-- /drawn -->")


@pytest.mark.parametrize("page", [path for path in kept_files() if path.suffix == ".md"], ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    assert dead_links(page) == []


def test_a_dead_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[here](page.md#top) [gone](gone.md) [web](https://example.org/x)")
    assert dead_links(page) == ["gone.md"]


def unknown_pages(text: str, beside: Path) -> list[str]:
    """Pages that a source names and that are neither at the root, nor in docs/, nor beside it."""
    return [name for name in re.findall(r"[\w/.-]+\.md\b", text) if not any((place / name).exists() for place in (ROOT, DOCS, beside))]


def test_pages_named_in_the_source_exist() -> None:
    sources = [path for path in kept_files() if path.suffix in {".py", ".ts", ".tsx", ".yaml"} and path != Path(__file__).resolve()]
    found = {str(path.relative_to(ROOT)): unknown_pages(path.read_text(), path.parent) for path in sources}
    assert {name: pages for name, pages in found.items() if pages} == {}


def test_an_unknown_page_is_noticed() -> None:
    assert unknown_pages("see docs/adr/README.md, glossary.md and plan.md", SOURCE) == ["plan.md"]


def test_every_guarantee_names_tests_that_exist() -> None:
    text = (DOCS / "explanation/guarantees.md").read_text()
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", text)
    assert len(named) > 30
    for file, test in named:
        assert f"def {test}" in (ROOT / file).read_text(), (file, test)
    assert re.findall(r"^(\d+)\. \*\*", text, flags=re.MULTILINE) == [str(number) for number in range(1, 16)]
