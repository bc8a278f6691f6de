"""What makes a file of the core impure, found in its syntax tree."""

import ast
from collections.abc import Iterator

PURE_STDLIB = """
    __future__ abc array ast base64 binascii bisect collections contextlib copy dataclasses datetime decimal difflib enum fractions
    functools hashlib heapq itertools json keyword math numbers operator re string struct textwrap types typing unicodedata uuid zlib
"""
ALLOWED_IMPORTS = {*PURE_STDLIB.split(), "numpy", "numba", "llvmlite", "parcours"}
LAZY_SCIPY = ("measure/value", "measure/lift")
FORBIDDEN_CALLS = {
    "hash": "builtin hash() changes with each process; use core/terms/chance.py",
    "id": "id() is a memory address; it differs in each process",
    "open": "core has no files",
    "print": "core does not speak; return a value",
    "input": "core does not ask; time and data are arguments",
    "breakpoint": "a debugger stop",
}
FORBIDDEN_NAMES = {
    "now": "core has no clock",
    "utcnow": "core has no clock",
    "today": "core has no clock",
    "uuid1": "core has no clock and no dice",
    "uuid4": "core has no dice",
    "urandom": "core has no dice",
    "perf_counter": "core has no clock",
    "time_ns": "core has no clock",
    "default_rng": "core has no dice",
    "environ": "core does not read the environment",
}
ORDER_BLIND = {"sorted", "len", "any", "all", "min", "max", "set", "frozenset", "bool", "isinstance"}
TAKES_ORDER = {"list", "tuple", "iter", "enumerate", "zip", "map", "filter", "sum", "next"}
METHODS_TAKING_ORDER = {"join", "fromiter", "array", "fromkeys", "extend"}
SET_TYPES = {"set", "frozenset", "Set", "AbstractSet", "MutableSet"}
SET_METHODS = {"union", "intersection", "difference", "symmetric_difference"}


def faults(source: str, name: str) -> list[str]:
    """One sentence for every impurity of a file: foreign imports, clock, dice, I/O, hash(), and order taken from a set."""
    tree = ast.parse(source)
    found = [*_imports(tree, name), *_calls(tree), *_SetOrder().found_in(tree)]
    return [f"{name}:{line}: {text}" for line, text in sorted(set(found))]


def _imports(tree: ast.AST, name: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for module in [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."]:
            top = module.split(".")[0]
            if module.startswith("numpy.random"):
                yield node.lineno, "imports numpy.random: core has no dice"
            elif top == "scipy" and any(part in name for part in LAZY_SCIPY):
                continue
            elif top not in ALLOWED_IMPORTS:
                yield node.lineno, f"imports {module}: core knows the pure part of the standard library, numpy and numba"


def _calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            yield node.lineno, f"calls {node.func.id}(): {FORBIDDEN_CALLS[node.func.id]}"
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_NAMES and isinstance(node.value, ast.Name | ast.Attribute):
            yield node.lineno, f"uses .{node.attr}: {FORBIDDEN_NAMES[node.attr]}"
        elif isinstance(node, ast.Attribute) and node.attr == "random":
            yield node.lineno, "uses .random: core has no dice"


class _SetOrder(ast.NodeVisitor):
    """Finds where an order is taken from a set: that order may differ between processes.

    Known as sets: displays, set()/frozenset(), comprehensions, their unions, and names or attributes bound or annotated so.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.found: list[tuple[int, str]] = []
        self.excused: set[int] = set()

    def found_in(self, tree: ast.AST) -> list[tuple[int, str]]:
        self._learn(tree)
        self.visit(tree)
        return self.found

    def _learn(self, tree: ast.AST) -> None:
        """Collect names that hold sets, until no new one appears."""
        known = -1
        while known != len(self.names):
            known = len(self.names)
            for node in ast.walk(tree):
                if isinstance(node, ast.Assign) and self._is_set(node.value):
                    self.names.update(map(_spelled, node.targets))
                elif isinstance(node, ast.AnnAssign) and _annotates_set(node.annotation):
                    self.names.add(_spelled(node.target))
                elif isinstance(node, ast.arg) and node.annotation is not None and _annotates_set(node.annotation):
                    self.names.add(node.arg)
        self.names.discard("")

    def _is_set(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Set | ast.SetComp):
            return True
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                return node.func.id in {"set", "frozenset"}
            return isinstance(node.func, ast.Attribute) and node.func.attr in SET_METHODS and self._is_set(node.func.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub | ast.BitXor):
            return self._is_set(node.left) or self._is_set(node.right)
        return isinstance(node, ast.Name | ast.Attribute) and _spelled(node) in self.names

    def _flag(self, node: ast.expr, how: str) -> None:
        if self._is_set(node):
            self.found.append((node.lineno, f"{how} a set: its order differs between processes; use sorted()"))

    def visit_For(self, node: ast.For) -> None:
        self._flag(node.iter, "loops over")
        self.generic_visit(node)

    def visit_Starred(self, node: ast.Starred) -> None:
        self._flag(node.value, "unpacks")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in ORDER_BLIND:
            self.excused.update(id(argument) for argument in node.args)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "pop" and not node.args:
            self._flag(node.func.value, "pops from")
        elif isinstance(node.func, ast.Attribute) and node.func.attr in METHODS_TAKING_ORDER:
            for argument in node.args:
                self._flag(argument, f"hands to {node.func.attr}()")
        elif isinstance(node.func, ast.Name) and node.func.id in TAKES_ORDER:
            for argument in node.args:
                self._flag(argument, f"hands to {node.func.id}()")
        self.generic_visit(node)

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.DictComp) -> None:
        if id(node) not in self.excused:
            for generator in node.generators:
                self._flag(generator.iter, "comprehends")
        self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node)


def _spelled(node: ast.AST) -> str:
    """`a`, `self.a`: how a simple target or name is written; empty for anything else."""
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def _annotates_set(annotation: ast.expr) -> bool:
    base = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return isinstance(base, ast.Name | ast.Attribute) and _spelled(base).split(".")[-1] in SET_TYPES
