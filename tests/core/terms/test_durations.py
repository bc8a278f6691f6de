"""Durations and instants as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.terms.durations import DAY, HOUR, LONGEST, MILLISECOND, MINUTE, SECOND, format_duration, parse_duration
from parcours.core.terms.instants import format_instant, parse_instant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2d", 2 * DAY),
        ("1h30m", HOUR + 30 * MINUTE),
        ("45s", 45 * SECOND),
        ("500ms", 500 * MILLISECOND),
        ("1w", 7 * DAY),
        ("1w2d3h4m5s6ms", 9 * DAY + 3 * HOUR + 4 * MINUTE + 5 * SECOND + 6 * MILLISECOND),
        ("0s", 0),
    ],
)
def test_durations_are_read(text: str, expected: int) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "2", "d", "2 d", "1m1h", "-1d", "1.5h", "1d1d", "٣d", "2D", "9999999999d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_duration(text)


@pytest.mark.parametrize("duration", [-1_000, 1, 1_500])
def test_a_duration_that_cannot_be_written_is_refused(duration: int) -> None:
    with pytest.raises(ValueError):
        format_duration(duration)


@given(st.integers(0, LONGEST // MILLISECOND))
def test_a_duration_written_and_read_again_is_the_same(milliseconds: int) -> None:
    assert parse_duration(format_duration(milliseconds * MILLISECOND)) == milliseconds * MILLISECOND


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01", 0),
        ("1970-01-02T00:00", DAY),
        ("1970-01-01 01:00:00.25+01:00", 250_000),
        ("1970-01-01T00:00:01,5Z", 1_500_000),
        ("1969-12-31T23:00:00-0100", 0),
        ("1970-01-01T00:00:00.1234567Z", 123_456),
        ("2024-02-29", 1_709_164_800_000_000),
        ("2023-02-29", None),
        ("2023-13-01", None),
        ("20230101", None),
        ("soon", None),
        ("2023-01-01T24:00", None),
        ("", None),
    ],
)
def test_instants_are_read_from_iso_text(text: str, expected: int | None) -> None:
    assert parse_instant(text) == expected


@given(st.integers(-60_000_000_000_000_000, 250_000_000_000_000_000))
def test_an_instant_written_and_read_again_is_the_same(at: int) -> None:
    assert parse_instant(format_instant(at)) == at
