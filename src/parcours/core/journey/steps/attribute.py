"""attribute: a value written on the contact."""

from dataclasses import dataclass
from typing import Any, Final

from parcours.core.journey.layout import SET
from parcours.core.journey.steps.kind import Lowering, Place, StepKind
from parcours.core.terms.shape_types import ANY, OBJECT, TEXT
from parcours.core.terms.shapes import Field, Shape

SHAPE: Final = Shape(
    "attribute",
    "An attribute and its value.",
    "Un attribut et sa valeur.",
    (
        Field("name", TEXT, "The attribute.", "L'attribut.", required=True),
        Field("value", ANY, "Its value; null removes it.", "Sa valeur ; null l'enlève.", required=True),
    ),
)


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """`attribute: {name: loyalty_level, value: gold}`; None removes it."""

    name: str
    value: str | bool | int | float | None


def read(values: dict[str, Any], place: Place) -> SetAttribute | None:
    """The name and the value: a text, a number, true, false or null."""
    here = place.inside("attribute")
    fields = here.fields(SHAPE, values["attribute"])
    if fields is None:
        return None
    if "." in fields["name"] or "[" in fields["name"]:
        here.report(
            "bad_path", "name", "name a whole attribute, without dots or brackets", "nommez un attribut entier, sans point ni crochet"
        )
        return None
    if not isinstance(fields["value"], str | bool | int | float | None):
        here.report(
            "wrong_type", "value", "write a text, a number, true, false or null", "écrivez un texte, un nombre, true, false ou null"
        )
        return None
    return SetAttribute(fields["name"], fields["value"])


def lower(body: SetAttribute, out: Lowering) -> None:
    """One SET row."""
    out.payload("attribute", {"name": body.name, "value": body.value})
    out.row(SET, out.change("attribute", body.name, body.value))


KIND: Final = StepKind(
    name="attribute",
    en="Writes an attribute of the contact.",
    fr="Écrit un attribut du contact.",
    fields=(Field("attribute", OBJECT, "The attribute and its value.", "L'attribut et sa valeur.", required=True),),
    read=read,
    write=lambda body: {"attribute": {"name": body.name, "value": body.value}},
    lower=lower,
    sentence=lambda body, language: f"Écrit l'attribut « {body.name} »." if language == "fr" else f"Sets the attribute `{body.name}`.",
)
