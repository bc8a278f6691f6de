"""The crew: the loops of one process, made from its services."""

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from parcours.app.archive import archive
from parcours.app.deliver import deliver, recover
from parcours.app.exclusive import LeaseLost
from parcours.app.forget import rewrite_history
from parcours.app.judge import judge
from parcours.app.publish import clear_abandoned
from parcours.app.retry import Telling
from parcours.app.route import route
from parcours.app.services import Services
from parcours.app.stages import sweep
from parcours.app.tidy import tidy
from parcours.app.turn import Shard, turn
from parcours.app.warming import warm_up
from parcours.workers.loop import Loop, Pulse
from parcours.workers.shards import EVERYTHING, ROUTING, Leader, slice_of

ROUTED = 500
TURNED = 100
DELIVERED = 50
RECOVERED = 200
ARCHIVE_SECONDS = 30.0
LOOK_SECONDS = 1.0
SWEEP_SECONDS = 10.0
ASIDE_SECONDS = 3.0
TIDY_SECONDS = 600.0
SENDING_PATIENCE = 10.0
"""Seconds for the mails in hand at the end: a mail cut in its last byte is uncertain, and somebody has to decide about it."""


def owner_crew(services: Services, pulse: Pulse) -> list[Loop]:
    """Loops of the process that owns the data directory: no leases. Before it sends, it takes back what the last owner had in hand."""
    sending = _then_beat(Sender(services).step, pulse)
    return [
        Loop("route", _then_beat(lambda: route(services, ROUTED), pulse), pulse, lambda: LOOK_SECONDS),
        Loop("turn", _then_beat(partial(_all_turned, services), pulse), pulse, partial(_until_due, services)),
        *_delivering(sending, pulse, LOOK_SECONDS),
        Loop("judge", _then_beat(lambda: judge(services), pulse), Pulse(), lambda: LOOK_SECONDS),
        Loop("archive", partial(_archive, services), Pulse(), lambda: ARCHIVE_SECONDS),
        Loop("tidy", Tidier(services).step, Pulse(), lambda: TIDY_SECONDS / 10),
        Loop("aside", Telling(services).step, Pulse(), lambda: ASIDE_SECONDS),
        Loop("stages", Sweeper(services, pulse).step, Pulse(), lambda: SWEEP_SECONDS),
    ]


def shared_crew(services: Services, pulse: Pulse, leader: Leader) -> list[Loop]:
    """Loops of one process among several (PostgreSQL): what needs one hand at a time is led through leases."""
    return [
        Loop("route", _then_beat(partial(_routed, services, leader), pulse), pulse, lambda: LOOK_SECONDS / 2),
        Loop("turn", _then_beat(partial(_turned, services, leader), pulse), pulse, lambda: LOOK_SECONDS / 2),
        *_delivering(_then_beat(lambda: deliver(services, DELIVERED), pulse), pulse, LOOK_SECONDS / 2),
        Loop("judge", _then_beat(lambda: judge(services), pulse), Pulse(), lambda: LOOK_SECONDS),
        Loop("archive", partial(_archived, services, leader), Pulse(), lambda: ARCHIVE_SECONDS),
        Loop("tidy", partial(_tidied, Tidier(services), leader), Pulse(), lambda: TIDY_SECONDS / 10),
        Loop("aside", Telling(services).step, Pulse(), lambda: ASIDE_SECONDS),
        Loop("stages", partial(_swept, Sweeper(services, pulse), leader), Pulse(), lambda: SWEEP_SECONDS),
    ]


def _delivering(sending: Callable[[], bool], pulse: Pulse, seconds: float) -> list[Loop]:
    """Two loops: one goes on when the other waits ten minutes for a server's last word."""
    return [Loop(name, sending, pulse, lambda: seconds, SENDING_PATIENCE) for name in ("deliver", "deliver-beside")]


def _then_beat(work: Callable[[], int], pulse: Pulse) -> Callable[[], bool]:
    """Work that tells the other loops when it moved something."""

    def step() -> bool:
        moved = work() > 0
        if moved:
            pulse.beat()
        return moved

    return step


def _until_due(services: Services) -> float:
    """Real seconds until the next deadline, at most a second: clocks may jump."""
    due = services.store.read(services.workspace, lambda tx: tx.runs.next_due())
    return min(LOOK_SECONDS, services.clock.wait_hint(due))


def _routed(services: Services, leader: Leader) -> int:
    lease = leader.hold(ROUTING)
    return 0 if lease is None else route(services, ROUTED, lease)


def _all_turned(services: Services) -> int:
    warm_up()
    return turn(services, EVERYTHING, TURNED)


def _turned(services: Services, leader: Leader) -> int:
    warm_up()
    moved = 0
    for lease in leader.shards():
        try:
            moved += turn(services, Shard(slice_of(lease[0]), lease), TURNED)
        except LeaseLost:
            leader.lost(lease[0])
    return moved


class Sender:
    """Delivers for a process that owns its data. What the last owner had claimed is taken back first, beside the open door, part by part:
    a hundred thousand messages may take a minute."""

    def __init__(self, services: Services) -> None:
        self._services, self._taking_back, self._lock = services, True, threading.Lock()

    def step(self) -> int:
        """Take back or deliver some messages; answers how many were taken. Safe in two threads."""
        with self._lock:
            if self._taking_back:
                if taken := recover(self._services, RECOVERED):
                    return taken
                self._taking_back = False
        return deliver(self._services, DELIVERED)


class Sweeper:
    """Goes through all people, page by page, for those whom time alone moves to another stage."""

    def __init__(self, services: Services, pulse: Pulse) -> None:
        self._services, self._pulse, self._after = services, pulse, 0

    def step(self) -> bool:
        """One page; True while there are more."""
        warm_up()
        self._after = sweep(self._services, self._after)
        self._pulse.beat()
        return self._after > 0


class Tidier:
    """Tidies the history every ten minutes of real time, the first time ten minutes after the start."""

    def __init__(self, services: Services) -> None:
        self._services, self._due = services, services.clock.real() + int(TIDY_SECONDS * 1e6)

    def step(self) -> bool:
        """Tidy when it is due; nothing more is ever to be done at once."""
        now = self._services.clock.real()
        if now >= self._due:
            self._due = now + int(TIDY_SECONDS * 1e6)
            with _stopping_on_failure(self._services):
                tidy(self._services)
        return False


def _tidied(tidier: Tidier, leader: Leader) -> bool:
    return leader.hold(ROUTING + 3) is not None and tidier.step()


def _swept(sweeper: Sweeper, leader: Leader) -> bool:
    return leader.hold(ROUTING + 2) is not None and sweeper.step()


def _archived(services: Services, leader: Leader) -> bool:
    return _archive(services) if leader.hold(ROUTING + 1) is not None else False


def _archive(services: Services) -> bool:
    """Move what was turned to the history, erase from it what was forgotten, and end publications that died with their process."""
    clear_abandoned(services)
    with _stopping_on_failure(services):
        archive(services)
        rewrite_history(services)
    return False


@contextmanager
def _stopping_on_failure(services: Services) -> Iterator[None]:
    """A failed sync says that what the disk holds is not certain: nothing is tried again on it."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EIO:
            sentence = (
                f"The disk failed ({error}): what it holds is not certain, so Parcours has stopped. Check the disk, then start it again."
            )
            services.disk_failed(sentence)
        raise
