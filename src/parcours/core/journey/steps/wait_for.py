"""wait_for: until something happens or becomes true, at most so long."""

from dataclasses import dataclass
from typing import Any, Final

from parcours.core.journey.layout import WAIT_FOR
from parcours.core.journey.steps.kind import Lowering, Place, StepKind, atoms
from parcours.core.terms.conditions.render import render_condition
from parcours.core.terms.conditions.tree import Condition, Done, Property
from parcours.core.terms.durations import LONGEST, format_duration
from parcours.core.terms.shape_types import ANY, DURATION, TEXT
from parcours.core.terms.shapes import Field

MOST_EVENTS: Final = 100
"""An event atom of a wait_for looks for at most so many events."""


@dataclass(frozen=True, slots=True)
class WaitFor:
    """`wait_for: {any: [{clicked: reminder}, {event: Product Viewed}]}`, `timeout: 2d`, `then: done` (None: the next step)."""

    condition: Condition
    timeout: int
    then: str | None = None


def _misfit(atom: Condition) -> tuple[str, str, str] | None:
    if isinstance(atom, Property):
        return "not_here", "there is no event at hand here", "il n'y a pas d'événement en cours ici"
    if isinstance(atom, Done) and (atom.sum_path is not None or atom.at_most is not None or (atom.at_least or 1) > MOST_EVENTS):
        return (
            "not_here",
            f"an event is awaited at least so many times, {MOST_EVENTS} at most: test sums and limits in a branch",
            f"on attend un événement au moins tant de fois, {MOST_EVENTS} au plus : testez sommes et limites dans une branche",
        )
    return None


def read(values: dict[str, Any], place: Place) -> WaitFor | None:
    """The condition, its timeout and where it leads."""
    condition = place.condition(values["wait_for"], "wait_for")
    if condition is None:
        return None
    wrong = [misfit for atom in atoms(condition) if (misfit := _misfit(atom)) is not None]
    for code, en, fr in wrong:
        place.report(code, "wait_for", en, fr)
    return None if wrong else WaitFor(condition, values["timeout"], values.get("then"))


def write(body: WaitFor) -> dict[str, Any]:
    """The step as it is written."""
    document = {"wait_for": render_condition(body.condition), "timeout": format_duration(body.timeout)}
    return document | ({"then": body.then} if body.then else {})


def lower(body: WaitFor, out: Lowering) -> None:
    """One WAIT_FOR row: the condition's code and the timeout; its other edge is `then`."""
    out.row(WAIT_FOR, out.code(body.condition, events_from_start=True), body.timeout, alt=body.then)


def sentence(body: WaitFor, language: str) -> str:
    """What the step does, in one sentence."""
    longest = format_duration(body.timeout)
    return f"Attend que cela arrive, {longest} au plus." if language == "fr" else f"Waits for it to happen, at most {longest}."


KIND: Final = StepKind(
    name="wait_for",
    en="Waits until an event, a reaction or a state, at most until the timeout; goes to `then` when it comes, else to the next step.",
    fr="Attend un événement, une réaction ou un état, au plus jusqu'au délai ; va à `then` s'il vient, sinon à l'étape suivante.",
    fields=(
        Field("wait_for", ANY, "The condition.", "La condition.", required=True),
        Field("timeout", DURATION, "How long at most.", "Combien de temps au plus.", required=True, minimum=1_000, maximum=LONGEST),
        Field("then", TEXT, "The step to go to when it comes.", "L'étape où aller quand il vient."),
    ),
    read=read,
    write=write,
    lower=lower,
    sentence=sentence,
    targets=lambda body: (("then", body.then),) if body.then else (),
    conditions=lambda body: (body.condition,),
)
