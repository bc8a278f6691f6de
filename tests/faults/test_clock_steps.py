"""F-07: the clock steps back or forth, an hour is absent or comes twice: every mail comes once, and at its instant."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from parcours.app.initialize import Made
from tests.app.sending import HOUR
from tests.faults.definitions import JOURNEYS
from tests.faults.small_shop import START, SmallShop, sink
from tests.faults.test_planted_bugs import AT_NIGHT, THE_NIGHT_BEFORE
from tests.laws.reference.model import Document

DAY = 24 * HOUR
BEFORE_THE_ABSENT_HOUR = 1_774_731_600_000_000
"""2026-03-28 22:00 in Paris: there is no 02:30 that night."""
BEFORE_A_LEAP_DAY = 1_835_384_400_000_000
"""2028-02-28 22:00 in Paris: the next day is the 29th."""


@pytest.fixture
def shop_at(blank_workspace: tuple[Path, Made], tmp_path: Path) -> Iterator[Callable[..., SmallShop]]:
    """Open a shop at an instant."""
    with ExitStack() as stack:

        def make(start: int = START, journeys: tuple[Document, ...] = JOURNEYS) -> SmallShop:
            shutil.copy(blank_workspace[0], tmp_path / "parcours.sqlite")
            port = stack.enter_context(sink(tmp_path / "sink.jsonl"))
            shop = SmallShop(tmp_path / "parcours.sqlite", port, tmp_path / "sink.jsonl", start=start, journeys=journeys)
            stack.callback(shop.close)
            return shop

        yield make


def orders(shop: SmallShop, first: int) -> None:
    """Four orders of two people, decided, not sent yet."""
    for number in range(first, first + 4):
        shop.order(f"u{number % 2}", f"o{number}")
    shop.decide()


@pytest.mark.parametrize("back", [HOUR, DAY, 3650 * DAY], ids=["an hour", "a day", "ten years"])
def test_a_clock_set_back_repeats_nothing_and_loses_nothing_once_it_is_right_again(shop_at: Callable[..., SmallShop], back: int) -> None:
    shop = shop_at()
    orders(shop, 0)
    shop.work()
    sent = shop.mails()
    orders(shop, 4)
    shop.clock.pass_time(-back)
    shop.work()
    assert all(shop.mails()[subject] == 1 for subject in sent), "something was sent again"
    orders(shop, 8)
    shop.clock.pass_time(back)
    shop.work()
    assert shop.faults() == []
    assert set(shop.mails().values()) == {1}


@pytest.mark.parametrize("forth", [HOUR, DAY], ids=["an hour", "a day"])
def test_a_clock_set_forth_repeats_nothing_and_loses_nothing(shop_at: Callable[..., SmallShop], forth: int) -> None:
    shop = shop_at()
    orders(shop, 0)
    shop.clock.pass_time(forth)
    shop.work()
    orders(shop, 4)
    shop.work()
    assert shop.faults() == []
    assert set(shop.mails().values()) == {1}


@pytest.mark.parametrize(
    "start", [THE_NIGHT_BEFORE, BEFORE_THE_ABSENT_HOUR, BEFORE_A_LEAP_DAY], ids=["an hour that comes twice", "no such hour", "a leap day"]
)
def test_a_local_time_of_a_strange_night_is_met_once(shop_at: Callable[..., SmallShop], start: int) -> None:
    shop = shop_at(start, (AT_NIGHT,))
    shop.order("u", "o1")
    shop.work(minutes=10, times=40)
    assert shop.faults() == []
    assert shop.mails() == {"first o1": 1}
