"""Instants as text: the ISO 8601 forms that Parcours reads, and the one it writes."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from parcours.core.terms.durations import MINUTE

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
_ISO: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?", re.ASCII
)
FIRST: Final = (datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
LAST: Final = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
"""The first and the last instant that can be written."""
EARLIEST: Final = FIRST + 366 * 86_400_000_000
"""The earliest instant of an event: every zone's clock can still be written then."""


@dataclass(frozen=True, slots=True)
class WrittenInstant:
    """What an ISO text says: the wall clock in microseconds, its offset from UTC in microseconds if any, and whether it names a time."""

    wall: int
    offset: int | None
    has_time: bool

    def utc(self) -> int:
        """The instant in UTC microseconds; a text without an offset is read as UTC."""
        return self.wall - (self.offset or 0)


def _offset(text: str | None) -> int | None:
    if text is None:
        return None
    if text in "Zz":
        return 0
    digits = text[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return (-minutes if text[0] == "-" else minutes) * MINUTE


def read_instant(text: str) -> WrittenInstant | None:
    """Reads `2026-01-31`, `2026-01-31T09:00`, `2026-01-31 09:00:05.25+02:00`; None when the text is no such instant."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micro, tzinfo=UTC)
    except ValueError:
        return None
    return WrittenInstant((moment - EPOCH) // MICROSECOND, _offset(offset), hour is not None)


def parse_instant(text: str) -> int | None:
    """UTC microseconds of an ISO text (a date is its midnight, no offset is UTC); None for no such text, or outside the years 1 to 9999."""
    written = read_instant(text)
    return None if written is None or not FIRST <= written.utc() <= LAST else written.utc()


ABSOLUTE: Final = 0  # an instant: the text has an offset
WALL: Final = 1  # a wall clock: a date and time without offset
WALL_DATE: Final = 2  # a date alone
FORMS: Final = 4


def write_date(text: str) -> int | None:
    """A date as one int64 that keeps how it was written: microseconds x FORMS + form (ABSOLUTE, WALL, WALL_DATE); None when it is none."""
    written = read_instant(text)
    if written is None:
        return None
    if written.offset is not None:
        return written.utc() * FORMS + ABSOLUTE
    return written.wall * FORMS + (WALL if written.has_time else WALL_DATE)


def format_instant(at: int) -> str:
    """`2026-01-31T09:00:00Z`, with a fraction only when there is one. Raises OverflowError outside the years 1 to 9999."""
    text = (EPOCH + at * MICROSECOND).isoformat()
    return text.replace("+00:00", "Z")
