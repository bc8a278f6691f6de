"""Values of imported rows, read as the type they are said to have. Without a type, a value stays what it is."""

import math
import re
from typing import Any, Final

import msgspec

from parcours.app.local_times import WallClock
from parcours.core.terms.instants import format_instant, read_instant

TYPES: Final = ("text", "number", "boolean", "instant", "json")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_BOOLEANS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Unmappable(ValueError):
    """The mapping does not fit the file, or a value does not fit its type. One sentence."""


def read_as(value: Any, type_: str, clock: WallClock) -> Any:
    """The value as text, number, boolean, instant or json; empty text is null except as text. Raises Unmappable."""
    if value is None or (value == "" and type_ != "text"):
        return None
    try:
        match type_:
            case "text":
                return value if isinstance(value, str) else str(value)
            case "number":
                return _number(value)
            case "boolean":
                return value if isinstance(value, bool) else _BOOLEANS[str(value).strip().lower()]
            case "instant":
                return format_instant(read_time(value, clock))
            case _:
                return read_json(value) if isinstance(value, str) else value
    except (KeyError, OverflowError):
        raise Unmappable(f"{str(value)[:40]!r} is no {type_}.") from None


def read_time(value: Any, clock: WallClock) -> int:
    """UTC microseconds of a time; the clock reads one without an offset. Raises Unmappable."""
    written = read_instant(value.strip()) if isinstance(value, str) else None
    if written is None:
        raise Unmappable(f"{str(value)[:40]!r} is no time such as 2026-01-31 09:00 or 2026-01-31T09:00:00Z.")
    return written.utc() if written.offset is not None else clock.instant(written.wall)


def read_json(text: str) -> Any:
    """The value that a JSON text stands for. Raises Unmappable."""
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError) as error:
        raise Unmappable(f"{text[:40]!r} is not JSON: {error}.") from None


def read_id(value: Any) -> Any:
    """An id as it is; spreadsheets keep whole numbers as floats, and an id of theirs is an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _number(value: Any) -> int | float:
    if isinstance(value, int | float):
        return value
    match = _NUMBER.fullmatch(str(value).strip())
    number = 0.0 if match is None else float(match.group())
    if match is None or not math.isfinite(number):
        raise Unmappable(f"{str(value)[:40]!r} is no number such as 1250 or 12.5.")
    return number if match.group(1) or match.group(2) else int(match.group())
