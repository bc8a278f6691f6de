"""Set aside: what made a unit of work fail is tried again later and later, so that everybody else goes on."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from parcours.app.ports import Tx

log = logging.getLogger("parcours.aside")

FIRST_SECONDS: Final = 5
LONGEST_SECONDS: Final = 3_600
TOLD: Final = "aside:"
"""Settings of this prefix hold what each process set aside."""
ASKED: Final = "retry_asked"
"""The setting that changes when everything set aside is to be tried again."""
MOST: Final = 50
"""Reasons kept of each process; the count tells of all."""
FRESH: Final = 60_000_000
"""A process that has told nothing for so long (real µs) is gone, and what it set aside with it: the next one tries it again."""


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

    def again(self) -> None:
        """Somebody mended the cause: nothing waits any longer, and the next fault is the first."""
        with self.lock:
            self.waiting.clear()

    def all(self) -> dict[int, tuple[int, int, str]]:
        """Everything set aside: when it is tried again, after how many faults, and the last of them."""
        with self.lock:
            return dict(self.waiting)

    def done(self, number: int) -> None:
        """It went well at last."""
        with self.lock:
            self.waiting.pop(number, None)


def aside(tx: Tx, now: int) -> list[dict[str, Any]]:
    """What waits after a fault: kind, number, when it is tried again (real µs), tries and reason; `more` counts those left out."""
    found: list[dict[str, Any]] = []
    for key, told in sorted(tx.definitions.settings().items()):
        if key.startswith(TOLD) and lives(told, now):
            rows = [dict(zip(("kind", "number", "until", "tries", "reason"), row, strict=True)) for row in told["rows"]]
            found += rows
            if told["count"] > len(rows):
                found.append({"kind": "more", "number": told["count"] - len(rows), "until": 0, "tries": 0, "reason": ""})
    return found


def lives(told: Mapping[str, Any], now: int) -> bool:
    """Whether the process that told this is still there."""
    return bool(told["at"] > now - FRESH)
