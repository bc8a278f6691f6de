"""Law 2, the small half: the one evaluator of property clauses equals the reference's, on values of every kind."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.terms.conditions.catalogue import EMPTY_CATALOGUE, Catalogue
from parcours.core.terms.conditions.clauses import property_condition
from parcours.core.terms.conditions.parse import parse_condition
from parcours.core.terms.events import Event
from tests.laws.reference.conditions import fits
from tests.laws.reference.model import Document

NOW = 1_780_000_000_000_000
WORDS = (
    "",
    "x",
    "xy",
    "X",
    "1",
    "true",
    "\u00e9",
    "e\u0301",
    "e",
    "2026-05-28",
    "2026-05-28T20:26:40Z",
    "2026-05-29T00:00:00+02:00",
    "2026-13-01",
)
NUMBERS = (0, 1, -1, 1.0, 2.5, 10**12)
scalars = st.sampled_from((*WORDS, *NUMBERS, True, False, None))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(("a", "b")), inner, max_size=2)),
    max_leaves=6,
)
properties = st.dictionaries(st.sampled_from(("a", "b", "list")), values, max_size=3)
paths = st.sampled_from(("a", "b", "a.b", "a.a.b", "list[]", "list[].a", "list[].a.b", "a.list[]", "list[].a[]"))
plain = st.sampled_from((*WORDS[:8], *NUMBERS, True, False))


@st.composite
def clauses(draw: st.DrawFn) -> Document:
    """Any clause on a property."""
    op = draw(
        st.sampled_from(
            ("=", "!=", "<", "<=", ">", ">=", "in", "contains", "starts_with", "exists", "before", "after", "within_last", "within_next")
        )
    )
    clause: dict[str, Any] = {"property": draw(paths), "op": op}
    if op == "exists":
        return clause
    if op in ("before", "after"):
        return clause | {"value": draw(st.sampled_from(("2026-05-28", "2026-05-28T20:26:40Z", "2026-06-01T00:00:00+02:00")))}
    if op in ("within_last", "within_next"):
        return clause | {"value": draw(st.sampled_from(("1d", "20h26m40s", "4h")))}
    return clause | {"value": draw(st.lists(plain, min_size=1, max_size=3)) if op == "in" else draw(plain)}


conditions = st.recursive(
    clauses(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda items: {"all": items}),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: {"any": items}),
        inner.map(lambda item: {"not": item}),
    ),
    max_leaves=4,
)


@settings(max_examples=400)
@given(conditions, properties)
def test_the_two_evaluators_agree(condition: Document, given_properties: Document) -> None:
    """True, false and unknown alike."""
    for catalogue in (EMPTY_CATALOGUE, Catalogue()):
        tree, problems = parse_condition(condition, catalogue)
        if tree is None:
            assert problems
            return
        event = Event(1, 1, "Any", NOW, NOW, NOW, properties=given_properties)
        assert property_condition(tree, given_properties, NOW) is fits(condition, event)
