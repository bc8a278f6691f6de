"""One clause on one value: `{property: value, op: ">=", value: 20}`. Three answers: True, False, None (unknown)."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.laws.reference.lengths import microseconds

MISSING = object()


def either(answers: list[bool | None]) -> bool | None:
    """`any`: true when one is; unknown when none is and one might be."""
    return True if True in answers else None if None in answers else False


def both(answers: list[bool | None]) -> bool | None:
    """`all`: false when one is; unknown when none is and one might be."""
    return False if False in answers else None if None in answers else True


def contrary(answer: bool | None) -> bool | None:
    """The contrary of unknown is unknown."""
    return None if answer is None else not answer


def found(value: Any, path: str) -> list[Any]:
    """The values at a path such as `a.b` or `products[].id`: one, or one per element; MISSING where there is none."""
    name, _, rest = path.partition(".")
    each = name.endswith("[]")
    inner: Any = value.get(name.removesuffix("[]"), MISSING) if isinstance(value, Mapping) else MISSING
    if inner is MISSING or inner is None:
        return [MISSING]
    if each and not isinstance(inner, list):
        return [MISSING]
    inners = inner if each else [inner]
    return [end for one in inners for end in (found(one, rest) if rest else [MISSING if one is None else one])]


def kind(value: Any) -> str:
    """Values compare only with their own kind: there is no coercion."""
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, int | float) else "text" if isinstance(value, str) else "other"


def normal(value: Any) -> Any:
    """Text is compared in normal form C."""
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def instant(value: Any) -> int | None:
    """The UTC microseconds of an ISO text; a date is its midnight, no offset is UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000 + moment.microsecond


ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip
DATES: dict[str, Callable[[int, Any, int], bool]] = {
    "before": lambda at, value, now: at < (instant(value) or 0),
    "after": lambda at, value, now: at > (instant(value) or 0),
    "within_last": lambda at, value, now: now - microseconds(value) <= at <= now,
    "within_next": lambda at, value, now: now <= at <= now + microseconds(value),
}


def holds(op: str, actual: Any, value: Any, now: int) -> bool | None:
    """Whether one value fits; values of two kinds are different, and in no order (unknown)."""
    if actual is MISSING:
        return None
    if op in DATES:
        at = instant(actual)
        return None if at is None else DATES[op](at, value, now)
    actual, value = normal(actual), normal(value)
    if op == "in":
        return any(holds("=", actual, one, now) for one in value)
    if op == "contains" and isinstance(actual, list):
        return any(holds("=", one, value, now) for one in actual)
    same = kind(actual) == kind(value) != "other"
    if op == "=":
        return same and actual == value
    if op == "!=":
        return not (same and actual == value)
    if op in ORDERINGS:
        return ORDERINGS[op](actual, value) if same and kind(actual) == "number" else None
    if kind(actual) != "text" or kind(value) != "text":
        return None
    return value in actual if op == "contains" else actual.startswith(value)


def clause(op: str, values: list[Any], value: Any, now: int) -> bool | None:
    """Whether any of the values at a path fits."""
    if op == "exists":
        return any(one is not MISSING for one in values)
    return either([holds(op, one, value, now) for one in values])
