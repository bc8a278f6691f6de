"""Caps and quiet hours of a workspace, as values and as the documents of its settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from parcours.core.terms.conditions.forms import CHANNELS
from parcours.core.terms.durations import DAY
from parcours.core.terms.problems import Problem
from parcours.core.terms.shape_types import CLOCK, DURATION, INTEGER, TEXT, choice
from parcours.core.terms.shapes import Field, Shape, check

LONGEST_WINDOW: Final = 31 * DAY
"""The ledger of counted messages goes back so far."""

CAP: Final = Shape(
    "cap",
    "How many messages a person gets at most.",
    "Combien de messages une personne reçoit au plus.",
    (
        Field("most", INTEGER, "So many.", "Tant.", required=True, minimum=0, maximum=1_000),
        Field("within", DURATION, "In any stretch of so long.", "Sur toute durée de tant.", minimum=1_000, maximum=LONGEST_WINDOW),
        Field("per", choice("day"), "In each day of the person's zone.", "Par jour, à l'heure de la personne."),
        Field("channel", choice(*CHANNELS), "On this channel only.", "Sur ce canal seulement."),
        Field("topic", TEXT, "About this topic only.", "Sur ce sujet seulement."),
    ),
)
QUIET: Final = Shape(
    "quiet_hours",
    "When marketing waits, in the person's zone.",
    "Quand le marketing attend, à l'heure de la personne.",
    (
        Field("from", CLOCK, "From this time.", "À partir de cette heure.", required=True),
        Field("to", CLOCK, "To this time, excluded.", "Jusqu'à cette heure, exclue.", required=True),
    ),
)


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` messages in `within` microseconds, or (None) in a day of the contact's zone; on one channel, one topic, or all."""

    most: int
    within: int | None = None
    channel: str | None = None
    topic: str | None = None


Quiet = tuple[int, int]
"""First minute of the day, first minute after; over midnight when the first is the later."""
QUIET_NIGHT: Final[Quiet] = (21 * 60, 8 * 60)


def parse_cap(document: Any, path: str = "") -> tuple[Cap | None, list[Problem]]:
    """A cap from `{most: 3, within: 7d, channel: email}` or `{most: 1, per: day}`."""
    values, problems = check(CAP, document, path)
    if not problems and ("within" in values) == ("per" in values):
        problems.append(Problem("missing_key", path, "write one of `within`, `per`", "écrivez l'un de « within », « per »"))
    if problems:
        return None, problems
    return Cap(values["most"], values.get("within"), values.get("channel"), values.get("topic")), []


def read_caps(caps: Sequence[Cap | Mapping[str, Any]]) -> tuple[Cap, ...]:
    """Caps as values. Raises ValueError for a document with problems."""
    read = []
    for each in caps:
        cap, problems = (each, []) if isinstance(each, Cap) else parse_cap(each)
        if cap is None:
            raise ValueError(f"caps: {problems[0].path}: {problems[0].en}")
        read.append(cap)
    return tuple(read)


def read_quiet(quiet: Quiet | Mapping[str, Any] | None) -> Quiet | None:
    """Quiet hours as minutes; None, or two equal times, for none. Raises ValueError for a document with problems."""
    if quiet is None:
        return None
    if isinstance(quiet, Mapping):
        values, problems = check(QUIET, quiet)
        if problems:
            raise ValueError(f"quiet_hours: {problems[0].path}: {problems[0].en}")
        quiet = (values["from"], values["to"])
    return None if quiet[0] == quiet[1] else quiet
