"""Doubting: messages of which nobody can say whether they left wait for a person to decide."""

from dataclasses import replace
from typing import Final

from parcours.app.ports import Message, MessageState, Store, Tx

PAGE: Final = 500


def doubt_what_waits(store: Store, workspace: int, now: int, reason: str) -> int:
    """Every planned or claimed message becomes uncertain, for a person to decide; answers how many."""
    after, held = b"", 0
    while page := _page(store, workspace, after):
        after = page[-1].id
        waiting = [message.id for message in page if message.state in {MessageState.PLANNED, MessageState.CLAIMED}]
        held += store.write(workspace, lambda tx, waiting=waiting: _uncertain(tx, waiting, now, reason)) if waiting else 0  # type: ignore[misc]
    return held


def _page(store: Store, workspace: int, after: bytes) -> list[Message]:
    return store.read(workspace, lambda tx: tx.extracts.messages(after, PAGE))


def _uncertain(tx: Tx, identities: list[bytes], now: int, reason: str) -> int:
    known = tx.messages.load(identities).values()
    waiting = [message for message in known if message.state in {MessageState.PLANNED, MessageState.CLAIMED}]
    tx.messages.settle([replace(message, state=MessageState.UNCERTAIN, reason=reason, updated_at=now) for message in waiting])
    return len(waiting)
