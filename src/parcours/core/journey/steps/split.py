"""split: chance, the same every time for the same person at the same step."""

from dataclasses import dataclass
from typing import Any, Final

from parcours.core.journey.layout import SPLIT
from parcours.core.journey.steps.kind import Lowering, Place, StepKind
from parcours.core.terms.shape_types import ANY, INTEGER, TEXT, list_of
from parcours.core.terms.shapes import Field, Shape

WHOLE: Final = 10_000
ARM: Final = Shape(
    "arm",
    "One way.",
    "Un chemin.",
    (
        Field(
            "weight", INTEGER, "Its weight against the others.", "Son poids face aux autres.", required=True, minimum=0, maximum=1_000_000
        ),
        Field("then", TEXT, "The step to go to.", "L'étape où aller.", required=True),
    ),
)


@dataclass(frozen=True, slots=True)
class Split:
    """`split: [{weight: 50, then: a}, {weight: 50, then: b}]`."""

    arms: tuple[tuple[int, str], ...]

    def thresholds(self) -> tuple[int, ...]:
        """The running sums of the shares, of 10,000: arm k is taken when the draw is below its threshold; the last is 10,000."""
        total, running, sums = sum(weight for weight, _ in self.arms), 0, []
        for weight, _ in self.arms:
            running += weight
            sums.append(running * WHOLE // total)
        return tuple(sums)


def read(values: dict[str, Any], place: Place) -> Split | None:
    """The arms, in order."""
    arms = []
    for index, written in enumerate(values["split"]):
        fields = place.inside("split").inside(index).fields(ARM, written)
        if fields is not None:
            arms.append((fields["weight"], fields["then"]))
    if len(arms) < len(values["split"]):
        return None
    if sum(weight for weight, _ in arms) == 0:
        place.report(
            "out_of_range", "split", "give one way at least a weight above 0", "donnez à un chemin au moins un poids au-dessus de 0"
        )
        return None
    return Split(tuple(arms))


def write(body: Split) -> dict[str, Any]:
    """The step as it is written."""
    return {"split": [{"weight": weight, "then": then} for weight, then in body.arms]}


def lower(body: Split, out: Lowering) -> None:
    """One SPLIT row over one branch row per arm."""
    rows = [(-1, threshold, then) for threshold, (_, then) in zip(body.thresholds(), body.arms, strict=True)]
    out.row(SPLIT, *out.branches(rows))


def sentence(body: Split, language: str) -> str:
    """What the step does, in one sentence."""
    shares = " / ".join(str(weight) for weight, _ in body.arms)
    return f"Tire au sort : {shares}." if language == "fr" else f"Draws lots: {shares}."


KIND: Final = StepKind(
    name="split",
    en="Sends each person down one of several ways by chance, always the same for the same person.",
    fr="Envoie chaque personne sur l'un des chemins, au hasard, toujours le même pour la même personne.",
    fields=(Field("split", list_of(ANY, 20), "The ways and their weights.", "Les chemins et leurs poids.", required=True),),
    read=read,
    write=write,
    lower=lower,
    sentence=sentence,
    targets=lambda body: tuple((f"split[{index}].then", then) for index, (_, then) in enumerate(body.arms)),
    goes_on=lambda _body: False,
)
