"""The calendar: the examples of its rules by name, and equality with the standard library's zones."""

from datetime import UTC, datetime, timedelta
from datetime import date as calendar_date
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.app.zones import build_zone, rules
from parcours.core.terms import calendar
from parcours.core.terms.durations import DAY, HOUR, MINUTE
from parcours.core.terms.events import NEVER
from parcours.core.terms.instants import EPOCH, MICROSECOND, format_instant, parse_instant, write_date
from parcours.core.terms.zones import UTC_ZONE, Zone, ZoneTable, fixed_zone, zone_table

NAMES = (
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Africa/Casablanca",
)


@cache
def table() -> ZoneTable:
    return zone_table([UTC_ZONE, *(build_zone(name) for name in NAMES)])


def of(name: str) -> tuple[np.ndarray, np.ndarray, int, int]:
    zone = table().index(name)
    return table().transitions, table().offsets, int(table().starts[zone]), int(table().starts[zone + 1])


def at(text: str) -> int:
    found = parse_instant(text)
    assert found is not None
    return found


def wall(when: datetime) -> int:
    return (when.replace(tzinfo=UTC) - EPOCH) // MICROSECOND


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("Europe/Paris", "2026-03-29T02:30", "2026-03-29T01:00:00Z"),  # no such time: the first valid instant after
        ("Europe/Paris", "2026-03-29T03:00", "2026-03-29T01:00:00Z"),
        ("Europe/Paris", "2026-10-25T02:30", "2026-10-25T00:30:00Z"),  # twice: the first
        ("Europe/Paris", "2026-10-25T03:00", "2026-10-25T02:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30:00Z"),  # half an hour is missing
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00:00Z"),  # a whole day is missing
        ("UTC", "2026-01-01T00:00", "2026-01-01T00:00:00Z"),
    ],
)
def test_a_local_time_that_is_missing_or_comes_twice(zone: str, local: str, expected: str) -> None:
    assert format_instant(calendar.instant_of(*of(zone), at(local))) == expected


@given(st.sampled_from(NAMES), st.datetimes(datetime(1975, 1, 1), datetime(2070, 1, 1)))
def test_clocks_equal_the_standard_library_s(name: str, when: datetime) -> None:
    zone, instant = rules(name), wall(when)
    local = (EPOCH + instant * MICROSECOND).astimezone(zone).replace(tzinfo=None)
    assert calendar.local_of(*of(name), instant) == wall(local)
    found = calendar.instant_of(*of(name), instant)
    first = when.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == when:
        assert found == (first - EPOCH) // MICROSECOND
    else:
        transitions, _, low, high = of(name)
        assert found in transitions[low:high]
        assert calendar.local_of(*of(name), found) > instant > calendar.local_of(*of(name), found - 1)


@pytest.mark.parametrize(
    ("now", "minute", "in_days", "weekdays", "expected"),
    [
        ("2026-01-05T08:00+01:00", 540, 0, 0, "2026-01-05T09:00+01:00"),
        ("2026-01-05T09:00+01:00", 540, 0, 0, "2026-01-05T09:00+01:00"),  # nine o'clock at nine o'clock
        ("2026-01-05T09:01+01:00", 540, 0, 0, "2026-01-06T09:00+01:00"),
        ("2026-03-28T10:00+01:00", 540, 2, 0, "2026-03-30T09:00+02:00"),  # calendar days, across the change of clocks
        ("2026-01-05T10:00+01:00", 540, 0, 0b0100000, "2026-01-10T09:00+01:00"),  # a Saturday
        ("2026-01-05T10:00+01:00", 540, 0, 0b0000001, "2026-01-12T09:00+01:00"),  # this Monday's nine has passed
        ("2026-03-28T12:00+01:00", 150, 1, 0, "2026-03-29T03:00+02:00"),  # half past two does not exist
        ("2026-10-25T02:30:00.000001+02:00", 150, 0, 0, "2026-10-26T02:30+01:00"),  # the second half past two does not count
    ],
)
def test_the_next_local_time(now: str, minute: int, in_days: int, weekdays: int, expected: str) -> None:
    due = calendar.next_local_time(*of("Europe/Paris"), at(now), minute, in_days, weekdays)
    assert format_instant(due) == format_instant(at(expected))


@given(
    st.sampled_from(NAMES),
    st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)),
    st.integers(0, 1439),
    st.integers(0, 9),
    st.integers(0, 127),
)
def test_the_next_local_time_is_the_first_that_fits(name: str, when: datetime, minute: int, in_days: int, weekdays: int) -> None:
    now = wall(when)
    due = calendar.next_local_time(*of(name), now, minute, in_days, weekdays)
    today = calendar.local_of(*of(name), now) // DAY
    days = [day for day in range(today + in_days, today + in_days + 20) if weekdays == 0 or weekdays >> (day + 3) % 7 & 1]
    assert due == next(due for day in days if (due := calendar.instant_of(*of(name), day * DAY + minute * MINUTE)) >= now)


@pytest.mark.parametrize(
    ("date", "shift", "minute", "yearly", "now", "expected"),
    [
        ("2026-07-14", 0, -1, 0, "2026-01-01", "2026-07-14T09:00+02:00"),  # a date alone is nine o'clock there
        ("2026-07-14T18:00", 0, -1, 0, "2026-01-01", "2026-07-14T18:00+02:00"),
        ("2026-07-14T18:00Z", 0, -1, 0, "2026-01-01", "2026-07-14T18:00Z"),
        ("2026-07-14T23:30Z", 0, 600, 0, "2026-01-01", "2026-07-15T10:00+02:00"),  # it is the 15th in Paris
        ("2026-07-14", -2 * DAY, -1, 0, "2026-01-01", "2026-07-12T09:00+02:00"),
        ("2026-03-29", -2 * DAY, -1, 0, "2026-01-01", "2026-03-27T08:00+01:00"),  # two days are 48 hours
        ("2020-07-14", 0, -1, 0, "2026-01-01", "2020-07-14T09:00+02:00"),  # past: the caller goes on at once
        ("2020-07-14", 0, -1, 1, "2026-01-01", "2026-07-14T09:00+02:00"),
        ("2020-07-14", 0, -1, 1, "2026-07-14T09:00:00.000001+02:00", "2027-07-14T09:00+02:00"),
        ("2024-02-29", 0, -1, 1, "2025-01-01", "2025-02-28T09:00+01:00"),  # 29 February in a common year
        ("2024-02-29", 0, -1, 1, "2027-06-01", "2028-02-29T09:00+01:00"),
        ("2000-12-31", 30 * DAY, -1, 1, "2026-01-15", "2026-01-30T09:00+01:00"),  # last year's date, thirty days later
        ("2000-01-01", -30 * DAY, 540, 1, "2026-12-10", "2027-12-02T09:00+01:00"),
    ],
)
def test_a_date_of_a_contact(date: str, shift: int, minute: int, yearly: int, now: str, expected: str) -> None:
    written = write_date(date)
    assert written is not None
    assert format_instant(calendar.date_due(*of("Europe/Paris"), written, shift, minute, yearly, at(now))) == format_instant(at(expected))


@given(st.dates())
def test_day_numbers_are_the_gregorian_calendar_s(date: calendar_date) -> None:
    number = calendar.day_of(date.year, date.month, date.day)
    assert number == date.toordinal() - 719_163
    assert calendar.date_of(number) == (date.year, date.month, date.day)
    assert calendar.weekday_of(number) == date.weekday()


def test_midnights_and_shifts() -> None:
    assert format_instant(calendar.midnight(*of("Europe/Paris"), at("2026-03-29T12:00Z"), 1)) == "2026-03-29T22:00:00Z"
    transitions, _, low, high = of("Europe/Paris")
    assert format_instant(calendar.next_shift(transitions, low, high, at("2026-01-01"))) == "2026-03-29T01:00:00Z"
    assert calendar.next_shift(transitions, 0, 1, at("2026-01-01")) == NEVER


def test_a_table_knows_its_zones_and_refuses_what_is_none() -> None:
    assert [table().index(name) for name in ("UTC", "Europe/Paris", "Nowhere", None)] == [0, 1, 0, 0]
    assert zone_table([UTC_ZONE]).key != zone_table([fixed_zone("UTC", HOUR)]).key
    with pytest.raises(ValueError):
        zone_table([])
    with pytest.raises(ValueError):
        zone_table([Zone("late", np.array([0]), np.array([0]))])
    with pytest.raises(ValueError):
        zone_table([Zone("twice", np.array([-NEVER, 0, 0]), np.array([0, 1, 2]))])


def test_a_planted_fault_is_seen() -> None:
    """Adding 24 hours is not the same as a day later at the same local time."""
    now = at("2026-03-28T09:00+01:00")
    assert calendar.next_local_time(*of("Europe/Paris"), now, 540, 1, 0) != now + timedelta(days=1) // MICROSECOND
