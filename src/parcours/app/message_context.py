"""What a template may see of a person, an event and the workspace; and the message's own addresses."""

from collections.abc import Callable, Mapping
from typing import Any

from parcours.app.ports import Addresses, Contact, Message
from parcours.app.services import Services
from parcours.app.tokens import sign
from parcours.app.zones import zone_of
from parcours.core.people.permission import may_track

DEFAULT_LANGUAGES = ("fr", "en")
DEFAULT_ZONE = "Europe/Paris"


def message_context(services: Services, message: Message, contact: Contact, settings: Mapping[str, Any], now: int) -> dict[str, Any]:
    """The context of one rendering (see the Renderer port). Attributes stand beside the contact's own fields, which win."""
    attributes = dict(contact.attributes)
    return {
        "contact": attributes | {"attributes": attributes, "id": contact.public_id, "user_id": contact.user_id, "tags": list(contact.tags)},
        "event": dict(message.payload.get("event") or {}),
        "workspace": {key: settings[key] for key in ("name", "zone", "currency") if key in settings},
        "languages": languages(attributes, settings),
        "zone": zone_of(attributes) or str(settings.get("zone") or DEFAULT_ZONE),
        "now": now,
        "addresses": _addresses(services, message, contact),
    }


def languages(attributes: Mapping[str, Any], settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The person's language (`language`, else the first part of `locale`), then the workspace's."""
    said = attributes.get("language") or attributes.get("locale")
    own = (said.replace("_", "-").partition("-")[0].lower(),) if isinstance(said, str) and said else ()
    return tuple(dict.fromkeys((*own, *(settings.get("languages") or DEFAULT_LANGUAGES))))


def email_address(contact: Contact) -> str:
    """The person's address, empty when there is none."""
    address = contact.attributes.get("email")
    return address.strip() if isinstance(address, str) else ""


def _addresses(services: Services, message: Message, contact: Contact) -> Addresses:
    unsubscribe = f"{services.public_url}/u/{sign(services.secret, 'unsubscribe', message.id)}"
    return Addresses(email_address(contact), _name(contact.attributes), unsubscribe, _click(services, message, contact))


def _name(attributes: Mapping[str, Any]) -> str:
    names = [attributes.get(key) for key in ("first_name", "last_name")]
    whole = attributes.get("name") or " ".join(name for name in names if isinstance(name, str))
    return whole if isinstance(whole, str) else ""


def _click(services: Services, message: Message, contact: Contact) -> Callable[[int], str] | None:
    """Links are measured only for people who agreed to it."""
    if not may_track(contact.consents):
        return None
    return lambda number: f"{services.public_url}/c/{sign(services.secret, 'click', message.id, number)}"
