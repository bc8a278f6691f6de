"""Publishing while somebody else does: each version has its own number and full registers, on SQLite and on PostgreSQL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from parcours.app.exclusive import Exclusive, Leasing
from parcours.app.operations import Refusal, run
from parcours.app.publish import clear_abandoned, publish
from parcours.app.revision import prepared
from parcours.app.services import Services
from parcours.channels.email.render import EmailRenderer
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from tests.app.sending import NOW, Hands
from tests.app.test_turn import REGULARS, happens

SECOND = 1_000_000
OTHER = {**REGULARS, "steps": [{"id": "pause", "wait": "2h"}]}


def quietly(_done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where the database is."""
    return tmp_path / "publish.sqlite" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def both(target: Path | str, tmp_path: Path) -> Iterator[list[Services]]:
    """Services of two who publish: in one process with SQLite, as two processes have them with PostgreSQL."""
    with ExitStack() as stack:
        store = stack.enter_context(closing(open_store(target)))
        history, clock = open_history(tmp_path / "lake"), Hands(NOW, NOW)
        one = Services(store, history, LocalFiles(), clock, 1, EmailRenderer(), {}, b"s" * 32, "http://localhost", tmp_path)
        if isinstance(target, Path):
            yield [one, one]
        else:
            other = stack.enter_context(closing(open_store(target)))
            leased = [Exclusive(Leasing(each, 1, clock, f"process {number}")) for number, each in enumerate((store, other))]
            yield [replace(one, exclusive=leased[0]), replace(one, store=other, exclusive=leased[1])]


def versions(services: Services) -> list[tuple[int, Any]]:
    found = services.store.read(1, lambda tx: tx.definitions.journeys())
    return [(version.version, version.document["steps"][0]["wait"]) for version in found if version.version > 0]


def preparing(services: Services) -> list[str]:
    return prepared(services.store.read(1, lambda tx: tx.definitions.settings()))


def test_a_second_publication_at_once_is_refused(both: list[Services]) -> None:
    one, other = both
    refused: list[str] = []

    def meanwhile(done: int, _total: int) -> None:
        if done == 1:
            with pytest.raises(Refusal) as refusal:
                publish(other, quietly, OTHER)
            refused.append(str(refusal.value))

    assert publish(one, meanwhile, REGULARS)["version"] == 1
    assert refused == ["regulars is being published just now: wait until that is done, then publish again."]
    assert publish(other, quietly, OTHER)["version"] == 2
    assert versions(one) == [(1, "1h"), (2, "2h")]
    assert preparing(one) == []


def test_what_was_published_first_has_its_registers(both: list[Services]) -> None:
    """The first one's conditions look back; the second's document, had it taken the draft's place, would have emptied them."""
    one, other = both
    order = {"type": "track", "event": "Order Completed", "userId": "ada", "messageId": "o", "properties": {"value": 1200}}
    happens(one, order)
    plain = {**REGULARS, "entry": [{"on": {"event": "Page Viewed"}}]}

    def meanwhile(done: int, _total: int) -> None:
        if done == 1:
            with pytest.raises(Refusal):
                publish(other, quietly, plain)

    publish(one, meanwhile, REGULARS)
    happens(one, {"type": "track", "event": "Page Viewed", "userId": "ada", "messageId": "p"})
    assert sum(row.live for row in one.store.read(1, lambda tx: tx.runs.summary("regulars"))) == 1


def dying(target: str, folder: Path) -> None:
    """Publish, and die in the middle of the fill. Runs in a process of its own."""
    store = open_store(target if "://" in target else Path(target))
    clock = Hands(NOW, NOW)
    exclusive = Exclusive(Leasing(store, 1, clock, "the dying one")) if "://" in target else Exclusive()
    lake = open_history(folder / "lake")
    services = Services(
        store, lake, LocalFiles(), clock, 1, EmailRenderer(), {}, b"s" * 32, "http://localhost", folder, exclusive=exclusive
    )
    publish(services, lambda done, _total: os._exit(7) if done == 3 else None, REGULARS)


def test_a_publication_that_died_is_cleared(target: Path | str, both: list[Services], tmp_path: Path) -> None:
    one, _ = both
    program = "import sys, pathlib; from tests.app.test_publish import dying; dying(sys.argv[1], pathlib.Path(sys.argv[2]))"
    assert subprocess.run([sys.executable, "-c", program, str(target), str(tmp_path)]).returncode == 7
    assert preparing(one) == ["regulars"]
    if isinstance(target, str):
        assert clear_abandoned(one) == [], "its lease has not run out: it might still live"
    assert isinstance(one.clock, Hands)
    one.clock.pass_time(31 * SECOND)
    assert clear_abandoned(one) == ["regulars"]
    assert preparing(one) == []
    assert publish(one, quietly, REGULARS)["version"] == 1


@pytest.mark.parametrize("target", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_who_was_frozen_during_the_fill_publishes_nothing(both: list[Services]) -> None:
    """With SQLite one process owns the directory: nobody takes over while it stands still."""
    one, other = both
    assert isinstance(one.clock, Hands)
    clock = one.clock

    def frozen(done: int, _total: int) -> None:
        if done == 64:
            clock.pass_time(31 * SECOND)
            assert publish(other, quietly, OTHER)["version"] == 1

    with pytest.raises(Refusal, match="another process took over"):
        publish(one, frozen, REGULARS)
    assert versions(one) == [(1, "2h")]
    assert preparing(one) == []


def test_what_is_paused_stays_paused_when_it_is_published_anew(both: list[Services]) -> None:
    one, _ = both
    publish(one, quietly, REGULARS)
    run(one, "journeys.pause", {"journey": "regulars"}, quietly)
    publish(one, quietly, {**REGULARS, "steps": [{"id": "pause", "wait": "3h"}]})
    assert {version.status for version in one.store.read(1, lambda tx: tx.definitions.journeys())} == {"paused"}
    run(one, "journeys.resume", {"journey": "regulars"}, quietly)
