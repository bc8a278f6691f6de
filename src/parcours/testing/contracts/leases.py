"""Shard leases and their fencing tokens."""

from concurrent.futures import ThreadPoolExecutor

from parcours.app.ports import Store


def take(store: Store, owner: str, now: int, until: int, shard: int = 0) -> int | None:
    """Take a lease in workspace 1."""
    return store.write(1, lambda tx: tx.leases.take(shard, owner, now, until))


def check(store: Store, token: int, shard: int = 0) -> bool:
    """Check a token in workspace 1."""
    return store.write(1, lambda tx: tx.leases.check(shard, token))


class LeasesContract:
    """What leases promise."""

    def test_a_lease_has_one_holder_until_it_runs_out(self, store: Store) -> None:
        token = take(store, "a", 0, 10)
        assert token is not None
        assert take(store, "b", 5, 20) is None
        assert take(store, "b", 10, 20) is None
        newer = take(store, "b", 11, 20)
        assert newer is not None
        assert newer > token
        assert (check(store, token), check(store, newer)) == (False, True)

    def test_renewing_keeps_the_token(self, store: Store) -> None:
        token = take(store, "a", 0, 10)
        assert take(store, "a", 5, 15) == token
        assert take(store, "b", 12, 30) is None

    def test_taken_again_after_it_ran_out_the_token_grows(self, store: Store) -> None:
        token = take(store, "a", 0, 10)
        again = take(store, "a", 50, 60)
        assert token is not None
        assert again is not None
        assert again > token
        assert not check(store, token)

    def test_a_released_shard_is_free_and_old_tokens_release_nothing(self, store: Store) -> None:
        old = take(store, "a", 0, 10)
        new = take(store, "b", 11, 100)
        assert old is not None
        assert new is not None
        store.write(1, lambda tx: tx.leases.release(0, old))
        assert take(store, "a", 12, 50) is None
        store.write(1, lambda tx: tx.leases.release(0, new))
        third = take(store, "a", 12, 50)
        assert third is not None
        assert third > new

    def test_shards_are_leased_apart(self, store: Store) -> None:
        assert take(store, "a", 0, 10, shard=1) is not None
        assert take(store, "b", 0, 10, shard=2) is not None
        assert not check(store, 1, shard=3)

    def test_leases_that_last_are_counted(self, store: Store) -> None:
        for shard, until in ((1, 10), (2, 20), (3, 30), (7, 30)):
            take(store, "a", 0, until, shard)
        released = take(store, "a", 0, 30, shard=4)
        assert released is not None
        store.write(1, lambda tx: tx.leases.release(4, released))
        assert store.read(1, lambda tx: tx.leases.lasting(1, 7, 20)) == 2

    def test_of_many_that_ask_at_once_one_gets_the_shard(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as workers:
            tokens = list(workers.map(lambda owner: take(store, owner, 0, 10), "abcdefgh"))
        assert sum(token is not None for token in tokens) == 1
