"""Where a path leads in the properties of an event: `a.b`, `products[].id` (every element)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4096)
def path_steps(path: str) -> tuple[tuple[str, bool], ...]:
    """The names of a path, each with whether it holds a list of which every element counts."""
    return tuple((name.removesuffix("[]"), name.endswith("[]")) for name in path.split("."))


def top_key(path: str) -> str:
    """The first name of a path: the trait that carries it."""
    return path_steps(path)[0][0]


def find(properties: Any, path: str) -> list[Any]:
    """The values at the path: one without `[]`, one per element with it. None stands for a value that is missing or null."""
    found: list[Any] = [properties]
    for name, every in path_steps(path):
        found = [value.get(name) if isinstance(value, Mapping) else None for value in found]
        if every:
            found = [element for each in found for element in (each if isinstance(each, list | tuple) else (None,))]
    return found
