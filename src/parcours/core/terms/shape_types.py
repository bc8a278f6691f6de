"""The types of value a document may hold: how each is read, written back, and described."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from parcours.core.terms.durations import format_duration, parse_duration
from parcours.core.terms.instants import format_instant, parse_instant

BASIS_POINTS: Final = 10_000
"""A whole, in the unit percentages are kept in: 10 % is 1,000."""


class Refused(Exception):
    """A value that is not of its type; `en` and `fr` say what was expected."""

    def __init__(self, en: str, fr: str, code: str = "wrong_type") -> None:
        super().__init__(en)
        self.en, self.fr, self.code = en, fr, code


@dataclass(frozen=True, slots=True)
class Type:
    """One type of value. `read` turns the written form into the meant one or raises Refused; `write` is its inverse."""

    name: str
    en: str
    fr: str
    schema: Mapping[str, Any]
    accept: Callable[[Any], Any]
    write: Callable[[Any], Any] = lambda value: value
    code: str = "wrong_type"

    def read(self, value: Any) -> Any:
        """The meant value. Raises Refused."""
        try:
            return self.accept(value)
        except (ValueError, TypeError):
            raise Refused(f"write {self.en}", f"écrivez {self.fr}", self.code) from None


def _of(*kinds: type) -> Callable[[Any], Any]:
    def accept(value: Any) -> Any:
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise TypeError
        return value

    return accept


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError
    return value


def _instant(value: Any) -> int:
    at = parse_instant(_text(value))
    if at is None:
        raise ValueError
    return at


def _clock(value: Any) -> int:
    hours, _, minutes = _text(value).partition(":")
    if not (len(hours) == len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit()):
        raise ValueError
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError
    return int(hours) * 60 + int(minutes)


def _percent(value: Any) -> int:
    if not isinstance(value, bool) and value == 0:
        return 0
    if not _text(value).endswith("%"):
        raise ValueError
    whole, _, decimals = value[:-1].strip().partition(".")
    if not (whole + decimals).isascii() or not (whole + decimals).isdigit() or not whole or len(decimals) > 2:
        raise ValueError
    points = int(whole) * 100 + int(decimals.ljust(2, "0"))
    if points > BASIS_POINTS:
        raise ValueError
    return points


def _write_percent(points: int) -> str:
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%" if rest else f"{whole}%"


TEXT: Final = Type("text", "some text", "un texte", {"type": "string", "minLength": 1}, _text)
INTEGER: Final = Type("integer", "a whole number", "un nombre entier", {"type": "integer"}, _of(int))
NUMBER: Final = Type("number", "a number", "un nombre", {"type": "number"}, _number)
FLAG: Final = Type("flag", "true or false", "true ou false", {"type": "boolean"}, _of(bool))
OBJECT: Final = Type("object", "fields, as `key: value`", "des champs, sous la forme `clé: valeur`", {"type": "object"}, _of(dict))
LIST: Final = Type("list", "a list", "une liste", {"type": "array"}, _of(list))
ANY: Final = Type("any", "a value", "une valeur", {}, lambda value: value)
DURATION: Final = Type(
    "duration",
    "a duration such as 45s, 1h30m, 2d or 1w",
    "une durée comme 45s, 1h30m, 2d ou 1w",
    {"type": "string", "pattern": r"^(?=.)(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$"},
    lambda value: parse_duration(_text(value)),
    format_duration,
    "bad_duration",
)
INSTANT: Final = Type(
    "instant",
    'a date such as "2026-01-31" or "2026-01-31T09:00:00Z"',
    'une date comme "2026-01-31" ou "2026-01-31T09:00:00Z"',
    {"type": "string", "format": "date-time"},
    _instant,
    format_instant,
    "bad_date",
)
CLOCK: Final = Type(
    "clock",
    'a time of day such as "09:00"',
    'une heure comme "09:00"',
    {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
    _clock,
    lambda minutes: f"{minutes // 60:02d}:{minutes % 60:02d}",
    "bad_time",
)
PERCENT: Final = Type(
    "percent",
    "a percentage such as 10% or 2.5%",
    "un pourcentage comme 10% ou 2.5%",
    {"anyOf": [{"type": "string", "pattern": r"^\d{1,3}(\.\d{1,2})?\s*%$"}, {"const": 0}]},
    _percent,
    _write_percent,
    "bad_percentage",
)


def choice(*words: str) -> Type:
    """A type of which the only values are these words."""

    def accept(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError
        return value

    listed = ", ".join(words)
    return Type("choice", f"one of {listed}", f"l'un de {listed}", {"enum": list(words)}, accept, code="unknown_word")


def list_of(item: Type, most: int = 1_000) -> Type:
    """A list of at least one and at most `most` values of one type; read as a tuple."""

    def accept(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not 0 < len(value) <= most:
            raise ValueError
        return tuple(item.accept(each) for each in value)

    def write(values: tuple[Any, ...]) -> list[Any]:
        return [item.write(each) for each in values]

    schema = {"type": "array", "minItems": 1, "maxItems": most, "items": dict(item.schema)}
    en, fr = f"a list with at least one item, each {item.en}", f"une liste d'au moins un élément, chacun {item.fr}"
    return Type("list", en, fr, schema, accept, write)
