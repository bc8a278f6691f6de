"""One clause on one value, line by line: what is true, what is false, what is unknown."""

from typing import Any

import pytest

from parcours.core.terms.conditions.clauses import evaluate_clause, property_clause
from parcours.core.terms.conditions.tree import Instant, Property
from parcours.core.terms.durations import DAY
from parcours.core.terms.instants import parse_instant

NEW_YEAR = parse_instant("2026-01-01")
assert NEW_YEAR is not None


@pytest.mark.parametrize(
    ("op", "value", "found", "expected"),
    [
        ("=", 20, 20.0, True),
        ("=", 20, "20", False),  # no coercion
        ("!=", 20, "20", True),
        ("=", True, 1, False),
        ("=", 1, True, False),
        ("=", "Red", "red", False),
        ("=", "\u00e9", "e\u0301", True),  # NFC
        ("=", 1, None, None),
        ("!=", 1, None, None),
        ("=", "a", ["a"], False),
        ("<", 20, 19.99, True),
        ("<", 20, "19", None),  # in no order
        (">=", 20, 20, True),
        (">", 20, True, None),
        ("in", (1, "a"), "a", True),
        ("in", (1, "a"), True, False),
        ("in", (1,), None, None),
        ("contains", "ee", "reed", True),
        ("contains", "a", ["b", "a"], True),
        ("contains", 1, ["1"], False),
        ("contains", 1, "1", None),
        ("contains", "a", 5, None),
        ("starts_with", "re", "red", True),
        ("starts_with", "re", 5, None),
        ("exists", None, None, False),
        ("exists", None, False, True),
        ("before", NEW_YEAR, "2025-12-31T23:59:59Z", True),
        ("before", NEW_YEAR, "2026-01-01T00:30:00+01:00", True),
        ("before", NEW_YEAR, "2026-01-01", False),
        ("after", NEW_YEAR, "soon", None),
        ("after", NEW_YEAR, NEW_YEAR + 1, None),  # a number is no date
        ("=", "2026-01-01", "2026-01-01T00:00:00Z", False),  # text, where no catalogue says date
        ("=", Instant(NEW_YEAR), "2026-01-01T00:00:00Z", True),
        ("<=", Instant(NEW_YEAR), "2025-06-01", True),
        ("<=", Instant(NEW_YEAR), 5, None),
        ("within_last", DAY, "2025-12-31", True),
        ("within_last", DAY, "2025-12-30T23:59:59Z", False),
        ("within_last", DAY, "2026-01-01T00:00:01Z", False),
        ("within_next", DAY, "2026-01-02", True),
        ("within_next", DAY, "2025-12-31", False),
    ],
)
def test_a_clause(op: str, value: Any, found: Any, expected: bool | None) -> None:
    assert evaluate_clause(op, value, found, NEW_YEAR or 0) is expected


@pytest.mark.parametrize(
    ("path", "op", "value", "expected"),
    [
        ("a.b", "=", 1, True),
        ("a.c", "=", 1, None),
        ("a.b.c", "exists", None, False),
        ("products[].id", "=", "p2", True),
        ("products[].id", "!=", "p1", True),
        ("products[].price", "=", 9, None),  # one element does not say
        ("products[].price", "=", 5, True),
        ("products[]", "exists", None, True),
        ("empty[].id", "=", "p1", False),
        ("missing[].id", "=", "p1", None),
        ("missing[].id", "exists", None, False),
        ("a[].b", "=", 1, None),  # not a list
        ("nested[].tags[]", "=", "x", True),
    ],
)
def test_a_path(path: str, op: Any, value: Any, expected: bool | None) -> None:
    properties = {
        "a": {"b": 1},
        "products": [{"id": "p1", "price": 5}, {"id": "p2"}],
        "empty": [],
        "nested": [{"tags": []}, {"tags": ["x", "y"]}],
    }
    assert property_clause(Property(path, op, value), properties) is expected
