"""Chance without dice: a published hash, the same live, in preview, in a backtest and on a cluster.

`stable_hash(*parts)` is blake2b with an 8-byte digest and the personalisation `parcours`, read big-endian, over the parts in order, each
written as one tag byte (`b` bytes, `t` text in UTF-8, `i` integer as 8 bytes big-endian two's complement), its length in 4 bytes
big-endian, and its bytes. `mix` is splitmix64's finaliser over the contact's seed, then over that plus the step's seed. A draw is the
upper half of the mix scaled to [0, 10000). tests/core/terms/stable_hash_vectors.txt holds values that never change.
"""

from hashlib import blake2b
from typing import Final

MASK: Final = 2**64 - 1
GOLDEN: Final = 0x9E3779B97F4A7C15
FIRST: Final = 0xBF58476D1CE4E5B9
SECOND: Final = 0x94D049BB133111EB
SIDES: Final = 10_000
"""Draws lie in [0, SIDES): a share of 10 % takes the draws below 1,000."""


def _part(part: bytes | str | int) -> bytes:
    if isinstance(part, bytes):
        tag, data = b"b", part
    elif isinstance(part, str):
        tag, data = b"t", part.encode("utf-8", "surrogatepass")
    else:
        tag, data = b"i", part.to_bytes(8, "big", signed=True)
    return tag + len(data).to_bytes(4, "big") + data


def stable_hash(*parts: bytes | str | int) -> int:
    """The published 64-bit hash of the parts, in [0, 2**64)."""
    digest = blake2b(b"".join(_part(part) for part in parts), digest_size=8, person=b"parcours")
    return int.from_bytes(digest.digest(), "big")


def signed(number: int) -> int:
    """An unsigned 64-bit number as the int64 of the same bits."""
    return number - 2**64 if number >= 2**63 else number


def contact_seed(public_id: str) -> int:
    """The 64-bit seed of a contact."""
    return stable_hash("contact", public_id)


def step_seed(journey: str, step: str) -> int:
    """The 64-bit seed of a step of a journey; the same for every version."""
    return stable_hash("step", journey, step)


def _finalise(number: int) -> int:
    number = ((number ^ (number >> 30)) * FIRST) & MASK
    number = ((number ^ (number >> 27)) * SECOND) & MASK
    return number ^ (number >> 31)


def mix(contact: int, step: int) -> int:
    """The 64-bit mix of two seeds."""
    return _finalise((_finalise((contact + GOLDEN) & MASK) + step) & MASK)


def draw_seeds(contact: int, step: int) -> int:
    """The draw of two seeds, in [0, SIDES)."""
    return ((mix(int(contact), int(step)) >> 32) * SIDES) >> 32


def draw(journey: str, step: str, public_id: str) -> int:
    """The draw of a contact at a step, in [0, SIDES): always the same."""
    return draw_seeds(contact_seed(public_id), step_seed(journey, step))
