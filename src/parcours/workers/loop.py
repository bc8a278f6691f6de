"""One loop: call a step while it finds work, else sleep until woken or until its idle time is over."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

log = logging.getLogger("parcours.workers")


class Pulse:
    """Wakes every loop that waits. `beat` never blocks."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0

    def beat(self) -> None:
        """Something changed: whoever waits looks again."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def count(self) -> int:
        return self._count

    def wait(self, seen: int, seconds: float) -> None:
        """Sleep until a beat after `seen`, at most `seconds`."""
        with self._condition:
            self._condition.wait_for(lambda: self._count != seen, timeout=seconds)


@dataclass(slots=True)
class Loop:
    """`step` answers True when it may have more to do at once. A step that raises is logged, waits, and is tried again.

    At the end a step that has begun is given `patience` seconds; it loses nothing when the process ends before it.
    """

    name: str
    step: Callable[[], bool]
    pulse: Pulse
    idle: Callable[[], float]
    patience: float = 2.0
    stop: threading.Event = field(default_factory=threading.Event)
    failures: int = 0
    last_error: str = ""

    def run(self) -> None:
        """Until `stop` is set."""
        while not self.stop.is_set():
            seen = self.pulse.count()
            if not self._try():
                self.pulse.wait(seen, min(60.0, max(0.005, self._pause())))

    def _try(self) -> bool:
        try:
            more = self.step()
        except Exception as error:
            self.failures += 1
            self.last_error = f"{type(error).__name__}: {error}"
            log.exception("The %s loop failed (%d times in a row); it tries again.", self.name, self.failures)
            return False
        self.failures = 0
        return more

    def _pause(self) -> float:
        return min(30.0, 0.1 * 2.0 ** min(self.failures, 9)) if self.failures else self.idle()


def start(loops: list[Loop]) -> list[threading.Thread]:
    """One daemon thread per loop."""
    threads = [threading.Thread(target=loop.run, name=loop.name, daemon=True) for loop in loops]
    for thread in threads:
        thread.start()
    return threads


def stop(loops: list[Loop], threads: list[threading.Thread]) -> None:
    """Ask every loop to end, wake each, and wait for the steps that have begun, each for its patience."""
    for loop in loops:
        loop.stop.set()
    for loop in loops:
        loop.pulse.beat()
    began = time.monotonic()
    for loop, thread in zip(loops, threads, strict=True):
        thread.join(max(0.0, began + loop.patience - time.monotonic()))
