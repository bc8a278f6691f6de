"""Draws the diagrams and tables of docs/ from the code: `python dev.py docs`. A test fails when a page is older than the code.

A drawn block stands between `<!-- drawn: NAME -->` and `<!-- /drawn -->`; everything else on a page is written by hand.
"""

import ast
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import grimp

from parcours.core.journey import layout, reasons
from parcours.core.journey.steps import STEP_KINDS

DOCS = Path(__file__).resolve().parent
SOURCE = DOCS.parent / "src/parcours"
BLOCK = re.compile(r"(<!-- drawn: ([\w-]+) -->\n).*?(<!-- /drawn -->)", re.DOTALL)
Edge = tuple[str, str]


def edges_between(package: str) -> set[Edge]:
    """(importer, imported) for the direct children of a package."""
    graph = grimp.build_graph("parcours", cache_dir=None)
    for child in graph.find_children(package):
        graph.squash_module(child)
    children = graph.find_children(package)
    return {
        (importer.rpartition(".")[2], imported.rpartition(".")[2])
        for importer in children
        for imported in graph.find_modules_directly_imported_by(importer)
        if imported in children and imported != importer
    }


def reduced(edges: set[Edge]) -> list[Edge]:
    """The edges that no longer path says as well."""
    return sorted((importer, imported) for importer, imported in edges if imported not in reached(importer, edges - {(importer, imported)}))


def reached(start: str, edges: set[Edge]) -> set[str]:
    """Everything a path leads to."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        new = {imported for importer, imported in edges if importer == here} - found
        found |= new
        waiting += new
    return found


def flowchart(edges: Iterable[Edge], direction: str = "TD") -> str:
    """A Mermaid flowchart."""
    lines = "\n".join(f"    {start} --> {end}" for start, end in edges)
    return f"```mermaid\nflowchart {direction}\n{lines}\n```\n"


def rooms() -> str:
    """Which room imports which; arrows that follow from others are left out."""
    return flowchart(reduced(edges_between("parcours")))


def heart() -> str:
    """The same inside the core."""
    return flowchart(reduced(edges_between("parcours.core")))


def opcodes() -> list[str]:
    """The names of the opcodes, by number: the constants of layout.py before OP."""
    found: list[str] = []
    for node in ast.parse(Path(layout.__file__).read_text()).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            if node.target.id == "OP":
                break
            found.append(node.target.id)
    return found


def lowering() -> str:
    """Which step kind lowers to which opcodes, read from what each file imports of layout.py."""
    edges: list[Edge] = []
    for name, kind in STEP_KINDS.items():
        source = Path(kind.lower.__code__.co_filename)
        used = {alias.name for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.ImportFrom) for alias in node.names}
        edges += [(f"step_{name}([{name}])", f"{opcode}[[{opcode}]]") for opcode in opcodes() if opcode in used]
    return flowchart(edges, "LR")


def steps() -> str:
    """The step kinds with their sentence."""
    return "| step | what it does |\n|---|---|\n" + "".join(f"| `{name}` | {kind.en} |\n" for name, kind in STEP_KINDS.items())


def sentences(path: Path) -> dict[str, str]:
    """First sentence about each public class and documented constant of a file."""
    body = ast.parse(path.read_text()).body
    found: dict[str, str] = {}
    for node, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.ClassDef):
            found[node.name] = ast.get_docstring(node) or ""
        elif isinstance(node, ast.Assign) and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            found[ast.unparse(node.targets[0])] = str(following.value.value)
    return {name: re.split(r"(?<=[.])\s", text.replace("\n", " "))[0].replace("|", "\\|") for name, text in found.items() if name[0] != "_"}


def said_in(*files: Path) -> str:
    """A table of what these files define."""
    found = {name: text for path in files for name, text in sentences(path).items()}
    return "| name | what it is |\n|---|---|\n" + "".join(f"| `{name}` | {text} |\n" for name, text in sorted(found.items()))


def records() -> str:
    """The records and protocols of the ports."""
    return said_in(*sorted((SOURCE / "app/ports").glob("*.py")))


def conditions() -> str:
    """The atoms of the condition language."""
    return said_in(SOURCE / "core/terms/conditions/tree.py")


def why() -> str:
    """Every reason with its sentence and values."""
    rows = ((reasons.key(reason), *reasons.SENTENCES[reason]) for reason in reasons.Reason)
    head = "| reason | in English | in French | values |\n|---|---|---|---|\n"
    return head + "".join(f"| `{name}` | {en} | {fr} | {values} |\n" for name, en, fr, values in rows)


DRAWN: Final[dict[str, Callable[[], str]]] = {
    "rooms": rooms,
    "heart": heart,
    "lowering": lowering,
    "steps": steps,
    "records": records,
    "conditions": conditions,
    "reasons": why,
}


def redrawn(text: str) -> str:
    """The page with every drawn block drawn anew; an unknown name raises KeyError."""
    return BLOCK.sub(lambda match: match.group(1) + DRAWN[match.group(2)]() + match.group(3), text)


def pages() -> list[Path]:
    """Pages that hold a drawn block."""
    return sorted(path for path in DOCS.rglob("*.md") if BLOCK.search(path.read_text()))


if __name__ == "__main__":
    for page in pages():
        before = page.read_text()
        after = redrawn(before)
        if after != before:
            page.write_text(after)
            print(f"drawn: {page.relative_to(DOCS.parent)}")
