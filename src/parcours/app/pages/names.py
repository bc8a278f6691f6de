"""How people and things are called on screen."""

from collections.abc import Iterable, Mapping
from typing import Any

from parcours.app.ports import Contact, Tx


def display_name(contact: Contact) -> str:
    """The contact's name, else e-mail, else user id; "" for somebody anonymous (screens say so in their language)."""
    attributes = contact.attributes
    both = " ".join(str(attributes[key]).strip() for key in ("first_name", "last_name") if attributes.get(key))
    for candidate in (attributes.get("name"), both, attributes.get("email"), contact.user_id):
        if isinstance(candidate, str) and candidate.strip():
            return candidate.strip()
    return ""


def email_of(contact: Contact) -> str:
    """The e-mail attribute, "" when there is none."""
    value = contact.attributes.get("email")
    return value if isinstance(value, str) else ""


def stage_of(contact: Contact) -> str:
    """The stage attribute, "" when there is none."""
    value = contact.attributes.get("stage")
    return value if isinstance(value, str) else ""


def two_languages(value: Any, fallback: str) -> dict[str, str]:
    """A text that may be one string, or one per language, as {fr, en}; a missing language borrows the other's."""
    if isinstance(value, str) and value:
        return {"fr": value, "en": value}
    if isinstance(value, Mapping):
        texts = [text for text in value.values() if isinstance(text, str) and text]
        spare = texts[0] if texts else fallback
        return {language: str(value.get(language) or spare) for language in ("fr", "en")}
    return {"fr": fallback, "en": fallback}


def stage_titles(settings: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The titles of the workspace's stages, in their order."""
    return {str(stage["key"]): two_languages(stage.get("title"), str(stage["key"])) for stage in settings.get("stages") or ()}


def known(tx: Tx, contacts: Iterable[int]) -> dict[int, Contact]:
    """The contacts of a list, without those that were erased."""
    return {number: contact for number, contact in tx.people.load(sorted(set(contacts))).items() if not contact.erased}
