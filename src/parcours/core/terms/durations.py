"""Durations as people write them: `2d`, `1h30m`, `45s`, `500ms`, `1w`. A day is 24 hours, a week is 7 days."""

import re
from typing import Final

MILLISECOND: Final = 1_000
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY

LONGEST: Final = 36_525 * DAY
"""A hundred years: longer durations are refused, so that adding one to an instant never overflows."""

_UNITS: Final = (("w", WEEK), ("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND), ("ms", MILLISECOND))
_FORM: Final = re.compile("".join(rf"(?:(\d{{1,15}}){unit})?" for unit, _ in _UNITS), re.ASCII)


def parse_duration(text: str) -> int:
    """Microseconds of a duration such as `1h30m`; units in order w d h m s ms, each at most once. Raises ValueError."""
    match = _FORM.fullmatch(text)
    if match is None or not text:
        raise ValueError(f"not a duration: {text!r}")
    total = sum(int(count) * size for count, (_, size) in zip(match.groups(), _UNITS, strict=True) if count)
    if total > LONGEST:
        raise ValueError(f"longer than a hundred years: {text!r}")
    return total


def format_duration(duration: int) -> str:
    """The shortest text that `parse_duration` reads back; whole milliseconds only. Raises ValueError."""
    if duration < 0 or duration % MILLISECOND:
        raise ValueError(f"not a writable duration: {duration} µs")
    if duration and duration % WEEK == 0:
        return f"{duration // WEEK}w"
    text = ""
    for unit, size in _UNITS[1:]:
        count, duration = divmod(duration, size)
        text += f"{count}{unit}" if count else ""
    return text or "0s"
