"""The shapes of a journey document: its checks, its JSON Schema and its reference page derive from these tables."""

from typing import Any, Final

from parcours.core.journey.steps import STEP_KINDS
from parcours.core.journey.steps.reading import COMMON
from parcours.core.terms.durations import LONGEST
from parcours.core.terms.shape_types import ANY, DURATION, FLAG, INTEGER, OBJECT, PERCENT, TEXT, Type, choice, list_of
from parcours.core.terms.shapes import Field, Shape, json_schema

MOST_STEPS: Final = 500


def _titles(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(key in ("fr", "en") and isinstance(text, str) for key, text in value.items()):
        raise ValueError
    return dict(value)


def _key(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 100 or not all(part.isalnum() for part in value.replace("_", "-").split("-")):
        raise ValueError
    return value


TITLE: Final = Type(
    "title", "a title per language: `{fr: ..., en: ...}`", "un titre par langue : `{fr: ..., en: ...}`",
    {"type": "object", "properties": {"fr": {"type": "string"}, "en": {"type": "string"}}, "additionalProperties": False}, _titles,
)  # fmt: skip
KEY: Final = Type(
    "key", "letters, digits, - and _", "des lettres, chiffres, - et _",
    {"type": "string", "minLength": 1, "maxLength": 100}, _key, code="bad_key",
)  # fmt: skip

_EVENT = Field("event", TEXT, "The event's name.", "Le nom de l'événement.", required=True)
_WHERE = Field("where", ANY, "Only events whose properties fit.", "Seulement les événements dont les propriétés conviennent.")
_SAME = Field("same", choice("instance"), "Only events of the same instance.", "Seulement les événements de la même instance.")


def _length(name: str, en: str, fr: str, required: bool = False) -> Field:
    return Field(name, DURATION, en, fr, required=required, minimum=1_000, maximum=LONGEST)


ON: Final = Shape(
    "on",
    "The event that lets people in, or its absence.",
    "L'événement qui fait entrer, ou son absence.",
    (
        _EVENT,
        Field("without", TEXT, "The event that must not follow.", "L'événement qui ne doit pas suivre."),
        _length("within", "For so long.", "Pendant tant de temps."),
    ),
)
ENTRY: Final = Shape(
    "entry",
    "One way in.",
    "Une manière d'entrer.",
    (
        Field("on", OBJECT, "The event.", "L'événement.", required=True),
        Field("where", ANY, "The filter on the event and the person.", "Le filtre sur l'événement et la personne."),
    ),
)
GOAL: Final = Shape(
    "goal",
    "What the journey is for.",
    "Ce à quoi sert le parcours.",
    (_EVENT, _WHERE, _length("within", "So long after entry.", "Tant de temps après l'entrée.", True), _SAME),
)
EXIT: Final = Shape("exit", "An event that makes people leave.", "Un événement qui fait sortir.", (_EVENT, _WHERE, _SAME))
EXIT_MODE: Final = Shape(
    "exit",
    "When people leave before the last step.",
    "Quand on sort avant la dernière étape.",
    (
        Field(
            "when", choice("end", "goal", "unmatched", "goal_or_unmatched"),
            "At the end only, at the goal, when the entry conditions no longer hold, or both.",
            "À la fin seulement, au but, quand les conditions d'entrée cessent, ou les deux.", required=True,
        ),
    ),
)  # fmt: skip
REENTRY: Final = Shape(
    "reentry",
    "So long after the last entry.",
    "Tant de temps après la dernière entrée.",
    (_length("after", "At least so long.", "Au moins tant de temps.", True),),
)
JOURNEY: Final = Shape(
    "journey",
    "A journey: who enters, what happens to them, when they leave.",
    "Un parcours : qui entre, ce qui lui arrive, quand il sort.",
    (
        Field("journey", KEY, "Its key, the same for ever.", "Sa clé, la même pour toujours.", required=True),
        Field("title", TITLE, "Its title.", "Son titre."),
        Field("owner", TEXT, "Who answers for it.", "Qui en répond."),
        Field("stage", TEXT, "The stage of the map it serves.", "L'étape de la carte qu'il sert."),
        Field("entry", list_of(ANY, 20), "Who enters.", "Qui entre.", required=True),
        Field("instance", TEXT, "One run at a time per value of this property.", "Un passage à la fois par valeur de cette propriété."),
        Field("reentry", ANY, "never (default), after_exit, or `{after: 7d}`.", "never (par défaut), after_exit, ou `{after: 7d}`."),
        Field("goal", OBJECT, "What it is for.", "Ce à quoi il sert."),
        Field("exit", OBJECT, "When people leave (default: at the goal).", "Quand on sort (par défaut : au but)."),
        Field("exits", list_of(ANY, 20), "Events that make people leave at once.", "Événements qui font sortir aussitôt."),
        Field(
            "holdout", PERCENT, "How many are kept out to compare (default 10%, 0 when transactional).",
            "Le groupe témoin (10% par défaut, 0 si transactionnel).",
        ),
        Field(
            "topic", TEXT, "What its messages are about: consent and caps are per topic.",
            "Le sujet de ses messages : consentement et plafonds vont par sujet.",
        ),
        Field(
            "transactional", FLAG, "Its messages are owed, not offered: no consent, quiet hours or caps.",
            "Ses messages sont dus : ni consentement, ni heures calmes, ni plafond.",
        ),
        Field(
            "priority", INTEGER, "Who goes first when caps bite (default 50).",
            "Qui passe devant quand un plafond est atteint (50 par défaut).", minimum=0, maximum=100,
        ),
        Field("steps", list_of(ANY, MOST_STEPS), "The steps, in order.", "Les étapes, dans l'ordre.", required=True),
    ),
)  # fmt: skip


def journey_schema(language: str = "en") -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a journey document, with one alternative per step kind."""
    kinds = []
    for kind in STEP_KINDS.values():
        shape = Shape(kind.name, kind.en, kind.fr, COMMON + kind.fields)
        kinds.append(json_schema(shape, language))
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | json_schema(JOURNEY, language)
    parts = {"entry": ENTRY, "exits": EXIT}
    for key, shape in parts.items():
        schema["properties"][key] |= {"items": json_schema(shape, language)}
    schema["properties"]["entry"]["items"]["properties"]["on"] = json_schema(ON, language)
    schema["properties"]["goal"] = json_schema(GOAL, language)
    schema["properties"]["exit"] = json_schema(EXIT_MODE, language)
    schema["properties"]["reentry"] = {"anyOf": [{"enum": ["never", "after_exit"]}, json_schema(REENTRY, language)]}
    schema["properties"]["steps"] |= {"items": {"anyOf": kinds}}
    return schema
