"""The value a clause compares with: which type each operator takes, read and written back."""

import re
from typing import Any, Final

from parcours.core.terms.conditions.forms import DATE_OPERATORS, ORDERINGS
from parcours.core.terms.conditions.tree import Instant
from parcours.core.terms.durations import format_duration
from parcours.core.terms.instants import format_instant
from parcours.core.terms.shape_types import DURATION, INSTANT, NUMBER, TEXT, Refused
from parcours.core.terms.shapes import ABSENT

PATH: Final = re.compile(r"[^.\[\]]+(\[\])?(\.[^.\[\]]+(\[\])?)*")
"""`a`, `a.b`, `products[].id`: names between dots, `[]` after a name that holds a list."""
MOST_WORDS: Final = 1_000


def _scalar(value: Any) -> Any:
    if isinstance(value, str | bool):
        return value
    try:
        return NUMBER.read(value)
    except Refused:
        raise Refused("write a text, a number, true or false", "écrivez un texte, un nombre, true ou false") from None


def _words(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_WORDS:
        raise Refused("write a list with at least one value", "écrivez une liste d'au moins une valeur", "empty_list")
    return tuple(_scalar(each) for each in value)


def read_value(op: str, written: Any, date: bool) -> Any:
    """The meant value of a clause; `date` says that the property is a date. Raises Refused."""
    if op == "exists":
        if written is not ABSENT:
            raise Refused("`exists` takes no value: remove it", "« exists » ne prend pas de valeur : enlevez-la", "unknown_key")
        return None
    if written is ABSENT:
        raise Refused("is missing: write what to compare with", "manque : écrivez à quoi comparer", "missing_key")
    if op in ("within_last", "within_next"):
        return DURATION.read(written)
    if op in ("before", "after"):
        return INSTANT.read(written)
    if op == "in":
        return _words(written)
    if op == "starts_with":
        return TEXT.read(written)
    if date and op in ORDERINGS:
        return Instant(INSTANT.read(written))
    return NUMBER.read(written) if op in ("<", "<=", ">", ">=") else _scalar(written)


def write_value(op: str, value: Any) -> Any:
    """The written form of a clause's value: the inverse of `read_value` (not for `exists`)."""
    if op in DATE_OPERATORS:
        return format_duration(value) if op.startswith("within") else format_instant(value)
    if isinstance(value, Instant):
        return format_instant(value.at)
    return list(value) if op == "in" else value
