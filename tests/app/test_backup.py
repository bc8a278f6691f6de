"""Backups: whole or refused; restored with sends on hold, released on a person's word."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parcours.app.backup import MOST_SNAPSHOTS, back_up
from parcours.app.check import check
from parcours.app.deliver import deliver
from parcours.app.operations import Refusal, run
from parcours.app.ports import MessageState, SegmentFile
from parcours.app.services import Services
from parcours.settings import Boot
from parcours.store.copies import WITH_POSTGRESQL
from parcours.store.directory import WrongDirectory
from parcours.testing.builders import NOW, message
from parcours.wiring import WORKSPACE, initialize, open_services, restore
from parcours.wiring import back_up as back_up_directory


def silent(done: int, total: int) -> None:
    """No progress."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a contact, an archived event and two messages: one planned, one sent."""
    from parcours.app.archive import archive
    from parcours.app.collect import parcel
    from parcours.core.terms.intake import Envelope
    from parcours.workers.drain import drain

    path = tmp_path_factory.mktemp("made") / "data"
    initialize(path, "owner@example.org", "a long enough password")
    with open_services(Boot(path)) as services:
        order = {"type": "track", "event": "Order Completed", "userId": "u", "messageId": "o1", "properties": {"value": 3}}
        kept = parcel([order], Envelope(received=services.clock.now(), trusted=True), 1)
        services.store.write(1, lambda tx: tx.inbox.append(kept.arrivals))
        drain(services)
        archive(services, enough=1)
        both = [
            message(contact=1, journey=""),
            message(contact=1, journey="", state=MessageState.SENT, address="u@example.org", sent_at=NOW, attempts=1),
        ]
        services.store.write(1, lambda tx: tx.messages.plan(both))
    return path


@pytest.fixture
def backup(made: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    back_up_directory(Boot(made), tmp_path / "backup", silent)
    return tmp_path / "backup"


@pytest.fixture
def restored(backup: Path, tmp_path: Path) -> Iterator[Services]:
    """Services of the restored directory."""
    restore(backup, tmp_path / "restored", silent)
    with open_services(Boot(tmp_path / "restored")) as services:
        yield services


def test_what_was_there_comes_back_and_agrees_with_itself(restored: Services, made: Path) -> None:
    found = check(restored, silent)
    assert [rule for rule in found["rules"] if rule["faults"]] == []
    assert restored.store.read(1, lambda tx: (tx.people.count(), tx.views.events())) == (1, 1)
    assert restored.secret == (made / "secret").read_bytes(), "links in mails that left go on working"


def test_nothing_leaves_after_a_restore_and_what_was_about_to_waits_for_a_person(restored: Services) -> None:
    assert restored.store.read(1, lambda tx: tx.messages.counts()) == {"uncertain": 1, "sent": 1}
    fresh = message(contact=1, journey="")
    restored.store.write(1, lambda tx: tx.messages.plan([fresh]))
    assert deliver(restored) == 0
    assert restored.store.read(1, lambda tx: tx.mailbox.count()) == 0
    assert run(restored, "sending.release", {"waiting": "ask"}, silent) == {"sending": "on", "asked": 1}
    assert restored.store.read(1, lambda tx: tx.messages.counts()) == {"uncertain": 2, "sent": 1}
    with pytest.raises(Refusal, match="not on hold"):
        run(restored, "sending.release", {"waiting": "ask"}, silent)


def test_a_release_may_send_what_waits(restored: Services) -> None:
    fresh = message(contact=1, journey="")
    restored.store.write(1, lambda tx: tx.messages.plan([fresh]))
    assert run(restored, "sending.release", {"waiting": "send"}, silent) == {"sending": "on", "asked": 0}
    assert restored.store.read(1, lambda tx: tx.messages.load([fresh.id]))[fresh.id].state == MessageState.PLANNED


@pytest.mark.parametrize("damage", ["database", "segment", "missing segment", "seal", "newer"])
def test_a_damaged_backup_is_refused_with_a_sentence(backup: Path, tmp_path: Path, damage: str) -> None:
    [segment] = (backup / "lake/segments").glob("*/*.parquet")
    said = json.loads((backup / "backup.json").read_text())
    match damage:
        case "database":
            flip(backup / "parcours.sqlite")
        case "segment":
            flip(segment)
        case "missing segment":
            segment.unlink()
        case "seal":
            (backup / "backup.json").unlink()
        case "newer":
            (backup / "backup.json").write_text(json.dumps({**said, "format": 99}))
    with pytest.raises(ValueError, match=r"restore another|is damaged|holds no whole backup|newer Parcours"):
        restore(backup, tmp_path / "restored", silent)
    assert not (tmp_path / "restored/parcours.json").exists(), "half a restore is no data directory"


def flip(path: Path) -> None:
    """One bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_nothing_that_is_there_is_overwritten(made: Path, backup: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongDirectory, match="is not empty"):
        back_up_directory(Boot(made), backup, silent)
    with pytest.raises(WrongDirectory, match="is not empty"):
        restore(backup, made, silent)


def test_with_postgresql_it_says_what_to_do(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "data")
    boot = tmp_path / "data/parcours.json"
    boot.write_text(json.dumps({**json.loads(boot.read_text()), "database": "postgresql://nowhere/x"}))
    with pytest.raises(WrongDirectory) as refused:
        back_up_directory(Boot(tmp_path / "data"), tmp_path / "backup", silent)
    assert str(refused.value) == WITH_POSTGRESQL
    assert "pg_dump" in WITH_POSTGRESQL


class Database:
    """A database whose manifest changes between snapshots."""

    def __init__(self) -> None:
        self.snapshots = 0
        self.sealed: list[dict[str, Any]] = []

    def take(self) -> list[SegmentFile]:
        self.snapshots += 1
        return [SegmentFile(f"s{self.snapshots}", 0, 7, 1, "", 0, 0, 0)]

    def seal(self, facts: Any, /) -> None:
        self.sealed.append(dict(facts))


class Files:
    """Files that are replaced while they are copied, until the n-th snapshot."""

    def __init__(self, until: int) -> None:
        self.until = until

    def copy(self, segment: SegmentFile, /) -> bool:
        return segment.path == f"s{self.until}"


def test_files_replaced_meanwhile_make_another_snapshot() -> None:
    database, instants = Database(), iter(range(100, 200))
    facts = back_up(database, Files(3), lambda: next(instants), silent)
    assert facts == {"made_at": 102, "segments": 1, "archived_events": 7}
    assert database.sealed == [facts]


def test_files_that_never_stay_end_in_a_refusal() -> None:
    database = Database()
    with pytest.raises(Refusal, match="nobody is being forgotten"):
        back_up(database, Files(99), lambda: 0, silent)
    assert (database.snapshots, database.sealed) == (MOST_SNAPSHOTS, [])


def test_a_backup_beside_a_writer_is_one_instant(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "data")
    with open_services(Boot(tmp_path / "data")) as services:
        planned = [message(contact=1, journey="") for _ in range(20)]
        services.store.write(WORKSPACE, lambda tx: tx.messages.plan(planned))
        back_up_directory(Boot(tmp_path / "data"), tmp_path / "backup", silent)
        services.store.write(WORKSPACE, lambda tx: tx.messages.plan([message(contact=1, journey="")]))
    assert restore(tmp_path / "backup", tmp_path / "restored", silent)["asked"] == 21
    with open_services(Boot(tmp_path / "restored")) as services:
        assert services.store.read(1, lambda tx: tx.messages.counts()) == {"uncertain": 21, "sent": 1}
