"""wait: a length of time, a local time of day, or a date of the contact."""

from dataclasses import dataclass
from typing import Any, Final

from parcours.core.journey.layout import DATE, DURATION_WAIT, UNTIL, WAIT
from parcours.core.journey.steps.kind import Lowering, Place, StepKind
from parcours.core.terms.conditions.forms import DAYS
from parcours.core.terms.conditions.values import PATH
from parcours.core.terms.durations import LONGEST, format_duration, parse_duration
from parcours.core.terms.shape_types import ANY, CLOCK, DURATION, FLAG, INTEGER, TEXT, Refused, Type, choice, list_of
from parcours.core.terms.shapes import Field, Shape

NINE: Final = 9 * 60
"""A date without a time means 09:00 in the contact's zone."""


def _read_offset(value: Any) -> int:
    if not isinstance(value, str) or not value:
        raise ValueError
    return -parse_duration(value[1:]) if value.startswith("-") else parse_duration(value)


OFFSET: Final = Type(
    "offset",
    "a duration, with a minus sign for before: -3d, 12h",
    "une durée, précédée de moins pour avant : -3d, 12h",
    {"type": "string", "pattern": r"^-?(?=.)(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$"},
    _read_offset,
    lambda value: "-" + format_duration(-value) if value < 0 else format_duration(value),
    "bad_duration",
)

UNTIL_SHAPE: Final = Shape(
    "until",
    "The next time it is that time where the contact is.",
    "La prochaine fois qu'il est cette heure chez le contact.",
    (
        Field("time", CLOCK, "The local time.", "L'heure locale.", required=True),
        Field(
            "in_days",
            INTEGER,
            "At least so many calendar days later.",
            "Au moins tant de jours plus tard.",
            default=0,
            minimum=0,
            maximum=3650,
        ),
        Field("weekdays", list_of(choice(*DAYS), 7), "Only on these days.", "Ces jours seulement."),
    ),
)
DATE_SHAPE: Final = Shape(
    "date",
    "A date of the contact.",
    "Une date du contact.",
    (
        Field("date", TEXT, "The attribute that holds the date.", "L'attribut qui porte la date.", required=True),
        Field("offset", OFFSET, "So long before (-) or after it.", "Tant de temps avant (-) ou après.", default="0s"),
        Field("time", CLOCK, "At this local time of that day.", "À cette heure locale de ce jour."),
        Field("yearly", FLAG, "Every year anew: the next anniversary.", "Chaque année : le prochain anniversaire.", default=False),
        Field("missing", TEXT, "The step to go to when there is no date.", "L'étape où aller sans date."),
    ),
)
UNTIL_WRAP: Final = Shape(
    "wait", "Until when.", "Jusqu'à quand.", (Field("until", ANY, "A local time.", "Une heure locale.", required=True),)
)


@dataclass(frozen=True, slots=True)
class Duration:
    """`wait: 2d`: microseconds; 2d is 48 hours."""

    length: int


@dataclass(frozen=True, slots=True)
class Until:
    """`wait: {until: {time: "09:00", in_days: 2, weekdays: [mon]}}`: minutes of the day; 0 is Monday, no weekday is every day."""

    time: int
    in_days: int = 0
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Date:
    """`wait: {date: renewal, offset: -3d, time: "10:00", yearly: true, missing: ask}`."""

    path: str
    offset: int = 0
    time: int | None = None
    yearly: bool = False
    missing: str | None = None


def _read_until(document: Any, place: Place) -> Until | None:
    values = place.fields(UNTIL_SHAPE, document)
    if values is None:
        return None
    return Until(values["time"], values["in_days"], tuple(i for i, day in enumerate(DAYS) if day in values.get("weekdays", ())))


def _read_date(document: Any, place: Place) -> Date | None:
    values = place.fields(DATE_SHAPE, document)
    if values is None:
        return None
    if PATH.fullmatch(values["date"]) is None or "[]" in values["date"]:
        en, fr = "write the name of one attribute, as `renewal` or `car.inspection`", "écrivez le nom d'un attribut, comme `renewal`"
        place.report("bad_path", "date", en, fr)
        return None
    dates = place.catalogue.dates
    if dates is not None and not place.catalogue.is_date("Contact Identified", values["date"]):
        en, fr = f"`{values['date']}` is not known to be a date", f"« {values['date']} » n'est pas connu comme une date"
        place.report("not_a_date", "date", en, fr)
        return None
    return Date(values["date"], values["offset"], values.get("time"), values["yearly"], values.get("missing"))


def read(values: dict[str, Any], place: Place) -> Duration | Until | Date | None:
    """The wait, in whichever of its three forms it is written."""
    written, here = values["wait"], place.inside("wait")
    if isinstance(written, dict) and "date" in written:
        return _read_date(written, here)
    if isinstance(written, dict):
        wrapped = here.fields(UNTIL_WRAP, written)
        return None if wrapped is None else _read_until(wrapped["until"], here.inside("until"))
    try:
        length = DURATION.read(written)
    except Refused as refused:
        place.report(refused.code, "wait", f"`wait`: {refused.en}", f"« wait » : {refused.fr}")
        return None
    if not 0 < length <= LONGEST:
        place.report("out_of_range", "wait", "wait for more than no time, or remove the step", "attendez plus que zéro, ou enlevez l'étape")
        return None
    return Duration(length)


def write(body: Duration | Until | Date) -> dict[str, Any]:
    """The wait as it is written."""
    match body:
        case Duration(length):
            return {"wait": format_duration(length)}
        case Until(time, in_days, weekdays):
            until: dict[str, Any] = {"time": CLOCK.write(time)}
            until |= {"in_days": in_days} if in_days else {}
            until |= {"weekdays": [DAYS[day] for day in weekdays]} if weekdays else {}
            return {"wait": {"until": until}}
    date: dict[str, Any] = {"date": body.path}
    date |= {"offset": OFFSET.write(body.offset)} if body.offset else {}
    date |= {"time": CLOCK.write(body.time)} if body.time is not None else {}
    date |= {"yearly": True} if body.yearly else {}
    return {"wait": date | ({"missing": body.missing} if body.missing else {})}


def lower(body: Duration | Until | Date, out: Lowering) -> None:
    """One WAIT row; its first column says which form."""
    match body:
        case Duration(length):
            out.row(WAIT, DURATION_WAIT, length)
        case Until(time, in_days, weekdays):
            out.row(WAIT, UNTIL, time, in_days, sum(1 << day for day in weekdays) or 127)
        case Date():
            time = -1 if body.time is None else body.time
            out.row(WAIT, DATE, out.date(body.path), body.offset, time, int(body.yearly), alt=body.missing)


def sentence(body: Duration | Until | Date, language: str) -> str:
    """What the step does, in one sentence."""
    fr = language == "fr"
    match body:
        case Duration(length):
            return f"Attend {format_duration(length)}." if fr else f"Waits {format_duration(length)}."
        case Until(time):
            return f"Attend {CLOCK.write(time)}, heure locale." if fr else f"Waits until {CLOCK.write(time)}, local time."
    return f"Attend la date « {body.path} »." if fr else f"Waits until the date `{body.path}`."


KIND: Final = StepKind(
    name="wait",
    en="Waits a length of time, until a local time of day, or until a date of the contact.",
    fr="Attend une durée, une heure locale, ou une date du contact.",
    fields=(Field("wait", ANY, "How long, or until when.", "Combien de temps, ou jusqu'à quand.", required=True),),
    read=read,
    write=write,
    lower=lower,
    sentence=sentence,
    targets=lambda body: (("wait.missing", body.missing),) if isinstance(body, Date) and body.missing else (),
    pause=lambda body: body.length if isinstance(body, Duration) else 0,
)
