"""Conditions and durations of a document in words, short enough for the canvas. Pure; what it does not know it shows as written."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parcours.core.terms.durations import DAY, HOUR, MILLISECOND, MINUTE, SECOND, WEEK, parse_duration

_UNITS: Final = (
    (WEEK, ("week", "weeks"), ("semaine", "semaines")),
    (DAY, ("day", "days"), ("jour", "jours")),
    (HOUR, ("hour", "hours"), ("heure", "heures")),
    (MINUTE, ("minute", "minutes"), ("minute", "minutes")),
    (SECOND, ("second", "seconds"), ("seconde", "secondes")),
    (MILLISECOND, ("ms", "ms"), ("ms", "ms")),
)
_REACTIONS: Final = {
    "delivered": ("is delivered", "est remis"),
    "opened": ("is opened", "est ouvert"),
    "clicked": ("is clicked", "est cliqué"),
    "replied": ("is replied to", "reçoit une réponse"),
    "bounced": ("bounces", "est refusé"),
    "complained": ("is reported", "est signalé"),
    "unsubscribed": ("leads to unsubscribing", "mène à une désinscription"),
}
_OPERATORS: Final = {
    "=": "=",
    "!=": "≠",
    "<": "<",
    "<=": "≤",
    ">": ">",
    ">=": "≥",
}


def duration(text: Any, language: str) -> str:
    """`2d` is `2 days`, `2 jours`; what cannot be read is shown as written."""
    try:
        left = parse_duration(str(text))
    except ValueError:
        return str(text)
    parts = []
    units = _UNITS if left % WEEK == 0 and left // WEEK > 1 else _UNITS[1:]
    for size, en, fr in units:
        count, left = divmod(left, size)
        if count:
            one, many = fr if language == "fr" else en
            parts.append(f"{count} {one if count == 1 else many}")
    return " ".join(parts) or str(text)


def condition(document: Any, language: str) -> str:
    """A condition in words."""
    if not isinstance(document, Mapping):
        return _raw(document)
    fr = language == "fr"
    for key, joint in (("all", " et " if fr else " and "), ("any", " ou " if fr else " or ")):
        if isinstance(document.get(key), Sequence):
            return joint.join(condition(part, language) for part in document[key])
    if "not" in document:
        return ("pas : " if fr else "not: ") + condition(document["not"], language)
    return _atom(document, fr)


def _atom(document: Mapping[str, Any], fr: bool) -> str:
    language = "fr" if fr else "en"
    if "event" in document:
        return _event(document, language)
    for key in ("property", "attribute"):
        if key in document:
            return _compared(str(document[key]), document)
    for key, en_word, fr_word in (
        ("tag", "tag", "étiquette"),
        ("segment", "segment", "segment"),
        ("stage", "stage", "étape"),
        ("consent", "consent for", "consentement pour"),
    ):
        if key in document:
            return f"{fr_word if fr else en_word} {_quoted(document[key], language)}"
    if "score" in document:
        return _compared(str(document["score"]), document)
    for kind, (en, french) in _REACTIONS.items():
        if kind in document:
            return f"{_quoted(document[kind], language)} {french if fr else en}"
    return _raw(document)


def _event(document: Mapping[str, Any], language: str) -> str:
    fr = language == "fr"
    name = _quoted(document["event"], language)
    if "sum" in document:
        name = f"{'somme de' if fr else 'sum of'} {document['sum']} ({name}) {_comparison(document)}"
    elif document.get("at_most") == 0:
        name = f"{'aucun' if fr else 'no'} {name}"
    elif "at_most" in document:
        name = f"{name} {'au plus' if fr else 'at most'} {document['at_most']}×"
    elif document.get("at_least", 1) > 1:
        name = f"{name} {'au moins' if fr else 'at least'} {document['at_least']}×"
    if "where" in document:
        name += f" ({condition(document['where'], language)})"
    if "within" in document:
        name += f" {'en' if fr else 'within'} {duration(document['within'], language)}"
    return name


def _compared(subject: str, document: Mapping[str, Any]) -> str:
    return f"{subject} {_comparison(document)}".strip()


def _comparison(document: Mapping[str, Any]) -> str:
    operator = str(document.get("op", "="))
    value = document.get("value")
    return f"{_OPERATORS.get(operator, operator)} {'' if value is None else _raw(value)}".strip()


def _quoted(name: Any, language: str) -> str:
    return f"« {name} »" if language == "fr" else f"“{name}”"


def _raw(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
