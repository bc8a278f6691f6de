"""Merge: two contacts turn out to be one person. Opt-outs survive; what the survivor knows wins, what it lacks is taken over."""

from dataclasses import replace

from parcours.app.ports import Contact, TraceRow, Tx
from parcours.core.journey.merging import merge_records
from parcours.core.people.permission import merged_consents


def absorb(tx: Tx, loser: Contact, survivor: Contact, at: int) -> tuple[Contact, Contact]:
    """Move everything of `loser` to `survivor`; answers both as they are now. The caller saves them."""
    next_seq = tx.merging.move(loser.id, survivor.id, survivor.partition, survivor.next_seq)
    [lost, kept] = tx.runs.records([loser.id, survivor.id])
    merged, emptied, trace = merge_records(lost, kept, at)
    tx.runs.save([emptied, merged])
    tx.runs.trace([TraceRow(t.contact, t.at, t.journey, t.version, t.step, t.run_id, t.reason, t.v1, t.v2) for t in trace])
    return replace(loser, merged_into=survivor.id), join(loser, survivor, next_seq)


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
