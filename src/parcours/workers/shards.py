"""Shards: equal slices of the partitions, each led by one worker at a time through a lease with a fencing token.

Each process keeps a lease of presence. How many of those last says how many share the work, so each leads its share of the shards and
gives up what is over; the shards of a process that ended are taken over when its leases have run out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from parcours.app.ports import Tx
from parcours.app.services import Services
from parcours.app.turn import Shard
from parcours.core.terms.ids import PARTITIONS

SHARDS = 8
LEASE_SECONDS = 15
ASK_SECONDS = 1
"""How often a lease that another process holds is asked for."""
ROUTING = 1000
"""The lease number of routing: one router at a time keeps the order of arrival."""
PRESENCE = 1 << 20
"""Lease numbers from here to `PRESENT_BEFORE` are places of processes that share the work."""
PRESENT_BEFORE = 1 << 24
EVERYTHING = Shard(range(PARTITIONS))
"""The whole directory, for the process that owns it."""

Lease = tuple[int, int]
"""(number, fencing token)"""


@dataclass(slots=True)
class Leader:
    """Takes and renews leases in real time. `owner` is unique per process."""

    services: Services
    owner: str
    tokens: dict[int, Lease] = field(default_factory=dict)
    _refused: dict[int, int] = field(default_factory=dict)
    _place: int = -1
    _share: tuple[int, int] = (0, 0)

    def hold(self, number: int) -> Lease | None:
        """(number, fencing token) while this process leads it, else None. Renewed when half of its time is gone."""
        now = self.services.clock.real()
        token, until = self.tokens.get(number, (0, 0))
        if until - now > LEASE_SECONDS * 500_000:
            return number, token
        if now - self._refused.get(number, 0) < ASK_SECONDS * 1_000_000:
            return None
        fresh = self.services.store.write(self.services.workspace, lambda tx: self._take(tx, number, now))
        if fresh is None:
            self.tokens.pop(number, None)
            self._refused[number] = now
            return None
        self.tokens[number] = (fresh, now + LEASE_SECONDS * 1_000_000)
        return number, fresh

    def shards(self) -> Iterator[Lease]:
        """Leases of this process's share of the shards, one after the other; what is over its share is given up first."""
        share = self._fair_share()
        mine = [shard for shard in range(SHARDS) if shard in self.tokens]
        for shard in mine[share:]:
            self._give([shard])
        place = self._place - PRESENCE
        others = sorted(set(range(SHARDS)) - set(mine), key=lambda shard: (shard - place * SHARDS // 3) % SHARDS)
        led = 0
        for shard in (*mine[:share], *others):
            if led == share:
                return
            lease = self.hold(shard)
            if lease is not None:
                led += 1
                yield lease

    def lost(self, number: int) -> None:
        """Another worker holds it: forget the token."""
        self.tokens.pop(number, None)

    def release(self) -> None:
        """Give every lease back, so that the others need not wait. One that a loop still under way takes meanwhile runs out by itself."""
        self._give(list(self.tokens))

    def _give(self, numbers: list[int]) -> None:
        given = [(number, self.tokens.pop(number)[0]) for number in numbers if number in self.tokens]

        def unit(tx: Tx) -> None:
            for number, token in given:
                tx.leases.release(number, token)

        self.services.store.write(self.services.workspace, unit)

    def _fair_share(self) -> int:
        """How many shards this process should lead, by how many share the work; looked at once a second."""
        now = self.services.clock.real()
        share, looked = self._share
        if now - looked > ASK_SECONDS * 1_000_000:
            self._take_place()
            services = self.services
            present = services.store.read(services.workspace, lambda tx: tx.leases.lasting(PRESENCE, PRESENT_BEFORE, now))
            share = -(-SHARDS // max(1, present))
            self._share = (share, now)
        return share

    def _take_place(self) -> None:
        """Keep the lowest place that nobody else has."""
        if self._place < 0 or self.hold(self._place) is None:
            self._place = next(place for place in count(PRESENCE) if self.hold(place) is not None)

    def _take(self, tx: Tx, number: int, now: int) -> int | None:
        return tx.leases.take(number, self.owner, now, now + LEASE_SECONDS * 1_000_000)


def slice_of(shard: int) -> range:
    """The partitions of a shard."""
    size = PARTITIONS // SHARDS
    return range(shard * size, (shard + 1) * size)
