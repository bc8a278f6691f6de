"""Stages: where people stand in the relation, by the workspace's rules; a change is an event like any other."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parcours.app.ports import Arrival, Contact, Tx
from parcours.app.refold import emptied, fold_emptied
from parcours.app.services import Services
from parcours.core.journey.link import Linked
from parcours.core.journey.observe import first_true
from parcours.core.journey.state import ContactRecord
from parcours.core.terms.event_names import STAGE_CHANGED
from parcours.core.terms.events import Kind

STAGES_KEY: Final = "stages-of-the-workspace"
"""The key under which the rules are linked; no journey may have it."""
PAGE: Final = 500


def sweep(services: Services, after: int) -> int:
    """Look at a page of people with id over `after`, whom time alone may have moved; answers the last id, 0 at the end."""

    def page(tx: Tx) -> list[int]:
        return [contact.id for contact in tx.people.search("", after, PAGE)]

    def unit(tx: Tx) -> int:
        people = {contact.id: contact for contact in tx.people.search("", after, PAGE)}
        records = [record for record in tx.runs.records(list(people)) if not emptied(record)]  # those of a merge since then say nothing
        linked = services.link(tx, [record.zone for record in records])
        note_stages(tx, linked, records, people, services.clock.now())
        return max(people, default=0)

    fold_emptied(services, services.store.read(services.workspace, page))
    return services.store.write(services.workspace, unit)


def note_stages(tx: Tx, linked: Linked, records: Sequence[ContactRecord], people: Mapping[int, Contact], at: int) -> None:
    """Append `Stage Changed` for everybody whose stage is not what is written; no rules, no stages."""
    rules: Sequence[Mapping[str, Any]] = tx.definitions.settings().get("stages") or ()
    row = linked.program_row(STAGES_KEY, 1)
    if row is None or not rules:
        return
    keys = [str(rule["key"]) for rule in rules if "when" in rule]
    found = first_true(linked, linked.placed[row].program, records, at)
    changes = []
    for record, number in zip(records, found, strict=True):
        before, now = people[record.contact].attributes.get("stage"), None if number is None else keys[number]
        if now is not None and now != before:
            changes.append(_change(people[record.contact], before, now, at))
    if changes:
        tx.inbox.append(changes)


def _change(contact: Contact, before: Any, now: str, at: int) -> Arrival:
    """The event; deciding it again while it is on its way gives the same id."""
    text = f"stage|{contact.public_id}|{before}|{now}|{contact.next_seq}"
    return Arrival(
        message_id=hashlib.blake2b(text.encode(), digest_size=16).digest(),
        client_message_id=text[:64],
        source=0,
        call="internal",
        name=STAGE_CHANGED,
        occurred=at,
        received=at,
        kind=Kind.WORKSPACE,
        contact=contact.id,
        properties={"stage": now, "from": before},
    )
