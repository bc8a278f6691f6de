"""How processes share the shards: each its part, and all of them again when one has ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from parcours.app.ports import Tx
from parcours.workers.shards import LEASE_SECONDS, SHARDS, Leader
from tests.app.sending import Hands, Workspace, fresh_workspace

SECOND = 1_000_000


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with fresh_workspace(tmp_path / "sharing.sqlite") as made:
        yield made


def rounds(clock: Hands, *leaders: Leader, seconds: int = 5) -> list[set[int]]:
    """Each leads its shards once a second; answers those of the last round."""
    led: list[set[int]] = []
    for _ in range(seconds):
        clock.pass_time(2 * SECOND)
        led = [{shard for shard, _ in leader.shards()} for leader in leaders]
    return led


def test_one_leads_everything_and_shares_with_who_comes(workspace: Workspace) -> None:
    one, other, third = (Leader(workspace.services, name) for name in ("one", "other", "third"))
    assert rounds(workspace.clock, one) == [set(range(SHARDS))]
    parts = rounds(workspace.clock, one, other)
    assert [len(part) for part in parts] == [4, 4]
    assert set.union(*parts) == set(range(SHARDS))
    parts = rounds(workspace.clock, one, other, third)
    assert sorted(len(part) for part in parts) == [2, 3, 3]
    assert set.union(*parts) == set(range(SHARDS))


def test_what_a_dead_process_led_is_taken_over_within_a_lease(workspace: Workspace) -> None:
    one, other = Leader(workspace.services, "one"), Leader(workspace.services, "other")
    rounds(workspace.clock, one, other)
    [part] = rounds(workspace.clock, other, seconds=LEASE_SECONDS // 2 + 2)
    assert part == set(range(SHARDS))


def test_what_a_stopped_process_led_is_free_at_once(workspace: Workspace) -> None:
    one, other = Leader(workspace.services, "one"), Leader(workspace.services, "other")
    rounds(workspace.clock, one, other)
    one.release()
    [part] = rounds(workspace.clock, other, seconds=1)
    assert part == set(range(SHARDS))


def test_who_was_frozen_holds_no_shard_with_an_old_token(workspace: Workspace) -> None:
    one, other = Leader(workspace.services, "one"), Leader(workspace.services, "other")
    rounds(workspace.clock, one)
    before = dict(one.tokens)
    rounds(workspace.clock, other, seconds=LEASE_SECONDS)
    parts = rounds(workspace.clock, one, other)
    assert [len(part) for part in parts] == [4, 4]
    assert set.union(*parts) == set(range(SHARDS))

    def still_valid(tx: Tx) -> list[int]:
        return [shard for shard in range(SHARDS) if tx.leases.check(shard, before[shard][0])]

    assert workspace.store.write(1, still_valid) == []
