"""Filters of Parcours: money and dates in the reader's language and zone, and stripping tags in linear time."""

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from liquid import RenderContext, Undefined
from liquid.exceptions import FilterArgumentError
from liquid.filter import with_context

NO_DECIMALS: Final = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"})
THREE_DECIMALS: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
SIGNS: Final = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "INR": "₹"}
NARROW_SPACE: Final = "\u202f"
NO_BREAK_SPACE: Final = "\u00a0"

DAYS: Final = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
SHORT_DAYS: Final = {"en": tuple(day[:3] for day in DAYS["en"]), "fr": tuple(day[:3] + "." for day in DAYS["fr"])}
MONTHS: Final = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
}
SHORT_MONTHS: Final = {
    "en": tuple(month[:3] for month in MONTHS["en"]),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
}
SHORTHANDS: Final = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y"}
NUMBERS: Final = {"d", "m", "H", "I", "M", "S", "j", "e", "k", "l"}


def _language(context: RenderContext) -> str:
    return "fr" if context.resolve("language", default="en") == "fr" else "en"


def _decimal(value: object, what: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise FilterArgumentError(f"{what} needs a number", token=None)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise FilterArgumentError(f"{what} needs a number", token=None) from None
    if not number.is_finite() or abs(number) > Decimal(10) ** 15:
        raise FilterArgumentError(f"{what} needs a number below 1e15", token=None)
    return number


@with_context
def money(value: object, currency: object = None, *, context: RenderContext) -> str:
    """An amount in the reader's language: `{{ 1234.5 | money: "EUR" }}` is 1 234,50 € in French, €1,234.50 in English.

    Without a currency, the workspace's own (else EUR). Nothing stays nothing.
    """
    if value is None or isinstance(value, Undefined):
        return ""
    code = currency if isinstance(currency, str) and currency else _workspace_currency(context)
    code = code.upper()
    decimals = 0 if code in NO_DECIMALS else 3 if code in THREE_DECIMALS else 2
    number = _decimal(value, "money")
    text = f"{abs(number):,.{decimals}f}"
    minus = "-" if number < 0 and text.strip("0.,") else ""
    sign = SIGNS.get(code, code)
    if _language(context) == "fr":
        return minus + text.replace(",", NARROW_SPACE).replace(".", ",") + NO_BREAK_SPACE + sign
    return f"{minus}{sign}{text}" if code in SIGNS else f"{minus}{sign}{NO_BREAK_SPACE}{text}"


def _workspace_currency(context: RenderContext) -> str:
    workspace = context.resolve("workspace", default={})
    currency = workspace.get("currency") if isinstance(workspace, dict) else None
    return currency if isinstance(currency, str) and currency else "EUR"


@with_context
def date(value: object, form: object = "%d/%m/%Y", *, context: RenderContext) -> str:
    """A date or an instant in the reader's zone and language: `{{ event.at | date: "%A %-d %B" }}`.

    `value` is an ISO text, seconds since 1970, or "now" (the workspace's clock). A date without time is not moved between zones.
    What is no date stays as it is, as in Liquid.
    """
    if value is None or isinstance(value, Undefined) or value == "":
        return ""
    moment = _moment(value, _zone(context), context)
    return str(value) if moment is None else _format(moment, str(form), _language(context))


def _zone(context: RenderContext) -> dt.tzinfo:
    try:
        return ZoneInfo(str(context.resolve("zone", default="UTC")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return dt.UTC


def _moment(value: object, zone: dt.tzinfo, context: RenderContext) -> dt.datetime | None:
    if value in {"now", "today"}:
        value = context.resolve("now", default="1970-01-01T00:00:00Z")
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return dt.datetime.fromtimestamp(value, zone)
        if not isinstance(value, str):
            return None
        if value.isdigit() and len(value) != 8:
            return dt.datetime.fromtimestamp(int(value[:15]), zone)
        read = dt.datetime.fromisoformat(value.strip())
        return read.astimezone(zone) if read.tzinfo else read.replace(tzinfo=zone)
    except (ValueError, OverflowError, OSError):
        return None


def _format(moment: dt.datetime, form: str, language: str) -> str:
    """strftime with names in the reader's language, and only codes whose length is known."""
    written: list[str] = []
    position = 0
    while position < len(form):
        character = form[position]
        position += 1
        if character != "%" or position >= len(form):
            written.append(character)
            continue
        bare = form[position] == "-"
        position += bare
        code = form[position : position + 1]
        position += 1
        text = _format(moment, SHORTHANDS[code], language) if code in SHORTHANDS else _code(moment, code, language)
        written.append((text.lstrip("0 ") or "0") if bare and code in NUMBERS else text)
    return "".join(written)


def _code(moment: dt.datetime, code: str, language: str) -> str:
    hour = moment.hour % 12 or 12
    table: dict[str, Any] = {
        "a": SHORT_DAYS[language][moment.weekday()],
        "A": DAYS[language][moment.weekday()],
        "b": SHORT_MONTHS[language][moment.month - 1],
        "h": SHORT_MONTHS[language][moment.month - 1],
        "B": MONTHS[language][moment.month - 1],
        "d": f"{moment.day:02}",
        "e": f"{moment.day:2}",
        "H": f"{moment.hour:02}",
        "I": f"{hour:02}",
        "j": f"{moment.timetuple().tm_yday:03}",
        "k": f"{moment.hour:2}",
        "l": f"{hour:2}",
        "L": f"{moment.microsecond // 1000:03}",
        "m": f"{moment.month:02}",
        "M": f"{moment.minute:02}",
        "N": f"{moment.microsecond:06}000",
        "p": "AM" if moment.hour < 12 else "PM",
        "P": "am" if moment.hour < 12 else "pm",
        "s": str(int(moment.timestamp())),
        "S": f"{moment.second:02}",
        "u": str(moment.isoweekday()),
        "w": str(moment.isoweekday() % 7),
        "y": f"{moment.year % 100:02}",
        "Y": str(moment.year),
        "z": moment.strftime("%z"),
        "Z": moment.strftime("%Z"),
        "%": "%",
    }
    if code not in table:
        raise FilterArgumentError(f"date does not know the code %{code[:1]}", token=None)
    return str(table[code])


MAX_INNER: Final = 4_096
"""A script, style or comment longer than this loses its tags only: looking further would cost time in the square of the text."""


def strip_html(value: object) -> str:
    """Text without tags, comments, scripts and styles; one pass, whatever the text."""
    text = "" if value is None else str(value)
    kept: list[str] = []
    position = 0
    while (start := text.find("<", position)) >= 0:
        kept.append(text[position:start])
        end = _end_of_tag(text, start)
        if end < 0:
            kept.append(text[start:])
            return "".join(kept)
        position = end
    kept.append(text[position:])
    return "".join(kept)


def _end_of_tag(text: str, start: int) -> int:
    """Where the tag at `start` ends (with its content for script, style and comments), -1 when it never does."""
    window = text[start : start + MAX_INNER].lower()
    for begin, finish in (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->")):
        if window.startswith(begin) and (end := window.find(finish)) >= 0:
            return start + end + len(finish)
    end = text.find(">", start)
    return end + 1 if end >= 0 else -1
