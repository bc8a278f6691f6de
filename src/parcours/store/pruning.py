"""Forgetting old ids of events, in small units."""

from typing import cast

from parcours.app.ports import Store, Tx
from parcours.store.transaction import SqlTx


def prune(store: Store, workspace: int, now: int) -> int:
    """Forget ids that came by the door over 30 days before `now` and left the inbox; 256 units, so that none is long."""
    return sum(store.write(workspace, lambda tx, byte=byte: _prune(tx, now, byte)) for byte in range(256))  # type: ignore[misc]


def _prune(tx: Tx, now: int, first_byte: int) -> int:
    return cast("SqlTx", tx).inbox.prune(now, first_byte)
