"""The second check: right before a message leaves, is it still allowed to? It can only turn planned into skipped."""

from collections.abc import Iterable

from parcours.app.ports import Contact, Message, Tx
from parcours.core.people.permission import refusal_to_deliver


def survivors(tx: Tx, contacts: Iterable[int]) -> dict[int, Contact]:
    """The contact behind each number: the survivor of its merges."""
    wanted = dict.fromkeys(contacts)
    found = tx.people.load(list(wanted))
    answer: dict[int, Contact] = {}
    for number in wanted:
        contact = found.get(number)
        while contact is not None and contact.merged_into is not None:
            if contact.merged_into not in found:
                found.update(tx.people.load([contact.merged_into]))
            contact = found.get(contact.merged_into)
        if contact is not None:
            answer[number] = contact
    return answer


def on_hold(tx: Tx) -> bool:
    """Whether nothing may be sent: somebody said so, or a backup was restored and nobody confirmed yet."""
    return tx.definitions.settings().get("sending") == "hold"


def refusal(message: Message, contact: Contact | None) -> str | None:
    """Why this message may not leave for this person any more, or None."""
    if contact is None:
        return "erased"
    return refusal_to_deliver(
        contact.consents, contact.holds, message.channel, message.topic, transactional=message.transactional, erased=contact.erased
    )
