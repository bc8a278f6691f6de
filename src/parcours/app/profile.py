"""What a contact's events teach about the contact: attributes, tags, consents, holds."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parcours.app.ports import Contact
from parcours.core.people.permission import consent_after
from parcours.core.terms import event_names as names

_HOLDS = {
    names.CONTACT_FROZEN: ("frozen", True),
    names.CONTACT_UNFROZEN: ("frozen", False),
    names.COMPLAINT_OPENED: ("complaint", True),
    names.COMPLAINT_CLOSED: ("complaint", False),
}


def changed_traits(contact: Contact, traits: Mapping[str, Any]) -> dict[str, Any]:
    """The top-level traits that differ from what is known; null for one that is removed. A company keeps what was said of it before."""
    changed: dict[str, Any] = {}
    for name, value in traits.items():
        known = contact.attributes.get(name)
        if name == "company" and isinstance(value, Mapping) and isinstance(known, Mapping) and known.get("id") == value.get("id"):
            value = {**known, **value}
        if value != known or (value is not None and name not in contact.attributes):
            changed[name] = value
    return changed


def learn(contact: Contact, name: str, properties: Mapping[str, Any]) -> Contact:
    """The contact after one of its events. Properties of an identify are the changed traits."""
    if name == names.CONTACT_IDENTIFIED:
        kept = {**contact.attributes, **properties}
        return replace(contact, attributes={key: value for key, value in kept.items() if value is not None})
    if name in (names.TAG_ADDED, names.TAG_REMOVED):
        return replace(contact, tags=_toggled(contact.tags, str(properties.get("tag", "")), name == names.TAG_ADDED))
    if name in (names.CONSENT_GRANTED, names.CONSENT_WITHDRAWN):
        channel, topic = str(properties.get("channel", "email")), str(properties.get("topic", names.EVERY_TOPIC))
        return replace(contact, consents=consent_after(contact.consents, channel, topic, name == names.CONSENT_GRANTED))
    if name in (names.ADDRESS_SUPPRESSED, names.ADDRESS_RESTORED):
        hold = f"suppressed:{properties.get('channel', 'email')}"
        return replace(contact, holds=_toggled(contact.holds, hold, name == names.ADDRESS_SUPPRESSED))
    if name in _HOLDS:
        return replace(contact, holds=_toggled(contact.holds, *_HOLDS[name]))
    if name == names.STAGE_CHANGED:
        return replace(contact, attributes={**contact.attributes, "stage": properties.get("stage")})
    return contact


def said_of_hold(hold: str) -> tuple[str, dict[str, str]]:
    """The (name, properties) of the event that puts a hold on a contact."""
    kind, _, channel = hold.partition(":")
    if channel:
        return names.ADDRESS_SUPPRESSED, {"channel": channel}
    return next(name for name, (held, put) in _HOLDS.items() if put and held == kind), {}


def _toggled(items: tuple[str, ...], item: str, present: bool) -> tuple[str, ...]:
    rest = tuple(other for other in items if other != item)
    return (*rest, item) if present and item else rest
