"""SEC-02: whatever people, sites and editors write, no page of the interface runs it, asks for it, or lets it out of its frame."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, Request

from parcours.api.static import STATIC
from parcours.app.services import Services
from tests.api.conftest import OWNER, PASSWORD
from tests.architecture.tree import ROOT
from tests.security.poison import POLYGLOTS, places, poison_report, poison_store
from tests.security.serving import serving

PEOPLE: Final = 60
IN_ITS_FRAME: Final = re.compile(r"sandboxed|frame-ancestors|/api/mailbox/\d+/")
"""What the console says of a letter that tried something in its frame, where it may do nothing."""


@pytest.fixture
def address(services: Services) -> Iterator[str]:
    """A server over the poisoned workspace."""
    if not (STATIC / "index.html").exists():
        pytest.fail("the interface is not built: run `make setup`")
    poison_store(services.store, PEOPLE)
    poison_report(services.directory)
    with serving(services) as url:
        yield url


class Watch:
    """A page, and every sign that something on it ran that should not."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.signs: list[str] = []
        page.on("dialog", lambda dialog: self.signs.append(f"dialog {dialog.message}"))
        page.on("pageerror", lambda error: self.signs.append(f"error {error}"))
        page.on("requestfinished", self._asked)
        page.on("requestfailed", self._asked)
        page.on("popup", lambda popup: self.signs.append(f"window {popup.url}"))
        page.on("console", lambda said: self._said(said.text, said.location["url"]))

    def _asked(self, request: Request) -> None:
        """What the policy kept from leaving is told as failed; what failed otherwise, or did not, has left."""
        if "csp" in (request.failure or "").lower():
            return
        if request.url.startswith(f"{self.url}/canary") or not request.url.startswith((self.url, "data:", "about:")):
            self.signs.append(f"asked {request.url} as {request.resource_type} in {request.frame.url} from {self.page.url}")

    def _said(self, text: str, where: str) -> None:
        if ("Content Security Policy" in text or "Refused" in text) and not IN_ITS_FRAME.search(text + where):
            self.signs.append(f"said {text} at {where}")

    def open(self, path: str) -> None:
        """Open a place and wait until it stands; notes the traces that a script would leave."""
        self.page.goto(self.url + path, wait_until="load")
        self.page.locator("h1").first.wait_for()
        if self.page.evaluate("window.hit") or self.page.title() == "hit":
            self.signs.append(f"ran on {path}")


@pytest.mark.slow
@pytest.mark.browser
def test_no_page_runs_what_somebody_wrote(browser: Browser, services: Services, address: str) -> None:
    context = browser.new_context(locale="en-GB")
    watch = Watch(context.new_page(), address)
    watch.open("/sign-in")
    watch.page.locator("input[name=email]").fill(OWNER)
    watch.page.locator("input[name=password]").fill(PASSWORD)
    watch.page.keyboard.press("Enter")
    watch.page.get_by_role("navigation").wait_for()
    found = places(services.store.read(1, lambda tx: tx.mailbox.page("", None, 2**62, 1))[0].id)
    assert len(found) > 40
    for path in found:
        watch.open(path)
    context.close()
    assert watch.signs == []


@pytest.mark.slow
@pytest.mark.browser
def test_the_measure_sees_a_script_that_runs(browser: Browser, address: str) -> None:
    context = browser.new_context()
    watch = Watch(context.new_page(), address)
    watch.open("/sign-in")
    watch.page.evaluate("document.querySelector('h1').innerHTML = '<img src=/canary>'")
    watch.page.evaluate("document.querySelector('h1').innerHTML = '<img src=x onerror=\"window.hit=1\">'")
    watch.page.wait_for_timeout(300)
    context.close()
    assert any("asked" in sign for sign in watch.signs)
    assert any("Content Security Policy" in sign for sign in watch.signs), "the policy kept it from running, and says so"


def test_the_source_of_the_interface_writes_no_html() -> None:
    """React escapes what it writes; these are the ways around it."""
    around = re.compile(r"dangerouslySetInnerHTML|\.(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(|srcDoc")
    files = [path for path in (ROOT / "web/src").rglob("*.ts*") if "api" not in path.relative_to(ROOT / "web/src").parts[:1]]
    assert len(files) > 50
    assert [str(path) for path in files if around.search(path.read_text("utf-8"))] == []


def test_links_of_the_interface_lead_to_its_own_paths() -> None:
    """An `href` made of data could be `javascript:`: only the router's links, and addresses known when it was written, exist."""
    made = re.compile(r"<a\b[^>]*\bhref=\{(?!['\"`]/|`#)", re.DOTALL)
    files = list((ROOT / "web/src").rglob("*.tsx"))
    assert [str(Path(path).relative_to(ROOT)) for path in files if made.search(path.read_text("utf-8"))] == []


def test_there_are_thirty_ways_and_more() -> None:
    assert len(set(POLYGLOTS)) >= 30
