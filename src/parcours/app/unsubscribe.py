"""Unsubscribe: the holder of a message's signed link wants no more of its topic, or of anything. Binding at commit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from parcours.app.message_context import languages
from parcours.app.ports import Contact, Message, Tx
from parcours.app.receipts import internal, receipt
from parcours.app.second_check import survivors
from parcours.app.services import Services
from parcours.app.tokens import verify
from parcours.core.people.permission import consent, consent_after
from parcours.core.terms import event_names as names
from parcours.core.terms.events import Kind


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a link is about: the workspace's name, the topic, whether it is still wanted, the person's language and the workspace's."""

    workspace: str
    topic: str
    wanted: bool
    own_language: str | None
    default_language: str


def subscription(services: Services, token: str) -> Subscription | None:
    """What the link is about; None for a link that we did not sign. Changes nothing."""
    found = verify(services.secret, "unsubscribe", token)
    return None if found is None else services.store.read(services.workspace, lambda tx: _look(tx, found[0]))


def unsubscribe(services: Services, token: str, *, everything: bool = False) -> bool:
    """Withdraw the consent for the message's topic (or every topic); False for a link that we did not sign. Twice is once.

    The opt-out is in the contact before this returns, so the check before each send sees it; the events follow through the inbox.
    """
    found = verify(services.secret, "unsubscribe", token)
    if found is None:
        return False
    now = services.clock.now()
    known = services.store.write_anyway(services.workspace, lambda tx: _withdraw(tx, found[0], now, everything=everything))
    services.wake()
    return known


def _look(tx: Tx, message_id: bytes) -> Subscription | None:
    message, contact = _concerned(tx, message_id)
    if message is None:
        return None
    settings: Mapping[str, Any] = tx.definitions.settings()
    attributes = {} if contact is None else contact.attributes
    spoken, default = languages(attributes, settings), languages({}, settings)[0]
    wanted = contact is not None and consent(contact.consents, message.channel, _topic(message)) is not False
    own = spoken[0] if attributes.get("language") or attributes.get("locale") else None
    return Subscription(str(settings.get("name") or ""), message.topic, wanted, own, default)


def _withdraw(tx: Tx, message_id: bytes, now: int, *, everything: bool) -> bool:
    message, contact = _concerned(tx, message_id)
    if message is None:
        return False
    if contact is None or contact.erased:
        return True
    topic = names.EVERY_TOPIC if everything else _topic(message)
    consents = consent_after(contact.consents, message.channel, topic, granted=False)
    if consents == dict(contact.consents):
        return True
    said = {"channel": message.channel, "topic": topic, "message": message.id.hex()}
    mark = str(now)
    withdrawn = internal(
        names.CONSENT_WITHDRAWN, contact.id, now, said, Kind.CUSTOMER, message.id.hex(), names.CONSENT_WITHDRAWN, topic, mark
    )
    tx.inbox.append([withdrawn, receipt(message, contact.id, names.EMAIL_UNSUBSCRIBED, now, {"withdrawn": topic}, mark=topic + mark)])
    tx.people.save([replace(contact, consents=consents)])
    return True


def _concerned(tx: Tx, message_id: bytes) -> tuple[Message | None, Contact | None]:
    message = tx.messages.load([message_id]).get(message_id)
    return (None, None) if message is None else (message, survivors(tx, [message.contact]).get(message.contact))


def _topic(message: Message) -> str:
    """A message without topic can only be left by leaving everything."""
    return message.topic or names.EVERY_TOPIC
