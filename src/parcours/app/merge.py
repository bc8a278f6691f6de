"""Merge: two contacts turn out to be one person. Opt-outs survive every merge; what the survivor knows wins, what it lacks is taken over."""

from collections.abc import Mapping
from dataclasses import replace

from parcours.app.ports import Contact, Tx
from parcours.core.journey.merging import merge_records


def absorb(tx: Tx, loser: Contact, survivor: Contact) -> tuple[Contact, Contact]:
    """Move everything of `loser` to `survivor`; answers both as they are now. The caller saves them."""
    next_seq = tx.merging.move(loser.id, survivor.id, survivor.partition, survivor.next_seq)
    [lost, kept] = tx.runs.records([loser.id, survivor.id])
    merged, emptied, trace = merge_records(lost, kept)
    tx.runs.save([emptied, merged])
    tx.runs.trace(trace)
    return replace(loser, merged_into=survivor.id), join(loser, survivor, next_seq)


def join(loser: Contact, survivor: Contact, next_seq: int) -> Contact:
    """The survivor with what the loser brings."""
    return replace(
        survivor,
        created=min(loser.created, survivor.created),
        user_id=survivor.user_id if survivor.user_id is not None else loser.user_id,
        attributes={**loser.attributes, **survivor.attributes},
        tags=tuple(dict.fromkeys((*survivor.tags, *loser.tags))),
        consents=_consents(loser.consents, survivor.consents),
        holds=tuple(dict.fromkeys((*survivor.holds, *loser.holds))),
        next_seq=next_seq,
        last_seen=max(loser.last_seen, survivor.last_seen),
    )


def _consents(one: Mapping[str, bool], two: Mapping[str, bool]) -> dict[str, bool]:
    """A withdrawal on either side stays a withdrawal, also where the other side said nothing of that topic."""
    return {key: one.get(key, True) and two.get(key, True) for key in {**one, **two}}
