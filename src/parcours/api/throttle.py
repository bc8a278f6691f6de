"""Sign-in attempts: at most five in fifteen minutes per account and network: guessing is slow, the owner elsewhere is not locked out."""

import ipaddress
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

ATTEMPTS: Final = RateLimitItemPerMinute(5, 15)
WAIT_SECONDS: Final = 15 * 60


class Throttle:
    """Attempts of this process. An attempt is counted before the password is looked at; success clears the count."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def attempt(self, account: str, address: str) -> bool:
        """Count an attempt; False when it is one too many."""
        return self._limiter.hit(ATTEMPTS, account.strip().casefold(), network(address))

    def clear(self, account: str, address: str) -> None:
        """The attempts that led to a sign-in are forgiven."""
        self._limiter.clear(ATTEMPTS, account.strip().casefold(), network(address))


def network(address: str) -> str:
    """The /24 of an IPv4 address, the /64 of an IPv6 one; anything else as it is."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False))
