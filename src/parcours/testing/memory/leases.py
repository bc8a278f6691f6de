"""Shard leases in memory."""

from parcours.testing.memory.state import Lease, State


class MemoryLeases:
    """Who may move which shard."""

    def __init__(self, state: State) -> None:
        self._state = state

    def take(self, shard: int, owner: str, now: int, until: int, /) -> int | None:
        """Take or renew the lease; answers its token, None when another holds it."""
        self._state.writing()
        held = self._state.leases.get(shard, Lease("", -1, 0))
        renewed = held.owner == owner and held.until >= now
        if held.until >= now and not renewed:
            return None
        lease = Lease(owner, until, held.token if renewed else held.token + 1)
        self._state.leases[shard] = lease
        return lease.token

    def check(self, shard: int, token: int, /) -> bool:
        """The token is still the newest of the shard."""
        held = self._state.leases.get(shard)
        return held is not None and held.token == token

    def release(self, shard: int, token: int, /) -> None:
        """Give the shard up, when the token is still its newest."""
        self._state.writing()
        if self.check(shard, token):
            self._state.leases[shard] = Lease("", 0, token)

    def lasting(self, first: int, before: int, now: int, /) -> int:
        """How many leases numbered from `first` on, below `before`, have not run out."""
        return sum(first <= number < before and lease.until >= now for number, lease in self._state.leases.items())
