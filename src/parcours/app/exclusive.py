"""Exclusive work: what only one hand may do at a time, in one process (a lock) or among several (a lease as well, with a fencing token).

A lease that ran out may have another owner while the former one, frozen meanwhile, still believes in it. So whoever changes something
under a lease confirms it in the transaction that changes it: there the database knows better.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from parcours.app.ports import Clock, Store, Tx
from parcours.core.terms.chance import stable_hash

LEASE_SECONDS: Final = 30
FIRST_NUMBER: Final = 1 << 32
"""Lease numbers from here on belong to exclusive work; those below to shards."""
ASK_SECONDS: Final = 0.1
HISTORY: Final = "history"
"""Moving events to the history, rewriting it, and reading all of it for registers."""


class Busy(Exception):
    """Somebody else is at it."""


class LeaseLost(Exception):
    """Another worker holds the lease now: nothing was written."""


@dataclass(frozen=True, slots=True)
class Leasing:
    """What leases are taken with: `owner` names this process and no other; time is real."""

    store: Store
    workspace: int
    clock: Clock
    owner: str

    def take(self, number: int) -> int | None:
        """Take or renew a lease; answers its token, None while another process holds it."""
        return self.store.write(self.workspace, partial(self._take, number))

    def _take(self, number: int, tx: Tx) -> int | None:
        now = self.clock.real()
        return tx.leases.take(number, self.owner, now, now + LEASE_SECONDS * 1_000_000)

    def release(self, number: int, token: int) -> None:
        """Give it back."""
        self.store.write(self.workspace, lambda tx: tx.leases.release(number, token))


@dataclass(frozen=True, slots=True)
class Hold:
    """Exclusive work under way. `lease` is (number, token), None where one process owns everything."""

    lease: tuple[int, int] | None = None

    def lasts(self, tx: Tx) -> bool:
        """Nobody else took over; asked inside the transaction that writes, and true until it ends."""
        return self.lease is None or tx.leases.check(*self.lease)

    def confirm(self, tx: Tx) -> None:
        """Raises LeaseLost when somebody else took over."""
        if not self.lasts(tx):
            raise LeaseLost("another process took over while this one stood still. Try again.")


@dataclass(slots=True)
class Exclusive:
    """Hands out exclusive work by its name. Without `leasing` the process is alone and a lock is enough."""

    leasing: Leasing | None = None
    _locks: defaultdict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def hold(self, name: str, *, wait: bool = True) -> Iterator[Hold]:
        """Alone with this work inside the block. Raises Busy at once without `wait`, else waits for its turn."""
        with self._guard:
            lock = self._locks[name]
        if not lock.acquire(blocking=wait):
            raise Busy(name)
        try:
            if self.leasing is None:
                yield Hold()
            else:
                with self._leased(self.leasing, number_of(name), wait=wait) as held:
                    yield held
        finally:
            lock.release()

    @contextmanager
    def _leased(self, leasing: Leasing, number: int, *, wait: bool) -> Iterator[Hold]:
        token = leasing.take(number)
        while token is None:
            if not wait:
                raise Busy(str(number))
            threading.Event().wait(ASK_SECONDS)
            token = leasing.take(number)
        over = threading.Event()
        renewing = threading.Thread(target=_renew, args=(leasing, number, token, over), name="exclusive", daemon=True)
        renewing.start()
        try:
            yield Hold((number, token))
        finally:
            over.set()
            renewing.join()
            with suppress(Exception):  # whatever the database raises: the lease runs out by itself
                leasing.release(number, token)


def _renew(leasing: Leasing, number: int, token: int, over: threading.Event) -> None:
    """Renew a lease every third of its time, until the work is over or the lease has another owner or token."""
    while not over.wait(LEASE_SECONDS / 3):
        with suppress(Exception):  # the database may come back before the lease has run out
            if leasing.take(number) != token:
                return


def number_of(name: str) -> int:
    """The lease number of a name."""
    return FIRST_NUMBER + (stable_hash(name) & 0x3FFFFFFFFFFF)
