"""Merge: two contacts turn out to be one person. Opt-outs survive; what the survivor knows wins, what it lacks is taken over.

The kernel knows what came as events: where the histories of both, taken together, would say otherwise than the survivor's record, the merge
says it anew, in events of its own.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parcours.app.context import merged_context
from parcours.app.ports import Contact, TraceRow, Tx
from parcours.app.profile import said_of_hold
from parcours.core.journey.merging import merge_records
from parcours.core.people.permission import merged_consents, told_by_merge
from parcours.core.terms import event_names as names
from parcours.core.terms.events import NEVER, Event, Kind

Said = tuple[str, Mapping[str, Any]]


def absorb(tx: Tx, loser: Contact, survivor: Contact, at: int) -> tuple[Contact, Contact]:
    """Move everything of `loser` to `survivor` at the instant `at`; answers both as they are now. The caller saves them."""
    next_seq = tx.merging.move(loser.id, survivor.id, survivor.partition, survivor.next_seq)
    [lost, kept] = tx.runs.records([loser.id, survivor.id])
    merged, emptied, trace = merge_records(lost, kept, at)
    context, joined = merged_context(lost, kept), join(loser, survivor, next_seq)
    said = said_anew(loser, survivor, joined)
    if said and merged.last_turned >= 0:  # right after all that was turned: whatever is still due is decided with it
        events = _events(joined, loser, said, at, merged.last_turned)
        tx.merging.tell(joined.partition, events)
        joined = replace(joined, next_seq=joined.next_seq + len(events))
        merged = replace(merged, last_turned=events[-1].turned)
    if said and tx.inbox.events([survivor.id]):  # and after all that waits for its turn
        events = _events(joined, loser, said, at, NEVER)
        tx.merging.tell(joined.partition, events)
        joined = replace(joined, next_seq=joined.next_seq + len(events))
    tx.runs.save([emptied, replace(merged, context=context)])
    tx.runs.trace([TraceRow(t.contact, t.at, t.journey, t.version, t.step, t.run_id, t.reason, t.v1, t.v2) for t in trace])
    return replace(loser, merged_into=survivor.id), joined


def join(loser: Contact, survivor: Contact, next_seq: int) -> Contact:
    """The survivor with what the loser brings."""
    return replace(
        survivor,
        created=min(loser.created, survivor.created),
        user_id=survivor.user_id if survivor.user_id is not None else loser.user_id,
        attributes={**loser.attributes, **survivor.attributes},
        tags=tuple(dict.fromkeys((*survivor.tags, *loser.tags))),
        consents=merged_consents(loser.consents, survivor.consents),
        holds=tuple(dict.fromkeys((*survivor.holds, *loser.holds))),
        next_seq=next_seq,
        last_seen=max(loser.last_seen, survivor.last_seen),
    )


def said_anew(loser: Contact, survivor: Contact, joined: Contact) -> list[Said]:
    """(name, properties) of what the merge says: consents where a withdrawal must win, holds of one side, the survivor's answers."""
    consents: list[Said] = [
        (names.CONSENT_GRANTED if granted else names.CONSENT_WITHDRAWN, {"channel": channel, "topic": topic, "reason": "merge"})
        for channel, topic, granted in told_by_merge(survivor.consents, loser.consents)
    ]
    holds = [said_of_hold(hold) for hold in joined.holds if (hold in loser.holds) != (hold in survivor.holds)]
    clashes = [
        name for name in sorted(set(loser.attributes) & set(survivor.attributes)) if loser.attributes[name] != survivor.attributes[name]
    ]
    traits = {name: survivor.attributes[name] for name in clashes if name != "stage"}
    identified = [(names.CONTACT_IDENTIFIED, traits)] if traits else []
    staged = [(names.STAGE_CHANGED, {"stage": survivor.attributes["stage"]})] if "stage" in clashes else []
    return [*consents, *holds, *identified, *staged]


def _events(contact: Contact, loser: Contact, said: list[Said], at: int, after: int) -> list[Event]:
    """What the merge says, turned right after an instant (NEVER: waiting for its turn)."""
    return [
        Event(
            contact=contact.id,
            seq=contact.next_seq + place,
            name=name,
            occurred=at,
            received=at,
            turned=NEVER if after == NEVER else after + 1 + place,
            kind=Kind.WORKSPACE,
            properties=properties,
            message_id=hashlib.blake2b(
                f"merge|{loser.public_id}|{contact.public_id}|{contact.next_seq + place}".encode(), digest_size=16
            ).digest(),
        )
        for place, (name, properties) in enumerate(said)
    ]
