"""done: an end that can be pointed at."""

from typing import Any, Final

from parcours.core.journey.layout import JUMP
from parcours.core.journey.steps.kind import Lowering, Place, StepKind
from parcours.core.terms.shape_types import FLAG
from parcours.core.terms.shapes import Field


def read(values: dict[str, Any], place: Place) -> bool | None:
    """`done: true`, nothing else."""
    if values["done"] is not True:
        place.report("wrong_type", "done", "write true, or remove the step", "écrivez true, ou enlevez l'étape")
        return None
    return True


def lower(_body: bool, out: Lowering) -> None:
    """One JUMP row to the end."""
    out.row(JUMP, alt="done")


KIND: Final = StepKind(
    name="done",
    en="Leaves the journey.",
    fr="Quitte le parcours.",
    fields=(Field("done", FLAG, "true.", "true.", required=True),),
    read=read,
    write=lambda _body: {"done": True},
    lower=lower,
    sentence=lambda _body, language: "Quitte le parcours." if language == "fr" else "Leaves the journey.",
    goes_on=lambda _body: False,
)
