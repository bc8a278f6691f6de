"""Claims: a worker holds the messages it took for a minute of real time, renews them while they are on their way, and touches no others."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final

from parcours.app.ports import Message, MessageState, Tx
from parcours.app.services import Services

LEASE: Final = 60_000_000
"""How long a claim lasts (µs, real time)."""
CLAIM_LOST: Final = "claim_lost"
UNREADABLE: Final = "unreadable"
ON_HOLD: Final = "on_hold"
"""Why a message was not begun after all: another worker has it, the database did not answer, or nothing is sent for now."""


def held(tx: Tx, messages: Sequence[Message], owner: str) -> set[bytes]:
    """Ids of the messages that are still this owner's claim."""
    known = tx.messages.load([message.id for message in messages])
    return {key for key, row in known.items() if row.state == MessageState.CLAIMED and row.claimed_by == owner}


@contextmanager
def renewing(services: Services, owner: str, outstanding: Callable[[], Sequence[Message]]) -> Iterator[None]:
    """Renew the claims of what is outstanding, every third of a lease, until the block ends.

    While that fails the claims run out: nothing more starts (see starting), and another worker finds what was begun.
    """
    over = threading.Event()

    def unit(tx: Tx) -> None:
        until = services.clock.real() + LEASE
        messages = outstanding()
        mine = held(tx, messages, owner)
        known = tx.messages.load(sorted(mine))
        tx.messages.settle([replace(row, claimed_until=until) for row in known.values()])

    def renew() -> None:
        while not over.wait(LEASE / 3e6):
            with suppress(Exception):  # whatever the database raises
                services.store.write(services.workspace, unit)

    thread = threading.Thread(target=renew, name="claims", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
