"""Money and other decimal amounts: exact int64 micro-units (millionths), never floats that drift."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from math import isfinite
from typing import Any, Final

MICRO: Final = 1_000_000
MISSING: Final = -(2**63)
"""The int64 that says: there is no amount here."""
MOST: Final = 2**62 - 1
"""Amounts beyond this many micro-units, either way, are cut to it (4.6e12 whole units); two of them still fit an int64."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in micro-units of a currency (ISO 4217, upper case)."""

    micro: int
    currency: str

    def plus(self, other: "Money") -> "Money":
        """The sum. Raises ValueError when the currencies differ."""
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.micro + other.micro, self.currency)


def to_micro(amount: Any) -> int | None:
    """Micro-units of a JSON number (its decimal text, half-even), cut to +-MOST; None when it is no finite number."""
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not isfinite(amount):
        return None
    if isinstance(amount, int):
        return max(-MOST, min(MOST, amount * MICRO))
    return _rounded(Decimal(repr(amount)))


def _rounded(amount: Decimal) -> int:
    if abs(amount) >= MOST // MICRO:
        return MOST if amount > 0 else -MOST
    return int(amount.scaleb(6).quantize(Decimal(1), ROUND_HALF_EVEN))


def exact_micro(amount: int | float) -> int | None:
    """Micro-units of a number that has at most six decimals and is in range; None otherwise."""
    if isinstance(amount, bool) or not isfinite(amount):
        return None
    scaled = Decimal(repr(amount)) * MICRO
    return int(scaled) if scaled == scaled.to_integral_value() and abs(scaled) < MOST else None


def parse_money(text: str, currency: str) -> Money:
    """Money from a decimal text such as `12.50`. Raises ValueError when it is none, or has more than six decimals."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"not an amount: {text!r}") from None
    if not amount.is_finite() or len(currency) != 3 or not (currency.isascii() and currency.isalpha() and currency.isupper()):
        raise ValueError(f"not an amount of money: {text!r} {currency!r}")
    scaled = amount * MICRO
    if scaled != scaled.to_integral_value() or abs(scaled) > MOST:
        raise ValueError(f"more than six decimals, or too large: {text!r}")
    return Money(int(scaled), currency)


def format_amount(micro: int, decimals: int = 2) -> str:
    """The amount as a decimal text with at least `decimals` decimals: nothing is rounded."""
    whole, rest = divmod(abs(micro), MICRO)
    digits = f"{rest:06d}".rstrip("0").ljust(decimals, "0")
    return f"{'-' if micro < 0 else ''}{whole}" + (f".{digits}" if digits else "")
