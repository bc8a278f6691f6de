"""The one evaluator of clauses on properties: three-valued, no coercion.

True, False, or None for unknown. A missing or null value is unknown, but for `exists`. Numbers compare with numbers, text with text
(case-sensitive, NFC), true and false with themselves: values of two types are different (`=` is False, `!=` is True) and in no order
(`<`, `starts_with` ... are unknown). With `[]` in the path a clause holds when it holds for any element.
"""

from collections.abc import Mapping
from typing import Any
from unicodedata import is_normalized, normalize

from parcours.core.terms.conditions.paths import find
from parcours.core.terms.conditions.tree import All, AnyOf, Condition, Instant, Not, Property
from parcours.core.terms.instants import parse_instant

Truth = bool | None
"""True, False, or None: unknown."""


def nfc(text: str) -> str:
    """The text in Unicode normal form C."""
    return text if is_normalized("NFC", text) else normalize("NFC", text)


def _kind(value: Any) -> str | None:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else None


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same value of the same type; lists and objects are never the same as a word."""
    kind = _kind(one)
    if kind is None or kind != _kind(other):
        return False
    return nfc(one) == nfc(other) if kind == "text" else bool(one == other)


def _ordered(op: str, found: Any, value: Any) -> bool:
    match op:
        case "<":
            return bool(found < value)
        case "<=":
            return bool(found <= value)
        case ">":
            return bool(found > value)
        case ">=":
            return bool(found >= value)
        case "=":
            return bool(found == value)
    return bool(found != value)


def _dated(op: str, value: int, found: Any, at: int) -> Truth:
    moment = parse_instant(found) if isinstance(found, str) else None
    if moment is None:
        return None
    match op:
        case "before":
            return moment < value
        case "after":
            return moment > value
        case "within_last":
            return 0 <= at - moment <= value
    return 0 <= moment - at <= value


def _holds_text(op: str, found: Any, value: Any) -> Truth:
    if not isinstance(found, str) or not isinstance(value, str):
        return None
    return nfc(found).startswith(nfc(value)) if op == "starts_with" else nfc(value) in nfc(found)


def evaluate_clause(op: str, value: Any, found: Any, at: int = 0) -> Truth:
    """Whether a found value (None: missing) satisfies `op value`; `at` is the instant that within_last and within_next count from.

    `before` and `after` take an instant, `within_last` and `within_next` a duration (both bounds included), in microseconds;
    an `Instant` value compares instants. Only then are ISO texts read as instants.
    """
    if op == "exists":
        return found is not None
    if found is None:
        return None
    if isinstance(value, Instant):
        moment = parse_instant(found) if isinstance(found, str) else None
        return None if moment is None else _ordered(op, moment, value.at)
    match op:
        case "=":
            return same(found, value)
        case "!=":
            return not same(found, value)
        case "in":
            return any(same(found, word) for word in value)
        case "contains" if isinstance(found, list | tuple):
            return any(same(element, value) for element in found)
        case "contains" | "starts_with":
            return _holds_text(op, found, value)
        case "before" | "after" | "within_last" | "within_next":
            return _dated(op, value, found, at)
    return _ordered(op, found, value) if _kind(found) == _kind(value) == "number" else None


def any_of(truths: list[Truth]) -> Truth:
    """True when one is, else unknown when one is, else False (also when there is none)."""
    if True in truths:
        return True
    return None if None in truths else False


def property_clause(clause: Property, properties: Mapping[str, Any], at: int = 0) -> Truth:
    """Whether the properties satisfy one clause, following its path; any element of a list when the path has `[]`."""
    return any_of([evaluate_clause(clause.op, clause.value, value, at) for value in find(properties, clause.path)])


def property_condition(tree: Condition, properties: Mapping[str, Any], at: int = 0) -> Truth:
    """Whether the properties satisfy a condition made of property clauses, `all`, `any` and `not`. Raises TypeError on any other."""
    match tree:
        case All(items):
            truths = [property_condition(item, properties, at) for item in items]
            return False if False in truths else None if None in truths else True
        case AnyOf(items):
            return any_of([property_condition(item, properties, at) for item in items])
        case Not(item):
            truth = property_condition(item, properties, at)
            return None if truth is None else not truth
        case Property():
            return property_clause(tree, properties, at)
    raise TypeError(f"not a condition on properties: {type(tree).__name__}")
