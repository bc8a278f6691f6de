"""Amounts are exact millionths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.terms.money import MOST, Money, exact_micro, format_amount, parse_money, to_micro


@pytest.mark.parametrize(
    ("amount", "micro"),
    [(0.1, 100_000), (19.99, 19_990_000), (3, 3_000_000), (-0.5, -500_000), (1e300, MOST), (-(10**30), -MOST), (1e-7, 0), (2.5e-6, 2)],
)
def test_numbers_become_millionths(amount: float, micro: int) -> None:
    assert to_micro(amount) == micro


@pytest.mark.parametrize("amount", ["12", None, True, float("nan"), float("inf"), [1]])
def test_what_is_no_number_has_no_amount(amount: object) -> None:
    assert to_micro(amount) is None


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_an_amount_written_and_read_again_is_the_same(micro: int, decimals: int) -> None:
    assert parse_money(format_amount(micro, decimals), "EUR") == Money(micro, "EUR")


@pytest.mark.parametrize(("text", "currency"), [("1.2345678", "EUR"), ("1e400", "EUR"), ("NaN", "EUR"), ("1", "eur"), ("one", "EUR")])
def test_what_is_no_money_is_refused(text: str, currency: str) -> None:
    with pytest.raises(ValueError):
        parse_money(text, currency)


def test_currencies_do_not_mix() -> None:
    assert Money(1, "EUR").plus(Money(2, "EUR")) == Money(3, "EUR")
    with pytest.raises(ValueError, match="USD"):
        Money(1, "EUR").plus(Money(2, "USD"))


def test_a_threshold_has_at_most_six_decimals() -> None:
    assert (exact_micro(0.000001), exact_micro(0.0000001), exact_micro(10**13)) == (1, None, None)
