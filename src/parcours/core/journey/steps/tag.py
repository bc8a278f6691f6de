"""tag and untag: a word put on the contact, or taken away."""

from typing import Any, Final

from parcours.core.journey.layout import SET
from parcours.core.journey.steps.kind import Lowering, StepKind
from parcours.core.terms.shape_types import TEXT
from parcours.core.terms.shapes import Field


def _lower(kind: str) -> Any:
    def lower(name: str, out: Lowering) -> None:
        out.payload(kind, {"tag": name})
        out.row(SET, out.change(kind, name, None))

    return lower


def _sentence(en: str, fr: str) -> Any:
    return lambda name, language: fr.format(name) if language == "fr" else en.format(name)


KIND: Final = StepKind(
    name="tag",
    en="Puts a tag on the contact.",
    fr="Pose une étiquette sur le contact.",
    fields=(Field("tag", TEXT, "The tag.", "L'étiquette.", required=True),),
    read=lambda values, _place: values["tag"],
    write=lambda name: {"tag": name},
    lower=_lower("tag"),
    sentence=_sentence("Tags `{}`.", "Pose l'étiquette « {} »."),
)
UNTAG: Final = StepKind(
    name="untag",
    en="Takes a tag off the contact.",
    fr="Retire une étiquette du contact.",
    fields=(Field("untag", TEXT, "The tag.", "L'étiquette.", required=True),),
    read=lambda values, _place: values["untag"],
    write=lambda name: {"untag": name},
    lower=_lower("untag"),
    sentence=_sentence("Takes off the tag `{}`.", "Retire l'étiquette « {} »."),
)
