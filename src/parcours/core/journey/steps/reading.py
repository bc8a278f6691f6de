"""One step's document to a Step: which kind it is, its fields, what the kind makes of them."""

from collections.abc import Mapping
from typing import Any, Final

from parcours.core.journey.steps import STEP_KINDS
from parcours.core.journey.steps.kind import Place, Step, StepKind
from parcours.core.terms.shape_types import TEXT
from parcours.core.terms.shapes import Field, Shape, near

COMMON: Final = (
    Field("id", TEXT, "Its id, unique in the journey.", "Son identifiant, unique dans le parcours.", required=True),
    Field(
        "next", TEXT, "The step after it (default: the one below), or done.", "L'étape d'après (par défaut : celle du dessous), ou done."
    ),
)


def _kind(document: Mapping[str, Any], place: Place) -> StepKind | None:
    named = [key for key in document if key in STEP_KINDS]
    listed = ", ".join(STEP_KINDS)
    if not named:
        hints = next((found for key in document if key not in ("id", "next") and (found := near(str(key), list(STEP_KINDS)))[0]), ("", ""))
        place.report(
            "unknown_step", "", f"say what the step does with one of {listed}{hints[0]}", f"dites ce que fait l'étape : {listed}{hints[1]}"
        )
        return None
    if len(named) > 1:
        both = ", ".join(named)
        place.report("too_many_keys", "", f"a step does one thing: keep one of {both}", f"une étape fait une chose : gardez l'un de {both}")
        return None
    return STEP_KINDS[named[0]]


def read_step(document: Any, place: Place) -> Step | None:
    """The step, or None when it has problems (which are reported under its id)."""
    if not isinstance(document, Mapping):
        place.report("wrong_type", "", "write fields, as `id: pause`", "écrivez des champs, comme `id: pause`")
        return None
    written_id = document.get("id")
    here = Place(place.path, written_id if isinstance(written_id, str) else None, place.catalogue, place.problems)
    kind = _kind(document, here)
    if kind is None:
        return None
    values = here.fields(Shape(kind.name, kind.en, kind.fr, COMMON + kind.fields), document)
    if values is None:
        return None
    body = kind.read(values, here)
    if body is None:
        return None
    if "next" in values and not kind.goes_on(body):
        en, fr = "this step names all its ways itself: remove `next`", "cette étape nomme elle-même tous ses chemins : enlevez « next »"
        here.report("unknown_key", "next", en, fr)
    return Step(values["id"], kind.name, body, values.get("next"))
