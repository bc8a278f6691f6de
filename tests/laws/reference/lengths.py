"""Lengths of time and local clocks: `1h30m`, zones of the system's own tz data."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

UNITS = {"ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000, "w": 604_800_000_000}
DAY = UNITS["d"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(length: str) -> int:
    """`2d` is 48 hours."""
    sign = -1 if length.startswith("-") else 1
    return sign * sum(int(count) * UNITS[unit] for count, unit in re.findall(r"(\d+)(ms|[smhdw])", length))


@lru_cache(None)
def known_zone(name: str) -> bool:
    """Whether the tz data has this zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def local(zone: str, at: int) -> datetime:
    """The wall clock (naive) at an instant."""
    return (EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def micros(moment: datetime) -> int:
    """UTC microseconds of an aware moment."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def instant(zone: str, wall: datetime) -> int:
    """The instant of a wall clock: the first of two; the first valid instant after a gap."""
    first = wall.replace(tzinfo=ZoneInfo(zone), fold=0)
    if first.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall:
        return micros(first)
    low, high = micros(first) - DAY, micros(first) + DAY
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if local(zone, middle) < wall else (low, middle)
    return high


def minute_of_day(zone: str, at: int) -> int:
    """Minutes since local midnight, as the wall clock shows them."""
    wall = local(zone, at)
    return wall.hour * 60 + wall.minute


def midnight(zone: str, at: int, days: int = 0) -> int:
    """The instant at which the local day of `at` begins, or a later one's."""
    return instant(zone, datetime.combine(local(zone, at).date() + timedelta(days=days), time()))


def on_day(zone: str, at: int, minutes: int) -> int:
    """The instant of this local time on the local day of `at`."""
    return instant(zone, datetime.combine(local(zone, at).date(), time(minutes // 60, minutes % 60)))


def offset(zone: str, at: int) -> timedelta | None:
    """How far the zone is ahead of UTC at an instant."""
    return (EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone)).utcoffset()


def next_shift(zone: str, at: int, days: int = 4) -> int | None:
    """The first instant after `at`, within some days, at which the clocks change."""
    for low in range(at, at + days * DAY, DAY // 24):
        high = low + DAY // 24
        if offset(zone, low) != offset(zone, high):
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(zone, middle) == offset(zone, low) else (low, middle)
            return high
    return None


def next_clock(zone: str, at: int, minutes: int, in_days: int = 0, weekdays: tuple[int, ...] = ()) -> int:
    """The first instant at or after `at` with this local time, at least `in_days` calendar days on, on an allowed weekday."""
    day: date = local(zone, at).date() + timedelta(days=in_days)
    while True:
        due = instant(zone, datetime.combine(day, time(minutes // 60, minutes % 60)))
        if due >= at and (not weekdays or day.weekday() in weekdays):
            return due
        day += timedelta(days=1)


def read_date(value: object) -> datetime | None:
    """An ISO text as a moment, naive when it is local; a date without a time means 09:00 local; None when it is no date."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if len(value) > 10 else datetime.combine(moment.date(), time(9))


def date_instant(zone: str, date: datetime, year: int | None = None) -> int:
    """The instant a date stands for, in its own year or another; 29 February is the 28th in common years."""
    if year is None:
        return micros(date) if date.tzinfo else instant(zone, date)
    wall = local(zone, micros(date)) if date.tzinfo else date
    leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    return instant(zone, wall.replace(year=year, day=28 if (wall.month, wall.day) == (2, 29) and not leap else wall.day))
