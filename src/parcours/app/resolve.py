"""Resolve: a person decides about a message of which nobody knows whether it left: it arrived, or it is sent again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from parcours.app.message_context import email_address
from parcours.app.operations import Refusal
from parcours.app.outcomes import AGAIN, Settled
from parcours.app.ports import Contact, Message, MessageState, Tx
from parcours.app.receipts import receipt
from parcours.app.second_check import survivors
from parcours.app.services import Services
from parcours.core.people.permission import may_track
from parcours.core.terms import event_names as names

VERDICTS = ("arrived", "again")


def resolve(services: Services, progress: Callable[[int, int], None], message: str, verdict: str, by: str = "") -> dict[str, Any]:
    """Decide about one uncertain message (its id in hexadecimal digits): `arrived` or `again`; `by` says who decided.

    An event on the person's timeline tells of the decision. A message sent again keeps its Message-ID, so that most mail programs show one
    copy when both arrive. Raises Refusal for a message that is not known or not uncertain.
    """
    if verdict not in VERDICTS:
        raise Refusal(f"There is no verdict {verdict}: say arrived or again.")
    identity = _identity(message)
    now = services.clock.now()
    after = services.store.write(services.workspace, lambda tx: _decide(tx, identity, verdict, by, now))
    services.wake()
    progress(1, 1)
    return {"message": message, "state": after.value}


def _identity(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Refusal("A message is named by 32 hexadecimal digits: see `parcours messages list`.") from None


def _decide(tx: Tx, identity: bytes, verdict: str, by: str, now: int) -> MessageState:
    number = next((found.contact for found in tx.messages.load([identity]).values()), None)
    contact = None if number is None else survivors(tx, [number]).get(number)  # from here on nobody else decides about this person
    message = tx.messages.load([identity]).get(identity)
    if message is None:
        raise Refusal("There is no message with this id.")
    if message.state != MessageState.UNCERTAIN:
        raise Refusal(f"This message is {message.state.value}: only uncertain messages are decided about.")
    settled = _arrived(message, contact, now) if verdict == "arrived" else _again(message, now)
    told = receipt(message, _number(message, contact), names.EMAIL_DECIDED, now, {"verdict": verdict, "by": by}, mark=str(now))
    tx.messages.settle([settled.message])
    tx.inbox.append([told, *settled.events])
    return settled.message.state


def _arrived(message: Message, contact: Contact | None, now: int) -> Settled:
    tracked = contact is not None and may_track(contact.consents)
    address = message.address or (email_address(contact) if contact is not None else "")
    after = replace(message, state=MessageState.SENT, reason="", address=address, sent_at=message.updated_at, updated_at=now)
    return Settled(after, (receipt(message, _number(message, contact), names.EMAIL_SENT, now, {"tracked": tracked}),))


def _again(message: Message, now: int) -> Settled:
    return Settled(replace(message, state=MessageState.PLANNED, reason=AGAIN, address="", lost=0, next_at=now, updated_at=now))


def _number(message: Message, contact: Contact | None) -> int:
    return message.contact if contact is None else contact.id
