"""The written forms of a condition, one shape each; the first field names the form."""

from typing import Final

from parcours.core.terms.conditions.tree import REACTIONS
from parcours.core.terms.durations import LONGEST
from parcours.core.terms.shape_types import ANY, CLOCK, DURATION, INTEGER, NUMBER, TEXT, choice, list_of
from parcours.core.terms.shapes import Field, Shape

CHANNELS: Final = ("email", "sms", "push")
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OPERATORS: Final = (
    "=", "!=", "<", "<=", ">", ">=", "in", "contains", "starts_with", "exists", "before", "after", "within_last", "within_next",
)  # fmt: skip
ORDERINGS: Final = ("=", "!=", "<", "<=", ">", ">=")
DATE_OPERATORS: Final = ("before", "after", "within_last", "within_next")

MOST_TIMES: Final = 100
"""`at_least` or `at_most` within a window keeps that many times per contact, at most."""
MOST_DAYS: Final = 400
"""A sum within a window keeps one total a day per contact, for at most so many days."""
MOST_MESSAGES: Final = 50

_OP = Field("op", choice(*OPERATORS), "How the value is compared.", "Comment la valeur est comparée.", required=True)
_VALUE = Field("value", ANY, "What it is compared with.", "Ce à quoi elle est comparée.")
_CHANNEL = Field("channel", choice(*CHANNELS), "The channel.", "Le canal.", default="email")
_WITHIN = Field("within", DURATION, "Only so far back.", "Seulement dans ce délai passé.", minimum=1_000, maximum=LONGEST)


def _named(name: str, en: str, fr: str) -> Shape:
    return Shape(name, en, fr, (Field(name, TEXT, en, fr, required=True),))


def _clause(name: str, en: str, fr: str) -> Shape:
    return Shape(name, en, fr, (Field(name, TEXT, en, fr, required=True), _OP, _VALUE))


ALL: Final = Shape(
    "all",
    "Every condition of the list holds.",
    "Toutes les conditions de la liste sont vraies.",
    (Field("all", list_of(ANY), "The conditions.", "Les conditions.", required=True),),
)
ANY_OF: Final = Shape(
    "any",
    "At least one condition of the list holds.",
    "Au moins une condition de la liste est vraie.",
    (Field("any", list_of(ANY), "The conditions.", "Les conditions.", required=True),),
)
NOT: Final = Shape(
    "not",
    "The condition does not hold; the contrary of unknown is unknown.",
    "La condition n'est pas vraie ; le contraire d'inconnu est inconnu.",
    (Field("not", ANY, "The condition.", "La condition.", required=True),),
)
PROPERTY: Final = _clause("property", "A property of the event at hand.", "Une propriété de l'événement en cours.")
ATTRIBUTE: Final = _clause("attribute", "An attribute of the contact.", "Un attribut du contact.")
TAG: Final = _named("tag", "The contact carries the tag.", "Le contact porte l'étiquette.")
SEGMENT: Final = _named("segment", "The contact is in the segment.", "Le contact est dans le segment.")
STAGE: Final = _named("stage", "The contact is at the stage.", "Le contact est à l'étape.")
SCORE: Final = Shape(
    "score",
    "A score of the contact.",
    "Un score du contact.",
    (
        Field("score", TEXT, "The score's name.", "Le nom du score.", required=True),
        Field("op", choice(*ORDERINGS), "How it is compared.", "Comment il est comparé.", required=True),
        Field("value", NUMBER, "What it is compared with.", "Ce à quoi il est comparé.", required=True),
    ),
)
CONSENT: Final = Shape(
    "consent",
    "The contact agreed to be written to about the topic.",
    "Le contact a accepté qu'on lui écrive sur le sujet.",
    (Field("consent", TEXT, "The topic.", "Le sujet.", required=True), _CHANNEL),
)
EVENT: Final = Shape(
    "event",
    "The contact did something, so often or for so much.",
    "Le contact a fait quelque chose, tant de fois ou pour tant.",
    (
        Field("event", TEXT, "The event's name.", "Le nom de l'événement.", required=True),
        Field("where", ANY, "Only events whose properties fit.", "Seulement les événements dont les propriétés conviennent."),
        Field("at_least", INTEGER, "At least so many times (default 1).", "Au moins tant de fois (1 par défaut).", minimum=1),
        Field("at_most", INTEGER, "At most so many times; 0 is never.", "Au plus tant de fois ; 0 veut dire jamais.", minimum=0),
        Field("sum", TEXT, "The property to add up.", "La propriété à additionner."),
        Field("op", choice(*ORDERINGS), "How the sum is compared.", "Comment la somme est comparée."),
        Field("value", NUMBER, "What the sum is compared with.", "Ce à quoi la somme est comparée."),
        _WITHIN,
    ),
)
_NONE_OR = "a number of messages, or none"
_NONE_OR_FR = "un nombre de messages, ou none"
MESSAGES: Final = Shape(
    "last_messages",
    "How many of the last messages were opened or clicked.",
    "Combien des derniers messages ont été ouverts ou cliqués.",
    (
        Field("last_messages", INTEGER, "How many messages.", "Combien de messages.", required=True, minimum=1, maximum=MOST_MESSAGES),
        Field("opened", ANY, f"At least so many opened: {_NONE_OR}.", f"Au moins tant d'ouverts : {_NONE_OR_FR}."),
        Field("clicked", ANY, f"At least so many clicked: {_NONE_OR}.", f"Au moins tant de cliqués : {_NONE_OR_FR}."),
        _CHANNEL,
    ),
)
TIME: Final = Shape(
    "time",
    "The contact's local time is between two times; past midnight when the first is the later.",
    "L'heure locale du contact est entre deux heures ; par-delà minuit quand la première est la plus tardive.",
    (Field("time", ANY, "`from` and `to`, `to` excluded.", "`from` et `to`, `to` exclue.", required=True),),
)
TIME_BOUNDS: Final = Shape(
    "time bounds",
    "Two times of day.",
    "Deux heures de la journée.",
    (
        Field("from", CLOCK, "The first minute.", "La première minute.", required=True),
        Field("to", CLOCK, "The first minute after.", "La première minute d'après.", required=True),
    ),
)
WEEKDAY: Final = Shape(
    "weekday",
    "The contact's local day of the week is one of these.",
    "Le jour local du contact est l'un de ceux-ci.",
    (Field("weekday", list_of(choice(*DAYS), 7), "The days.", "Les jours.", required=True),),
)


def _reaction(kind: str) -> Shape:
    en, fr = f"The message of that step was {kind}.", f"Le message de cette étape : {kind}."
    return Shape(kind, en, fr, (Field(kind, TEXT, "The step that sent it.", "L'étape qui l'a envoyé.", required=True),))


# `last_messages` comes before the reactions, whose names it uses as fields.
FORMS: Final = (
    ALL, ANY_OF, NOT, PROPERTY, ATTRIBUTE, TAG, SEGMENT, STAGE, SCORE, CONSENT, EVENT, MESSAGES, TIME, WEEKDAY,
    *(_reaction(kind) for kind in REACTIONS),
)  # fmt: skip
