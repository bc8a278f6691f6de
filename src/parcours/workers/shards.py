"""Shards: equal slices of the partitions, each led by one worker at a time through a lease with a fencing token."""

from dataclasses import dataclass, field

from parcours.app.ports import Tx
from parcours.app.services import Services
from parcours.app.turn import Shard
from parcours.core.terms.ids import PARTITIONS

SHARDS = 8
LEASE_SECONDS = 15
ROUTING = 1000
"""The lease number of routing: one router at a time keeps the order of arrival."""
EVERYTHING = Shard(range(PARTITIONS))
"""The whole directory, for the process that owns it."""


@dataclass(slots=True)
class Leader:
    """Takes and renews leases in real time. `owner` is unique per process."""

    services: Services
    owner: str
    tokens: dict[int, tuple[int, int]] = field(default_factory=dict)

    def hold(self, shard: int) -> tuple[int, int] | None:
        """(shard, fencing token) while this process leads it, else None. Renewed when half of its time is gone."""
        now = self.services.clock.real()
        token, until = self.tokens.get(shard, (0, 0))
        if until - now > LEASE_SECONDS * 500_000:
            return shard, token
        fresh = self.services.store.write(self.services.workspace, lambda tx: self._take(tx, shard, now))
        if fresh is None:
            self.tokens.pop(shard, None)
            return None
        self.tokens[shard] = (fresh, now + LEASE_SECONDS * 1_000_000)
        return shard, fresh

    def lost(self, shard: int) -> None:
        """Another worker holds it: forget the token."""
        self.tokens.pop(shard, None)

    def release(self) -> None:
        """Give every lease back, so that the others need not wait."""
        held, self.tokens = self.tokens, {}  # a loop that has not ended yet may take another meanwhile: that one runs out by itself
        services = self.services

        def unit(tx: Tx) -> None:
            for shard, (token, _) in list(held.items()):
                tx.leases.release(shard, token)

        services.store.write(services.workspace, unit)

    def _take(self, tx: Tx, shard: int, now: int) -> int | None:
        return tx.leases.take(shard, self.owner, now, now + LEASE_SECONDS * 1_000_000)


def slice_of(shard: int) -> range:
    """The partitions of a shard."""
    size = PARTITIONS // SHARDS
    return range(shard * size, (shard + 1) * size)
