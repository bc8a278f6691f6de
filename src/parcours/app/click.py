"""Click: a signed link of a message leads to the destination that was stored when it was sent, and nowhere else.

A visit is only noted here. Whether a person made it is judged ten seconds later (judge), when it is known what else was visited.
"""

from contextlib import suppress

from parcours.app.ports import Click, NotDurable, Tx, Visit
from parcours.app.second_check import survivors
from parcours.app.services import Services
from parcours.app.tokens import verify
from parcours.core.people.permission import may_track


def click(services: Services, token: str, visit: Visit = Visit.FOLLOWED) -> str | None:
    """Where a link leads, None for one that we did not sign. Nothing is noted for people who do not agree to it (any more)."""
    found = verify(services.secret, "click", token)
    if found is None:
        return None
    link = services.store.read(services.workspace, lambda tx: tx.messages.link(*found))
    if link is None:
        return None
    seen = Click(0, link.message_id, link.number, services.clock.now(), visit)
    with suppress(NotDurable):  # the person gets where the link leads, noted or not
        services.store.write(services.workspace, lambda tx: _note(tx, seen))
    return link.url


def _note(tx: Tx, seen: Click) -> None:
    message = tx.messages.load([seen.message_id]).get(seen.message_id)
    contact = None if message is None else survivors(tx, [message.contact]).get(message.contact)
    if contact is not None and not contact.erased and may_track(contact.consents):
        tx.clicks.note(seen)
