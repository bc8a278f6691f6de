"""Reading the repository: its files as git knows them, and their syntax."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/parcours"
SKIPPED = {".git", ".venv", ".cache", "node_modules", "dist", "static", "__pycache__", ".hypothesis", ".mypy_cache", ".ruff_cache"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def kept_files(root: Path = ROOT) -> list[Path]:
    """Files that are, or are about to be, in the repository; without git, all files outside tool folders."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=root, capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        names = [root / name for name in listed.stdout.split("\0") if name]
    else:
        names = [path for path in root.rglob("*") if not SKIPPED & set(path.relative_to(root).parts)]
    return sorted(path for path in names if path.is_file() and not path.is_symlink())


def python_files(folder: Path) -> list[Path]:
    """Every Python file under a folder, sorted."""
    return sorted(folder.rglob("*.py"))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """(name, length in lines) of every function of a file; decorators count, nested functions count in both."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Function):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield node.name, (node.end_lineno or first) - first + 1
