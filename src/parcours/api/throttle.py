"""Sign-in attempts are few: guessing is slow, the owner elsewhere is not locked out, and nobody makes us hash passwords all day.

At most five in fifteen minutes for an account from a network, and sixty from a network whatever the account. Hashing takes a
processor and 19 MiB for a moment on purpose, so only two passwords are looked at at once; who finds no place soon is told to wait.
"""

import contextlib
import ipaddress
import threading
from collections.abc import Iterator
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

ATTEMPTS: Final = RateLimitItemPerMinute(5, 15)
FROM_A_NETWORK: Final = RateLimitItemPerMinute(60, 15)
WAIT_SECONDS: Final = 15 * 60
AT_ONCE: Final = 2
PATIENCE: Final = 5.0
"""Seconds that an attempt waits for its turn."""


class Throttle:
    """Attempts of this process. An attempt is counted before the password is looked at; success clears the account's count."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def attempt(self, account: str, address: str) -> bool:
        """Count an attempt; False when it is one too many."""
        near = network(address)
        return self._limiter.hit(FROM_A_NETWORK, near) and self._limiter.hit(ATTEMPTS, account.strip().casefold(), near)

    def clear(self, account: str, address: str) -> None:
        """The attempts that led to a sign-in are forgiven."""
        self._limiter.clear(ATTEMPTS, account.strip().casefold(), network(address))

    @contextlib.contextmanager
    def turn(self) -> Iterator[bool]:
        """One of the few turns to hash a password, as long as the block runs; False when none came free in time."""
        had = self._turns.acquire(timeout=PATIENCE)
        try:
            yield had
        finally:
            if had:
                self._turns.release()


def network(address: str) -> str:
    """The /24 of an IPv4 address, the /64 of an IPv6 one; anything else as it is."""
    try:
        parsed: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6 and parsed.ipv4_mapped is not None:  # how IPv4 comes to a socket for both: all of it is one /64
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False))
