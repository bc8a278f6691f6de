"""Every screen, in both languages, at a desk and on a phone: accessible, within its width, without a fault."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Visits
from tests.e2e.seeding import Seeded, public_id
from tests.fixtures.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SCREENS = {
    "overview": "/",
    "journeys": "/journeys",
    "journey": "/journeys/thank-you",
    "step": "/journeys/thank-you?step=reacted",
    "backtest": "/journeys/thank-you?tab=backtest",
    "backtest never run": "/journeys/win-back?tab=backtest",
    "people": "/people",
    "nobody found": "/people?search=nobody+at+all",
    "person": f"/people/{public_id(1)}",
    "long name": f"/people/{public_id(2)}",
    "hostile name": f"/people/{public_id(3)}",
    "no such person": f"/people/{public_id(999)}",
    "messages": "/messages",
    "no uncertain message": "/messages?view=uncertain",
    "mailbox": "/mailbox",
    "mail": "/mailbox?mail=1",
    "connect": "/connect",
    "health": "/health",
    "not found": "/nowhere",
}


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA and its own good practice, one line each."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}, "rules": {"target-size": {"enabled": True}}})
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found.response["violations"]]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize(("language", "size"), [("fr", DESK), ("en", PHONE), ("fr", PHONE), ("en", DESK)])
def test_every_screen(visits: Visits, language: str, size: tuple[int, int]) -> None:
    visit = visits(language, size)
    wrong: dict[str, object] = {}
    for name, path in SCREENS.items():
        page = visit.go(path)
        expect(page.get_by_role("status")).to_have_count(0)
        found = violations(page)
        if found or overflow(page) > 0:
            wrong[name] = (found, overflow(page))
        assert page.locator("h1").count() == 1, name
    assert wrong == {}


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_sign_in_page(visits: Visits, size: tuple[int, int]) -> None:
    page = visits("en", size, signed_in=False).go("/sign-in")
    assert violations(page) == []
    assert overflow(page) == 0


def test_the_check_itself_sees_a_planted_fault(visits: Visits) -> None:
    page = visits("en").go("/people")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"data:,\">')")
    page.evaluate("document.querySelector('h1').style.width = '3000px'")
    assert any(line.startswith("image-alt") for line in violations(page))
    assert overflow(page) > 0


def test_nothing_moves_for_those_who_asked_for_less_motion(visits: Visits) -> None:
    page = visits("en", calm=True).go("/")
    assert page.evaluate("getComputedStyle(document.querySelector('a')).transitionDuration") in ("0s", "1e-05s")


def test_a_long_list_keeps_few_rows_and_scrolls_to_its_end(visits: Visits, workspace: tuple[Server, Seeded]) -> None:
    page = visits("en", PHONE).go("/people")
    rows = page.locator("main li")
    expect(rows.first).to_be_visible()
    assert rows.count() < workspace[1].people
    page.keyboard.press("End")
    expect(page.get_by_role("link", name="Client 60")).to_be_visible()
