"""What happened to a person, in one sentence per language: events by name, decisions by their reason."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from parcours.core.journey.reasons import Reason, sentence
from parcours.core.terms import event_names as names
from parcours.core.terms.events import Event, Kind

Bilingual = dict[str, str]
Say = Callable[[Mapping[str, Any]], tuple[str, str]]

STATE_SENTENCES: Final = {
    "planned": ("Message planned", "Message prévu"),
    "claimed": ("Message on its way", "Message en cours d'envoi"),
    "sent": ("Message sent", "Message envoyé"),
    "uncertain": ("Message perhaps sent, the server did not answer", "Message peut-être envoyé, le serveur n'a pas répondu"),
    "delivered": ("Message delivered", "Message remis"),
    "bounced": ("Message bounced", "Message refusé par la messagerie du destinataire"),
    "complained": ("Message reported as spam", "Message signalé comme indésirable"),
    "skipped": ("Message not sent", "Message non envoyé"),
    "failed": ("Message failed", "Échec du message"),
    "withheld": ("Message kept back (holdout)", "Message retenu (groupe témoin)"),
}


def _text(properties: Mapping[str, Any], key: str) -> str:
    value = properties.get(key)
    return "" if value is None else str(value)


def _fixed(en: str, fr: str) -> Say:
    return lambda _: (en, fr)


def _with(key: str, en: str, fr: str) -> Say:
    """A sentence with the value of one property in it; without the value, the sentence ends before the colon."""

    def say(properties: Mapping[str, Any]) -> tuple[str, str]:
        value = _text(properties, key)
        return (f"{en}: {value}", f"{fr} : {value}") if value else (en, fr)

    return say


def _consent(en: str, fr: str) -> Say:
    def say(properties: Mapping[str, Any]) -> tuple[str, str]:
        topic, channel = _text(properties, "topic"), _text(properties, "channel")
        about = ("every topic", "tous les sujets") if topic in ("", names.EVERY_TOPIC) else (topic, topic)
        by = f" ({channel})" if channel else ""
        return f"{en}: {about[0]}{by}", f"{fr} : {about[1]}{by}"

    return say


def _decided(properties: Mapping[str, Any]) -> tuple[str, str]:
    if properties.get("verdict") == "arrived":
        return "Somebody decided: the uncertain e-mail arrived", "Quelqu'un a décidé : l'e-mail incertain est arrivé"
    return "Somebody decided: the uncertain e-mail is sent again", "Quelqu'un a décidé : l'e-mail incertain est renvoyé"


TOLD_BY_MESSAGE: Final = frozenset((names.EMAIL_SENT, names.EMAIL_DELIVERED, names.EMAIL_SKIPPED, names.EMAIL_FAILED))
"""Receipts that only say where a message stands: the message itself is shown beside them."""
EVENT_SENTENCES: Final[dict[str, Say]] = {
    names.CONTACT_IDENTIFIED: lambda found: (
        "Details updated: " + ", ".join(sorted(found)) if found else "Identified",
        "Informations mises à jour : " + ", ".join(sorted(found)) if found else "Identifié",
    ),
    names.PAGE_VIEWED: _with("name", "Page viewed", "Page vue"),
    names.SCREEN_VIEWED: _with("name", "Screen viewed", "Écran vu"),
    names.TAG_ADDED: _with("tag", "Tag added", "Étiquette posée"),
    names.TAG_REMOVED: _with("tag", "Tag removed", "Étiquette retirée"),
    names.CONSENT_GRANTED: _consent("Consent given", "Consentement donné"),
    names.CONSENT_WITHDRAWN: _consent("Consent withdrawn", "Consentement retiré"),
    names.SEGMENT_ENTERED: _with("segment", "Entered the segment", "Entre dans le segment"),
    names.SEGMENT_LEFT: _with("segment", "Left the segment", "Quitte le segment"),
    names.STAGE_CHANGED: _with("stage", "New stage", "Nouvelle étape de la relation"),
    names.SCORE_CHANGED: _with("score", "Score changed", "Score modifié"),
    names.ADDRESS_SUPPRESSED: _with("reason", "Address suppressed", "Adresse exclue des envois"),
    names.ADDRESS_RESTORED: _fixed("Address usable again", "Adresse de nouveau utilisable"),
    names.CONTACT_FROZEN: _fixed("Frozen: nothing is sent", "Gelé : plus rien n'est envoyé"),
    names.CONTACT_UNFROZEN: _fixed("No longer frozen", "N'est plus gelé"),
    names.COMPLAINT_OPENED: _fixed("Complaint opened", "Réclamation ouverte"),
    names.COMPLAINT_CLOSED: _fixed("Complaint closed", "Réclamation close"),
    names.EMAIL_SENT: _with("template", "E-mail sent", "E-mail envoyé"),
    names.EMAIL_DELIVERED: _with("template", "E-mail delivered", "E-mail remis"),
    names.EMAIL_OPENED: _with("template", "E-mail opened", "E-mail ouvert"),
    names.EMAIL_CLICKED: _with("template", "Clicked in an e-mail", "Clic dans un e-mail"),
    names.EMAIL_REPLIED: _with("template", "Replied to an e-mail", "Réponse à un e-mail"),
    names.EMAIL_BOUNCED: _with("template", "E-mail bounced", "E-mail refusé par la messagerie"),
    names.EMAIL_COMPLAINED: _with("template", "E-mail reported as spam", "E-mail signalé comme indésirable"),
    names.EMAIL_UNSUBSCRIBED: _with("template", "Unsubscribed from an e-mail", "Désinscription depuis un e-mail"),
    names.EMAIL_SKIPPED: _with("reason", "E-mail not sent", "E-mail non envoyé"),
    names.EMAIL_FAILED: _with("reason", "E-mail failed", "Échec de l'e-mail"),
    names.EMAIL_DECIDED: _decided,
}


def of_event(event: Event, stages: Mapping[str, Mapping[str, str]] = MappingProxyType({})) -> Bilingual:
    """The event in a sentence; names of the workspace's own stay as they are. A customer cannot borrow our sentences for a receipt.

    `stages` gives the titles of stages, which a change of stage is told with.
    """
    title = stages.get(_text(event.properties, "stage")) if event.name == names.STAGE_CHANGED else None
    if title is not None:
        return {"fr": f"Nouvelle étape de la relation : {title['fr']}", "en": f"New stage: {title['en']}"}
    say = EVENT_SENTENCES.get(event.name)
    if say is None or (event.kind is Kind.CUSTOMER and event.name.startswith("Email ")):
        return {"fr": event.name, "en": event.name}
    en, fr = say(event.properties)
    return {"fr": fr, "en": en}


def of_reason(reason: int) -> Bilingual:
    """The reason of a decision in a sentence; a code of a newer release is shown as its number."""
    try:
        known = Reason(reason)
    except ValueError:
        return {"fr": f"Décision {reason}", "en": f"Decision {reason}"}
    return {"fr": sentence(known, "fr"), "en": sentence(known, "en")}


def of_message(state: str, name: str) -> Bilingual:
    """Where a message stands, in a sentence that names it by its subject or template."""
    en, fr = STATE_SENTENCES[state]
    return {"fr": f"{fr} : « {name} »", "en": f"{en}: “{name}”"}
