"""Texts and documents in the form that databases keep."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.terms.keepable import keep, told
from parcours.store.texts import from_json, to_json

ANY_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from("\x00\x1a\ud800\udfff0a"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=10,
)


@settings(deadline=None)
@given(ANY_TEXT)
def test_any_text_is_kept_without_loss_as_valid_utf_8_without_nul(text: str) -> None:
    kept = keep(text)
    assert told(kept) == text
    assert "\x00" not in kept
    kept.encode()


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_different_texts_are_kept_apart(one: str, other: str) -> None:
    assert (keep(one) == keep(other)) == (one == other)


@settings(deadline=None)
@given(JSON)
def test_any_json_value_comes_back(value: object) -> None:
    text = to_json(value)
    assert "\x00" not in text
    text.encode()
    assert from_json(text) == value


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError):
        to_json({"a": object()})


def test_numbers_that_are_not_finite_become_null() -> None:
    assert from_json(to_json([float("nan"), float("inf")])) == [None, None]
