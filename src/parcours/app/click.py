"""Click: a signed link of a message leads to the destination that was stored when it was sent, and nowhere else."""

import uuid
from contextlib import suppress
from typing import Final

from parcours.app.ports import Message, NotDurable, StoredLink, Tx
from parcours.app.receipts import receipt
from parcours.app.second_check import survivors
from parcours.app.services import Services
from parcours.app.tokens import verify
from parcours.core.people.permission import may_track
from parcours.core.terms.event_names import EMAIL_CLICKED

TOO_SOON: Final = 2_000_000
"""A click within 2 s of sending (µs) is a scanner's."""


def destination(services: Services, token: str) -> str | None:
    """Where a link leads; None for one that we did not sign. Changes nothing."""
    found = verify(services.secret, "click", token)
    link = None if found is None else services.store.read(services.workspace, lambda tx: tx.messages.link(*found))
    return None if link is None else link.url


def click(services: Services, token: str) -> str | None:
    """Where a link leads, after noting that somebody followed it. Nothing is noted for people who do not agree to it (any more)."""
    found = verify(services.secret, "click", token)
    if found is None:
        return None
    link = services.store.read(services.workspace, lambda tx: tx.messages.link(*found))
    if link is None:
        return None
    now = services.clock.now()
    with suppress(NotDurable):  # the person gets where the link leads, noted or not
        services.store.write(services.workspace, lambda tx: _note(tx, link, now))
        services.wake()
    return link.url


def _note(tx: Tx, link: StoredLink, now: int) -> None:
    message = tx.messages.load([link.message_id]).get(link.message_id)
    contact = None if message is None else survivors(tx, [message.contact]).get(message.contact)
    if message is None or contact is None or contact.erased or not may_track(contact.consents):
        return
    said = {"link": link.url, "number": link.number, "human": _human(message, now)}
    tx.inbox.append([receipt(message, contact.id, EMAIL_CLICKED, now, said, mark=uuid.uuid4().hex)])


def _human(message: Message, now: int) -> bool:
    return bool(message.sent_at) and now - message.sent_at > TOO_SOON
