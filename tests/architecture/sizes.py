"""Budgets: how long a file, a function, a React component and a port may be."""

import ast
import re
from pathlib import Path
from statistics import median

from tests.architecture.tree import SOURCE, Function, functions, python_files

FILE_LINES = 400
FUNCTION_LINES = 60
COMPONENT_LINES = 150
PORT_METHODS = 8
COMPONENT = re.compile(r"^(?:export )?(?:default )?(?:function|const) ([A-Z][a-z]\w*)\b.*?^[})]", re.MULTILINE | re.DOTALL)


def long_files(files: list[Path], root: Path) -> list[str]:
    """Files over the budget."""
    lengths = [(path, len(path.read_text().splitlines())) for path in files]
    return [f"{path.relative_to(root)}: {lines} lines, at most {FILE_LINES}" for path, lines in lengths if lines > FILE_LINES]


def long_functions(files: list[Path], root: Path) -> list[str]:
    """Python functions over the budget. No file is exempt: even the kernel is made of short functions, inlined by the compiler."""
    found = []
    for path in files:
        long = [(function, lines) for function, lines in functions(path) if lines > FUNCTION_LINES]
        found += [f"{path.relative_to(root)}: {function} has {lines} lines, at most {FUNCTION_LINES}" for function, lines in long]
    return found


def long_components(files: list[Path], root: Path) -> list[str]:
    """React components over the budget: capitalised functions at the margin of a .tsx file."""
    found = []
    for path in files:
        for match in COMPONENT.finditer(path.read_text()):
            lines = match.group().count("\n") + 1
            if lines > COMPONENT_LINES:
                found.append(f"{path.relative_to(root)}: {match.group(1)} has {lines} lines, at most {COMPONENT_LINES}")
    return found


def wide_ports(files: list[Path], root: Path) -> list[str]:
    """Protocols with too many methods; properties are not methods."""
    found = []
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases):
                methods = [member for member in node.body if isinstance(member, Function) and not member.decorator_list]
                if len(methods) > PORT_METHODS:
                    found.append(f"{path.relative_to(root)}: {node.name} has {len(methods)} methods, at most {PORT_METHODS}")
    return found


def medians() -> tuple[float, float]:
    """Median length in lines of the source's files and functions; empty files do not count."""
    files = [len(path.read_text().splitlines()) for path in python_files(SOURCE) if path.stat().st_size]
    return median(files), median([lines for path in python_files(SOURCE) for _, lines in functions(path)])
