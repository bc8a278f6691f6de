"""The demo's feed: real messages of a later period, sent through the live door when the demo's clock reaches them."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from parcours.clock import DemoClock

Message = dict[str, Any]
AHEAD: Final = 6 * 3600 * 1_000_000
"""How far the clock may run past the last message sent: the clock waits for the feed, never the other way round."""
BATCH: Final = 100
SAVE_SECONDS: Final = 0.5
"""How often the demo's clock is remembered, so that a killed demo does not go back in time by more."""


class Unreachable(Exception):
    """The door did not answer."""


class Feed:
    """Sends messages in order of time. `post` sends one batch and raises unless every message was accepted or known already
    (Unreachable when the door does not answer).

    `instants[i]` is when message i happened (UTC microseconds, increasing). Sending again after a restart changes nothing: ids are known.
    """

    def __init__(
        self, clock: DemoClock, messages: Sequence[Message], instants: Sequence[int], post: Callable[[list[Message]], None]
    ) -> None:
        self._clock, self._messages, self._instants, self._post = clock, messages, instants, post
        self._next = 0
        self._saved_at = float("-inf")
        self._hold()

    @property
    def sent(self) -> int:
        """How many messages were sent by this process."""
        return self._next

    def step(self) -> bool:
        """Send what is due; True when more is due already."""
        now = self._clock.now()
        end = self._next
        while end < len(self._messages) and self._instants[end] <= now and end - self._next < BATCH:
            end += 1
        if end == self._next:
            self._hold()
            return False
        try:
            self._post(list(self._messages[self._next : end]))
        except Unreachable:
            return False  # the door is not open yet, or no more: these messages are sent again
        self._next = end
        self._hold()
        return end < len(self._messages) and self._instants[end] <= now

    def idle(self) -> float:
        """Real seconds until the next message is due."""
        if self._next == len(self._messages):
            return 1.0
        return max(0.1, self._clock.wait_hint(self._instants[self._next]))

    def skip_to(self, instant: int) -> None:
        """Begin with the first message at or after an instant (what a demo that goes on has surely sent)."""
        while self._next < len(self._messages) and self._instants[self._next] < instant:
            self._next += 1
        self._hold()

    def _hold(self) -> None:
        if time.monotonic() - self._saved_at > SAVE_SECONDS:
            self._clock.save()
            self._saved_at = time.monotonic()
        at_end = self._next == len(self._messages)
        self._clock.hold_at(2**62 if at_end else self._instants[self._next] + AHEAD)
