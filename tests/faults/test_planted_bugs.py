"""Tests of the tests: the oracles of the storms see each of these bugs, and see nothing where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from parcours.app import archive, collect, deeds, merge, publish, starting, turn
from parcours.app import deliver as delivering
from parcours.app.initialize import Made
from parcours.app.ports import MessageState, Tx
from parcours.channels.email import mime
from parcours.core.terms.ids import action_id
from parcours.lake import durable
from tests.app.sending import HOUR, MINUTE
from tests.faults.definitions import JOURNEYS, OFFER
from tests.faults.small_shop import START, SmallShop, sink
from tests.laws.reference.model import Cap, Document
from tests.laws.test_planted_bugs import one_message_too_many, takes_the_later_of_two_times, wrapped

Patch = pytest.MonkeyPatch
REGULAR: Document = {
    "journey": "regular",
    "title": {"fr": "Fidèle", "en": "Regular"},
    "entry": [{"on": {"event": "Order Completed"}, "where": {"event": "Order Completed", "at_least": 3}}],
    "instance": "properties.order_id",
    "reentry": "never",
    "holdout": "0%",
    "topic": "offers",
    "steps": [{"id": "first", "send": {"email": "first"}}],
}
AT_NIGHT: Document = {**REGULAR, "journey": "night", "entry": [{"on": {"event": "Order Completed"}}]} | {
    "steps": [{"id": "night", "wait": {"until": {"time": "02:30"}}}, {"id": "first", "send": {"email": "first"}}]
}
THE_NIGHT_BEFORE = 1_792_872_000_000_000
"""2026-10-24 22:00 in Paris: four and a half hours later it is 02:30 for the first time."""


# --- what happens in a shop ---


def thanks(shop: SmallShop) -> None:
    """Three customers order; everything due is done; one process follows another."""
    for number in range(6):
        shop.order(f"u{number % 3}", f"o{number}")
    shop.work()
    shop.restart()
    shop.archive()
    shop.work()


def lost_replies(shop: SmallShop) -> None:
    """Every second mail is taken without an answer; time enough for another try."""
    thanks(shop)
    shop.work(minutes=6, times=8)


def published_later(shop: SmallShop) -> None:
    """Orders first, the journey that counts them afterwards."""
    for number in range(4):
        shop.order("u", f"o{number}")
    shop.work()
    shop.clock.pass_time(HOUR)
    shop.ask("journeys.publish", document=REGULAR)
    shop.journeys, shop.published = (REGULAR,), shop.clock.now()
    shop.clock.pass_time(MINUTE)
    shop.order("u", "o4")
    shop.work()


def merged(shop: SmallShop) -> None:
    """A visitor opts out, and turns out to be a customer."""
    shop.order("u", "o1")
    shop.work()
    offers = {"channel": "email", "topic": "offers"}
    shop.say({"type": "track", "messageId": "no", "anonymousId": "a", "event": "Consent Withdrawn", "properties": offers})
    shop.work()
    shop.say({"type": "identify", "messageId": "same", "anonymousId": "a", "userId": "u", "traits": {}})
    shop.work()


def left_in_time(shop: SmallShop) -> None:
    """Somebody opts out after a mail was decided, minutes before it would leave."""
    shop.order("u", "o1", value=60)
    shop.decide()
    shop.clock.pass_time(1_000_000)
    shop.decide()
    offers = {"channel": "email", "topic": "offers"}
    shop.say({"type": "track", "messageId": "no", "userId": "u", "event": "Consent Withdrawn", "properties": offers})
    shop.decide()
    shop.clock.pass_time(300_000_000)
    shop.client[:] = [line for line in shop.client if line.get("order_id") != "o1"] + [{"what": "tried", "ids": ["o1"]}]
    shop.journeys = ()
    shop.work()


# --- bugs ---


def acks_before_the_commit(patch: Patch) -> None:
    """The door answers at once, and every second request never reaches the disk."""
    asked: list[int] = []

    def submit(true: Callable[..., Any], services: Any, made: Any) -> "Future[list[bool]]":
        asked.append(1)
        if len(asked) % 2:
            future: Future[list[bool]] = true(services, made)
            return future
        early: Future[list[bool]] = Future()
        early.set_result([True] * len(made.arrivals))
        return early

    wrapped(patch, collect, "submit", submit)


def another_message_id_at_each_try(patch: Patch) -> None:
    """The Message-ID is made anew for each attempt."""
    wrapped(patch, mime, "message_id", lambda true, identity, domain: true(os.urandom(16), domain))


def resumes_at_a_cursor(patch: Patch) -> None:
    """A new process begins with the first message of all."""

    def recover(_true: Callable[..., int], services: Any, limit: int = 500) -> int:
        def unit(tx: Tx) -> int:
            sent = tx.messages.find(None, [MessageState.SENT], (2**62, b""), limit)
            tx.messages.settle([replace(message, state=MessageState.PLANNED, address="", next_at=0) for message in sent])
            return len(sent)

        return int(services.store.write(1, unit))

    wrapped(patch, delivering, "recover", recover)


def fires_timers_twice(patch: Patch) -> None:
    """Each send is decided once more, as another visit of its step."""

    def perform(true: Callable[..., None], tx: Tx, actions: Sequence[Any], *rest: Any) -> None:
        again = [replace(a, visit=a.visit + 1, id=action_id(a.run_id, a.step, a.visit + 1, "email")) for a in actions if a.kind == "send"]
        true(tx, [*actions, *again], *rest)

    wrapped(patch, turn, "perform", perform)


def fills_registers_late(patch: Patch) -> None:
    """A version goes live before its registers hold the history."""
    patch.setattr(publish, "fill_everybody", lambda services, progress: None)


def a_merge_loses_the_opt_out(patch: Patch) -> None:
    """The survivor keeps its own consents only."""
    patch.setattr(merge, "merged_consents", lambda loser, survivor: dict(survivor))
    patch.setattr(merge, "said_anew", lambda loser, survivor, joined: [])


def the_archive_forgets_to_name_its_file(patch: Patch) -> None:
    """Rows leave the inbox, and no manifest row names the file they went to."""
    patch.setattr(archive, "_swap", lambda tx, hold, segment, rows: tx.inbox.remove(rows))


def nobody_asks_again_before_sending(patch: Patch) -> None:
    """The second check is left out."""
    for module in (starting, delivering):
        patch.setattr(module, "refusal", lambda message, contact: None)


def messages_are_planned_as_sent(patch: Patch) -> None:
    """A message counts as sent although nobody sent it."""
    patch.setattr(deeds, "MessageState", type("Sent", (), {"WITHHELD": MessageState.WITHHELD, "PLANNED": MessageState.SENT}))


@dataclass(frozen=True)
class Planted:
    """A bug, what happens meanwhile, and how the fault that gives it away begins."""

    plant: Callable[[Patch], None]
    happens: Callable[[SmallShop], None]
    seen: str
    journeys: Sequence[Document] = JOURNEYS
    start: int = START
    lose: int = 0
    caps: tuple[Cap, ...] = ()


def capped(shop: SmallShop) -> None:
    """Somebody orders three times where one offer a day is enough."""
    shop.ask("settings.set", key="caps", value=[{"channel": "email", "most": 1, "per": "day"}])
    for number in range(3):
        shop.order("u", f"o{number}")
        shop.work(times=1)


def at_night(shop: SmallShop) -> None:
    """An order in the evening before the hour that comes twice."""
    shop.order("u", "o1")
    shop.work(minutes=10, times=40)


ONE_A_DAY = (Cap(1, None, "email"),)
BUGS = (
    Planted(acks_before_the_commit, thanks, "I1"),
    Planted(another_message_id_at_each_try, lost_replies, "I5", lose=2),
    Planted(resumes_at_a_cursor, thanks, "I5"),
    Planted(fires_timers_twice, thanks, "repeated"),
    Planted(fills_registers_late, published_later, "lost", journeys=()),
    Planted(a_merge_loses_the_opt_out, merged, "I9"),
    Planted(the_archive_forgets_to_name_its_file, thanks, "I1"),
    Planted(nobody_asks_again_before_sending, left_in_time, "I6", journeys=(OFFER,)),
    Planted(messages_are_planned_as_sent, thanks, "a: Message"),
    Planted(one_message_too_many, capped, "invented", journeys=(AT_ONCE := {**REGULAR, "entry": AT_NIGHT["entry"]},), caps=ONE_A_DAY),
    Planted(takes_the_later_of_two_times, at_night, "at the wrong time", journeys=(AT_NIGHT,), start=THE_NIGHT_BEFORE),
)


@pytest.fixture
def shop_of(blank_workspace: tuple[Path, Made], tmp_path: Path) -> Iterator[Callable[[Planted], SmallShop]]:
    """Open the shop that a bug needs."""
    opened: list[Any] = []

    def make(bug: Planted) -> SmallShop:
        shutil.copy(blank_workspace[0], tmp_path / "parcours.sqlite")
        server = sink(tmp_path / "sink.jsonl", bug.lose)
        shop = SmallShop(tmp_path / "parcours.sqlite", server.__enter__(), tmp_path / "sink.jsonl", start=bug.start, journeys=bug.journeys)
        shop.caps = bug.caps
        opened.extend((server, shop))
        return shop

    yield make
    server, shop = opened
    shop.close()
    server.__exit__(None, None, None)


def run_through(shop: SmallShop, bug: Planted) -> list[str]:
    """What the oracles find after it all."""
    bug.happens(shop)
    return shop.faults()


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.plant.__name__)
def test_the_oracles_see_the_bug(shop_of: Callable[[Planted], SmallShop], bug: Planted, monkeypatch: Patch) -> None:
    shop = shop_of(bug)
    bug.plant(monkeypatch)
    found = run_through(shop, bug)
    assert any(fault.startswith(bug.seen) for fault in found), found


@pytest.mark.parametrize("bug", list({bug.happens: bug for bug in BUGS}.values()), ids=lambda bug: bug.happens.__name__)
def test_the_oracles_see_nothing_where_there_is_none(shop_of: Callable[[Planted], SmallShop], bug: Planted) -> None:
    assert run_through(shop_of(bug), bug) == []


# --- fsync ---

COMMITS = """
import sys
from parcours.store import open_store
from parcours.testing.builders import contact
from pathlib import Path
if "skip" in sys.argv:
    from parcours.store.sqlite import connect
    durable = connect._make_durable
    def hasty(connection):
        durable(connection)
        connection.execute("PRAGMA synchronous=OFF")
    connect._make_durable = hasty
store = open_store(Path(sys.argv[1]))
for number in range(20):
    store.write(1, lambda tx: tx.people.create([contact()]))
store.close()
"""


def syncs(path: Path, *options: str) -> int:
    """How often the disk is asked to keep what twenty commits wrote."""
    log = path.with_suffix(".strace")
    traced = ["strace", "-f", "-e", "trace=fsync,fdatasync", "-o", str(log), sys.executable, "-c", COMMITS, str(path), *options]
    subprocess.run(traced, check=True, timeout=120, capture_output=True)
    return sum("sync(" in line for line in log.read_text().splitlines())


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace counts what reaches the kernel")
@pytest.mark.parametrize(("options", "synced"), [((), True), (("skip",), False)])
def test_a_skipped_fsync_is_seen(blank_workspace: tuple[Path, Made], tmp_path: Path, options: tuple[str, ...], synced: bool) -> None:
    shutil.copy(blank_workspace[0], tmp_path / "parcours.sqlite")
    assert (syncs(tmp_path / "parcours.sqlite", *options) >= 20) is synced


def touch(part: Path) -> None:
    """A small file."""
    part.write_bytes(b"x")


def order_of_syncs(folder: Path, patch: Patch) -> list[str]:
    """What writing one file durably asks of the disk, in order."""
    done: list[str] = []
    true_sync, true_rename = os.fsync, Path.rename

    def fsync(handle: int) -> None:
        done.append("folder" if Path(f"/proc/self/fd/{handle}").is_dir() else "file")
        true_sync(handle)

    def rename(path: Path, target: Path) -> Path:
        done.append("rename")
        return true_rename(path, target)

    patch.setattr(os, "fsync", fsync)
    patch.setattr(Path, "rename", rename)
    durable.write_durably(folder / "segment", touch)
    return done


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc which file is synced")
def test_a_file_of_the_history_is_synced_before_its_name_is(tmp_path: Path, monkeypatch: Patch) -> None:
    assert order_of_syncs(tmp_path, monkeypatch) == ["file", "rename", "folder"]


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc which file is synced")
def test_a_file_that_is_not_synced_is_seen(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(durable, "sync_file", lambda path: None)
    assert order_of_syncs(tmp_path, monkeypatch) != ["file", "rename", "folder"]
