"""Clocks: the wall clock, and the demo's, which runs faster and can be paused."""

import threading
import time
from collections.abc import Callable


def real_now() -> int:
    """The wall clock, UTC microseconds."""
    return time.time_ns() // 1000


class SystemClock:
    """The workspace lives in real time."""

    def now(self) -> int:
        return real_now()

    def real(self) -> int:
        return real_now()

    def wait_hint(self, due: int, /) -> float:
        return max(0.0, (due - real_now()) / 1e6)


class DemoClock:
    """A workspace clock that runs `speed` times real time, can be paused, and never runs past `last` or past where it is held.

    `real` stays the wall clock: leases and sessions never follow the demo. `remember` is called with each new
    (instant, speed, paused), so that a restarted demo goes on where it stood.
    """

    def __init__(
        self,
        start: int,
        speed: float,
        last: int,
        *,
        paused: bool = False,
        remember: Callable[[int, float, bool], None] = lambda now, speed, paused: None,
    ) -> None:
        self._lock = threading.Lock()
        self._anchor, self._at, self._speed, self._paused, self._last, self._hold = start, real_now(), speed, paused, last, last
        self._remember = remember

    def now(self) -> int:
        with self._lock:
            return self._now()

    def _now(self) -> int:
        if self._paused:
            return self._anchor
        reached = self._anchor + int((real_now() - self._at) * self._speed)
        if reached > self._hold:
            self._anchor, self._at = max(self._anchor, self._hold), real_now()
            return self._anchor
        return reached

    def real(self) -> int:
        return real_now()

    def wait_hint(self, due: int, /) -> float:
        with self._lock:
            return 3600.0 if self._paused else max(0.0, (due - self._now()) / 1e6 / self._speed)

    def hold_at(self, instant: int) -> None:
        """Do not run past this instant until told otherwise: what happens by then is not fed yet."""
        with self._lock:
            self._now()
            self._hold = min(instant, self._last)

    @property
    def speed(self) -> float:
        """Workspace seconds per real second."""
        return self._speed

    @property
    def paused(self) -> bool:
        return self._paused

    def set_speed(self, speed: float) -> None:
        """Go on from now at another speed; raises ValueError unless 0 < speed <= 1e6."""
        if not 0 < speed <= 1e6:
            raise ValueError("The speed must be over 0 and at most 1,000,000.")
        self._change(speed=speed)

    def set_paused(self, paused: bool) -> None:
        self._change(paused=paused)

    def save(self) -> None:
        """Remember where the clock stands (called now and then, and at the end)."""
        self._change()

    def _change(self, speed: float | None = None, paused: bool | None = None) -> None:
        with self._lock:
            self._anchor, self._at = self._now(), real_now()
            self._speed = self._speed if speed is None else speed
            self._paused = self._paused if paused is None else paused
            state = (self._anchor, self._speed, self._paused)
        self._remember(*state)
