"""Forgetting in one process while another one archives: no file holds the forgotten afterwards (two stores on one PostgreSQL)."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from parcours.app.archive import archive
from parcours.app.exclusive import Exclusive, LeaseLost, Leasing
from parcours.app.forget import forget_named, rewrite_history
from parcours.app.ports import SegmentFile
from parcours.app.services import Services
from parcours.channels.email.render import EmailRenderer
from parcours.core.terms.events import Event
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.lake.history import SegmentHistory
from parcours.store import open_store
from tests.app.sending import NOW, Hands
from tests.app.test_turn import happens

pytestmark = pytest.mark.postgres


@dataclass
class Interrupted:
    """A history before whose next segment something happens."""

    inner: SegmentHistory
    meanwhile: Callable[[], None]

    def append(self, partition: int, events: Sequence[tuple[Event, int, str]], codes: dict[str, int], /) -> SegmentFile:
        self.meanwhile()
        return self.inner.append(partition, events, codes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@pytest.fixture
def both(postgres_url: str, tmp_path: Path) -> Iterator[list[Services]]:
    """Services of two processes."""
    with closing(open_store(postgres_url)) as one, closing(open_store(postgres_url)) as other:
        lake, clock = open_history(tmp_path / "lake"), Hands(NOW, NOW)
        first = Services(one, lake, LocalFiles(), clock, 1, EmailRenderer(), {}, b"s" * 32, "http://localhost", tmp_path)
        yield [
            replace(first, store=store, exclusive=Exclusive(Leasing(store, 1, clock, f"process {number}")))
            for number, store in enumerate((one, other))
        ]


def told(services: Services) -> None:
    for user in ("zoe", "leo"):
        happens(
            services, {"type": "track", "event": "Page Viewed", "userId": user, "messageId": user, "properties": {"said": f"by {user}"}}
        )


def kept(services: Services) -> set[str]:
    """Who has events in the history."""
    names = {code: name for name, code in services.store.read(1, lambda tx: tx.manifest.codes()).items()}
    segments = services.store.read(1, lambda tx: tx.manifest.segments())
    return {str(event.properties["said"]) for event in services.history.events(segments, names)}


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*.parquet"))


def forget(services: Services) -> None:
    forget_named(services, lambda _done, _total: None, contact="zoe")


def test_forgetting_waits_for_what_is_on_its_way(both: list[Services]) -> None:
    archiver, door = both
    happens(archiver, {"type": "track", "event": "Page Viewed", "userId": "zoe", "messageId": "zoe", "properties": {"said": "by zoe"}})

    def forgotten() -> None:
        forget(door)
        rewrite_history(door)

    forgetting = threading.Thread(target=forgotten)

    def meanwhile() -> None:
        if forgetting.ident is None:
            forgetting.start()
            forgetting.join(0.5)

    archive(replace(archiver, history=Interrupted(archiver.history, meanwhile)), enough=1)  # type: ignore[arg-type]
    forgetting.join(30)
    rewrite_history(door)
    assert kept(archiver) == set()


def test_an_archiver_that_stood_still_brings_nobody_back(both: list[Services], tmp_path: Path) -> None:
    archiver, door = both
    told(archiver)
    clock = archiver.clock
    assert isinstance(clock, Hands)
    partition = {contact.user_id: contact.partition for contact in archiver.store.read(1, lambda tx: tx.people.search("", 0, 9))}["zoe"]
    frozen: list[int] = []

    def meanwhile() -> None:
        if not frozen and archiver.store.read(1, lambda tx: tx.inbox.turned(partition, 1)):
            frozen.append(partition)
            clock.pass_time(31_000_000)
            forget(door)
            while door.store.read(1, lambda tx: tx.erasure.owed()):
                rewrite_history(door)

    class Zoe(Interrupted):
        def append(self, number: int, events: Any, codes: Any, /) -> SegmentFile:
            if number != partition:
                return self.inner.append(number, events, codes)
            return super().append(number, events, codes)

    with suppress(LeaseLost):
        archive(replace(archiver, history=Zoe(archiver.history, meanwhile)), enough=1)  # type: ignore[arg-type]
    assert frozen
    archive(archiver, enough=1)
    rewrite_history(archiver)
    assert kept(archiver) == {"by leo"}
    assert b"by leo" in on_disk(tmp_path)
    assert b"by zoe" not in on_disk(tmp_path)
