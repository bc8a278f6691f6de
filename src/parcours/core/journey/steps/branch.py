"""branch: the first case that holds."""

from dataclasses import dataclass
from typing import Any, Final

from parcours.core.journey.layout import TEST
from parcours.core.journey.steps.kind import Lowering, Place, StepKind
from parcours.core.terms.conditions.render import render_condition
from parcours.core.terms.conditions.tree import Condition
from parcours.core.terms.shape_types import ANY, TEXT, list_of
from parcours.core.terms.shapes import Field, Shape

MOST_CASES: Final = 50
CASE: Final = Shape(
    "case",
    "One case.",
    "Un cas.",
    (
        Field("if", ANY, "The condition.", "La condition.", required=True),
        Field("then", TEXT, "The step to go to.", "L'étape où aller.", required=True),
    ),
)


@dataclass(frozen=True, slots=True)
class Branch:
    """`branch: [{if: {stage: customer}, then: thanks}]`, `else: last_word` (None: the next step). Unknown takes `else`."""

    cases: tuple[tuple[Condition, str], ...]
    otherwise: str | None = None


def read(values: dict[str, Any], place: Place) -> Branch | None:
    """The cases, in order, and the other edge."""
    cases = []
    for index, written in enumerate(values["branch"]):
        here = place.inside("branch").inside(index)
        fields = here.fields(CASE, written)
        condition = None if fields is None else here.condition(fields["if"], "if")
        if fields is not None and condition is not None:
            cases.append((condition, fields["then"]))
    return Branch(tuple(cases), values.get("else")) if len(cases) == len(values["branch"]) else None


def write(body: Branch) -> dict[str, Any]:
    """The step as it is written."""
    document: dict[str, Any] = {"branch": [{"if": render_condition(condition), "then": then} for condition, then in body.cases]}
    return document | ({"else": body.otherwise} if body.otherwise else {})


def lower(body: Branch, out: Lowering) -> None:
    """One TEST row over one branch row per case; its other edge is `else`."""
    first, count = out.branches([(out.code(condition), 0, then) for condition, then in body.cases])
    out.row(TEST, first, count, alt=body.otherwise)


def sentence(body: Branch, language: str) -> str:
    """What the step does, in one sentence."""
    count = len(body.cases) + 1
    return f"Choisit l'un de {count} chemins." if language == "fr" else f"Takes one of {count} ways."


KIND: Final = StepKind(
    name="branch",
    en="Takes the first case whose condition holds; else, or when something is unknown, the other way.",
    fr="Prend le premier cas dont la condition est vraie ; sinon, ou si une donnée manque, l'autre chemin.",
    fields=(
        Field("branch", list_of(ANY, MOST_CASES), "The cases, in order.", "Les cas, dans l'ordre.", required=True),
        Field("else", TEXT, "The step to go to when no case holds.", "L'étape où aller quand aucun cas n'est vrai."),
    ),
    read=read,
    write=write,
    lower=lower,
    sentence=sentence,
    targets=lambda body: (
        *((f"branch[{index}].then", then) for index, (_, then) in enumerate(body.cases)),
        *((("else", body.otherwise),) if body.otherwise else ()),
    ),
    conditions=lambda body: tuple(condition for condition, _ in body.cases),
    goes_on=lambda body: body.otherwise is None,
)
