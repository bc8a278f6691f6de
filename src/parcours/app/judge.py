"""Judge: ten seconds after a visit to a tracked link, did a person make it? Said once, as an event, and never revised.

A machine's are visits within two seconds of the sending, those fetched ahead of a reader, those of a message of which every link (of two or
more) was visited within ten seconds, and those of a message that something only looked at (HEAD) within ten seconds.
"""

from collections.abc import Sequence
from typing import Final

from parcours.app.ports import Arrival, Click, Message, Tx, Visit
from parcours.app.receipts import receipt
from parcours.app.second_check import survivors
from parcours.app.services import Services
from parcours.core.people.permission import may_track
from parcours.core.terms.event_names import EMAIL_CLICKED

WAIT: Final = 10_000_000
"""How long after a visit it is judged, and how far around it is looked (µs, workspace clock)."""
TOO_SOON: Final = 2_000_000
"""A visit within 2 s of sending (µs) is a scanner's."""
KEPT: Final = 3 * WAIT
"""Judged visits are kept this long: those that follow are judged by them."""


def judge(services: Services, limit: int = 500) -> int:
    """Judge up to `limit` visits that are due; answers how many."""
    before = services.clock.now() - WAIT
    if not services.store.read(services.workspace, lambda tx: tx.clicks.due(before, 1)):
        return 0
    judged = services.store.write(services.workspace, lambda tx: _judge(tx, before, limit))
    services.wake()
    return judged


def _judge(tx: Tx, before: int, limit: int) -> int:
    due = tx.clicks.due(before, limit)
    ids = list(dict.fromkeys(click.message_id for click in due))
    messages, around, links = tx.messages.load(ids), tx.clicks.around(ids), tx.clicks.links(ids)
    events = []
    for click in due:
        message = messages.get(click.message_id)
        if message is not None and click.visit != Visit.LOOKED_AT:
            near = [each for each in around if each.message_id == click.message_id and abs(each.at - click.at) <= WAIT]
            events += _told(tx, message, click, human=_human(message, click, near, links.get(message.id, 0)))
    tx.inbox.append(events)
    tx.clicks.judge([click.row for click in due])
    tx.clicks.drop(before - KEPT)
    return len(due)


def _human(message: Message, click: Click, near: Sequence[Click], links: int) -> bool:
    soon = not message.sent_at or click.at - message.sent_at <= TOO_SOON
    every_link = links > 1 and len({each.number for each in near}) >= links
    return not (soon or every_link or click.visit == Visit.AHEAD or any(each.visit == Visit.LOOKED_AT for each in near))


def _told(tx: Tx, message: Message, click: Click, *, human: bool) -> list[Arrival]:
    """The event, unless the person does not agree to be measured (any more)."""
    contact = survivors(tx, [message.contact]).get(message.contact)
    link = tx.messages.link(click.message_id, click.number)
    if contact is None or contact.erased or link is None or not may_track(contact.consents):
        return []
    said = {"link": link.url, "number": link.number, "human": human}
    return [receipt(message, contact.id, EMAIL_CLICKED, click.at, said, mark=f"{click.at}.{click.row}")]
