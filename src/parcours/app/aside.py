"""Set aside: what made a unit of work fail is tried again later and later, so that everybody else goes on."""

import logging
import threading
from dataclasses import dataclass, field
from typing import Final

log = logging.getLogger("parcours.aside")

FIRST_SECONDS: Final = 5
LONGEST_SECONDS: Final = 3_600


@dataclass(slots=True)
class Aside:
    """Numbers (contacts, inbox rows) that wait after a fault, by real time in UTC microseconds. Safe in several threads."""

    what: str
    waiting: dict[int, tuple[int, int, str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, number: int, error: Exception, now: int) -> None:
        """Wait: five seconds after the first fault, twice as long after each further one, an hour at the most."""
        with self.lock:
            tries = self.waiting.get(number, (0, 0, ""))[1] + 1
            seconds = min(LONGEST_SECONDS, FIRST_SECONDS << min(tries - 1, 20))
            self.waiting[number] = (now + seconds * 1_000_000, tries, f"{type(error).__name__}: {error}")
        log.error("%s %d is set aside for %d s after fault %d.", self.what, number, seconds, tries, exc_info=error)

    def held(self, now: int) -> set[int]:
        """Those that wait at this instant."""
        with self.lock:
            return {number for number, (until, _, _) in self.waiting.items() if until > now}

    def done(self, number: int) -> None:
        """It went well at last."""
        with self.lock:
            self.waiting.pop(number, None)
