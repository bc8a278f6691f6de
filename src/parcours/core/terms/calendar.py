"""The calendar: wall clocks in zones, next local times, dates of contacts. Compiled; zones are arrays (zones.py).

Every function takes a zone as `transitions`, `offsets` and its rows [start, stop) of them. A wall clock (`local`) is microseconds since
1970-01-01T00:00 on the zone's clocks. A local time that does not exist means the first valid instant after; one that occurs twice, the
first. Days are numbered from 1970-01-01; weekdays from Monday 0.
"""

import numpy as np
from numpy.typing import NDArray

from parcours.core.terms.durations import DAY, HOUR, MINUTE
from parcours.core.terms.events import NEVER
from parcours.core.terms.instants import ABSOLUTE, FORMS, WALL_DATE
from parcours.core.terms.parts import part

Instants = NDArray[np.int64]

WIDEST_OFFSET = 26 * HOUR
NINE = 9 * 60
EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
EVERY_DAY = 0b1111111
ERA = 146_097  # days in 400 years
MARCH_EPOCH = 719_468  # days from 0000-03-01 to 1970-01-01


@part
def zone_row(transitions: Instants, start: int, stop: int, at: int) -> int:
    """The row of the zone in force at an instant: the last transition not after it."""
    low, high = start, stop
    while high - low > 1:
        middle = (low + high) // 2
        if transitions[middle] <= at:
            low = middle
        else:
            high = middle
    return low


@part
def local_of(transitions: Instants, offsets: Instants, start: int, stop: int, at: int) -> int:
    """The wall clock of an instant."""
    return int(at + offsets[zone_row(transitions, start, stop, at)])


@part
def instant_of(transitions: Instants, offsets: Instants, start: int, stop: int, local: int) -> int:
    """The instant of a wall clock: the first of two, the first valid one after a gap."""
    row = zone_row(transitions, start, stop, local - WIDEST_OFFSET)
    while row + 1 < stop and local >= transitions[row + 1] + offsets[row]:
        row += 1
    return int(max(local - offsets[row], transitions[row]))


@part
def next_shift(transitions: Instants, start: int, stop: int, at: int) -> int:
    """The next instant after `at` at which the zone's clocks change; NEVER when they do not."""
    row = zone_row(transitions, start, stop, at) + 1
    return int(transitions[row]) if row < stop else NEVER


@part
def weekday_of(day: int) -> int:
    """The weekday of a day number: Monday is 0."""
    return int((day + EPOCH_WEEKDAY) % 7)


@part
def next_local_time(
    transitions: Instants, offsets: Instants, start: int, stop: int, at: int, minute: int, in_days: int, weekdays: int
) -> int:
    """The first instant at or after `at` with this local minute of the day, at least `in_days` calendar days on, on an allowed weekday.

    `weekdays` has bit 0 for Monday; 0 allows every day.
    """
    day = local_of(transitions, offsets, start, stop, at) // DAY + in_days
    allowed = weekdays & EVERY_DAY
    if allowed == 0:
        allowed = EVERY_DAY
    while True:
        if allowed >> weekday_of(day) & 1:
            due = instant_of(transitions, offsets, start, stop, day * DAY + minute * MINUTE)
            if due >= at:
                return due
        day += 1


@part
def midnight(transitions: Instants, offsets: Instants, start: int, stop: int, at: int, days: int) -> int:
    """The instant at which the local day of `at`, or the day so many days later, begins."""
    day = local_of(transitions, offsets, start, stop, at) // DAY + days
    return instant_of(transitions, offsets, start, stop, day * DAY)


@part
def day_of(year: int, month: int, date: int) -> int:
    """The day number of a date of the Gregorian calendar. Years are counted from March, so that a leap day ends one."""
    year -= month <= 2
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + date - 1
    return int(era * ERA + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - MARCH_EPOCH)


@part
def date_of(day: int) -> tuple[int, int, int]:
    """The (year, month, date) of a day number."""
    day += MARCH_EPOCH
    era = day // ERA
    day_of_era = day - era * ERA
    year = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // (ERA - 1)) // 365
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return int(year + era * 400 + (month <= 2)), int(month), int(day_of_year - (153 * shifted + 2) // 5 + 1)


@part
def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@part
def date_wall(transitions: Instants, offsets: Instants, start: int, stop: int, written: int, minute: int) -> int:
    """The wall clock a written date means in the zone: at `minute` of its day; when that is -1, at its own time, 09:00 for a date alone."""
    form, wall = written % FORMS, written // FORMS
    if form == ABSOLUTE:
        wall = local_of(transitions, offsets, start, stop, wall)
    if minute >= 0:
        return int(wall // DAY * DAY + minute * MINUTE)
    return int(wall + NINE * MINUTE if form == WALL_DATE else wall)


@part
def anniversary(wall: int, year: int) -> int:
    """The same wall clock in another year; 29 February is the 28th in common years."""
    day = wall // DAY
    _, month, date = date_of(day)
    if month == 2 and date == 29 and not is_leap(year):
        date = 28
    return int(day_of(year, month, date) * DAY + wall % DAY)


@part
def date_due(
    transitions: Instants,
    offsets: Instants,
    start: int,
    stop: int,
    written: int,
    shift: int,
    minute: int,
    yearly: int,
    at: int,
) -> int:
    """When a wait for a date ends: the date's instant plus `shift` (a length of time, negative for before).

    `written` is what `instants.write_date` gives; `minute` the local minute of the day, or -1 for the date's own time (09:00 when it has
    none). Yearly, it is the first anniversary that ends the wait at or after `at`; else it may lie in the past.
    """
    if not yearly and minute < 0 and written % FORMS == ABSOLUTE:
        return int(written // FORMS + shift)
    wall = date_wall(transitions, offsets, start, stop, written, minute)
    if not yearly:
        return instant_of(transitions, offsets, start, stop, wall) + shift
    year = date_of(local_of(transitions, offsets, start, stop, at - shift) // DAY)[0] - 1
    while True:
        due = instant_of(transitions, offsets, start, stop, anniversary(wall, year)) + shift
        if due >= at:
            return due
        year += 1
