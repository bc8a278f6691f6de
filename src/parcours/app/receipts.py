"""Receipts: what became of a message, as events that re-enter through the inbox."""

import hashlib
from collections.abc import Mapping
from typing import Any

from parcours.app.ports import Arrival, Message
from parcours.core.terms.events import Kind

RECEIPT_SOURCE = 0
"""The source of events that Parcours writes itself."""


def receipt(message: Message, contact: int, name: str, at: int, more: Mapping[str, Any], *, mark: str = "") -> Arrival:
    """An event about a message, with `more` properties. Its id follows from message, name and `mark`: the same outcome is kept once."""
    return internal(name, contact, at, _about(message) | dict(more), Kind.RECEIPT, message.id.hex(), name, mark)


def internal(name: str, contact: int, at: int, properties: dict[str, Any], kind: Kind, *identity: str) -> Arrival:
    """An event that Parcours writes itself; its id is a hash of `identity`."""
    message_id = hashlib.blake2b("\x1f".join(identity).encode(), digest_size=16).digest()
    return Arrival(
        message_id=message_id,
        client_message_id=message_id.hex(),
        source=RECEIPT_SOURCE,
        call="internal",
        name=name,
        occurred=at,
        received=at,
        kind=kind,
        contact=contact,
        properties=properties,
    )


def _about(message: Message) -> dict[str, Any]:
    return {
        "message": message.id.hex(),
        "run": message.run_id.hex(),
        "journey": message.journey,
        "step": message.step,
        "visit": message.visit,
        "template": message.template,
        "topic": message.topic,
        "channel": message.channel,
    }
