"""Export: everything that is kept, as one JSON object a line, read from one snapshot in bounded memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, TypeVar

import msgspec

from parcours.app.ports import Contact, InboxRow, Message, Tx
from parcours.app.services import Services
from parcours.core.terms.events import Event
from parcours.core.terms.instants import format_instant

PAGE: Final = 2000
Row = dict[str, Any]
Write = Callable[[bytes], object]
Known = Mapping[int, tuple[str | None, str | None]]
T = TypeVar("T")

_encode = msgspec.json.Encoder(enc_hook=str).encode


def export(services: Services, subject: str, write: Write) -> int:
    """Writes contacts, events or messages; answers how many lines. Erased contacts are in none of them, merged ones in their survivor."""
    rows: Callable[[Services, Tx], Iterator[Row]] = {"contacts": _contacts, "events": _events, "messages": _messages}[subject]

    def unit(tx: Tx) -> int:
        lines = 0
        for page in _pages(rows(services, tx)):
            write(b"".join(_encode(row) + b"\n" for row in page))
            lines += len(page)
        return lines

    return services.store.read(services.workspace, unit)


def _pages(rows: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(rows)
    while page := list(islice(iterator, PAGE)):
        yield page


def _events(services: Services, tx: Tx) -> Iterator[Row]:
    """Each event once: those of the segments, then those still in the inbox."""
    names = {code: name for name, code in tx.manifest.codes().items()}
    for page in _pages(services.history.rows(tx.manifest.segments(), names)):
        known = tx.extracts.known_as(list({event.contact for event, _, _ in page}))
        yield from (_kept(event, client_id, known) for event, _, client_id in page if event.contact in known)
    after = 0
    while arrived := tx.extracts.inbox(after, PAGE):
        after = arrived[-1].row
        known = tx.extracts.known_as(list({row.contact for row in arrived if row.contact is not None}))
        yield from (_arrived(row, known) for row in arrived if row.contact is None or row.contact in known)


def _kept(event: Event, client_id: str, known: Known) -> Row:
    user_id, anonymous_id = known[event.contact]
    return _event(client_id or event.message_id.hex(), user_id, anonymous_id, event)


def _arrived(row: InboxRow, known: Known) -> Row:
    user_id, anonymous_id = known[row.contact] if row.contact is not None else (None, None)
    return _event(row.message_id, row.user_id or user_id, row.anonymous_id or anonymous_id, row)


def _event(message_id: str, user_id: str | None, anonymous_id: str | None, event: Event | InboxRow) -> Row:
    return {
        "message_id": message_id,
        "user_id": user_id,
        "anonymous_id": anonymous_id,
        "event": event.name,
        "occurred": format_instant(event.occurred),
        "received": format_instant(event.received),
        "properties": event.properties,
    }


def _contacts(_: Services, tx: Tx) -> Iterator[Row]:
    after = 0
    while page := tx.people.search("", after, PAGE):
        after = page[-1].id
        living = [contact for contact in page if contact.merged_into is None and not contact.erased]
        known = tx.extracts.known_as([contact.id for contact in living])
        yield from (_contact(contact, known) for contact in living)


def _contact(contact: Contact, known: Known) -> Row:
    return {
        "contact": contact.public_id,
        "user_id": contact.user_id,
        "anonymous_id": known.get(contact.id, (None, None))[1],
        "created": format_instant(contact.created),
        "attributes": contact.attributes,
        "tags": contact.tags,
        "consents": contact.consents,
        "holds": contact.holds,
    }


def _messages(_: Services, tx: Tx) -> Iterator[Row]:
    after = b""
    while page := tx.extracts.messages(after, PAGE):
        after = page[-1].id
        contacts = tx.people.load(list({message.contact for message in page}))
        known = tx.extracts.known_as(list(contacts))
        yield from (_message(message, contacts, known) for message in page if message.contact in known)


def _message(message: Message, contacts: Mapping[int, Contact], known: Known) -> Row:
    return {
        "message": message.id.hex(),
        "contact": contacts[message.contact].public_id,
        "user_id": known[message.contact][0],
        "journey": message.journey,
        "version": message.version,
        "run": message.run_id.hex(),
        "step": message.step,
        "visit": message.visit,
        "channel": message.channel,
        "topic": message.topic,
        "template": message.template,
        "transactional": message.transactional,
        "state": message.state.value,
        "reason": message.reason,
        "address": message.address,
        "attempts": message.attempts,
        "planned": format_instant(message.planned_at),
        "sent": format_instant(message.sent_at) if message.sent_at else None,
    }
