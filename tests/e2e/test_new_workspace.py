"""A new user's way: `parcours serve` in an empty folder, then only what the terminal and the screens say, to the first mail."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK, typed, watched
from tests.fixtures.network import free_port, wait_until
from tests.fixtures.server import PROGRAM, Server

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def started(tmp_path: Path, shell: dict[str, str]) -> Iterator[Server]:
    """`parcours serve` in a folder that holds nothing."""
    server = Server(tmp_path / "parcours-data", "", "", free_port())
    with server.log.open("wb") as log:
        command = [str(PROGRAM), "serve", "--port", str(server.port)]
        server.process = subprocess.Popen(command, cwd=tmp_path, env=shell, stdout=log, stderr=log)
    wait_until(server.ready, 120, "starting in an empty folder")
    yield server
    server.stop()


def shown(page: Page, label: str, number: int = 0) -> str:
    """The text that the page offers for copying under a label."""
    figure = page.locator("figure", has=page.get_by_text(label, exact=True)).nth(number)
    return figure.locator("pre").inner_text()


def test_from_an_empty_folder_to_the_first_mail(browser: Browser, started: Server, tmp_path: Path, shell: dict[str, str]) -> None:
    wait_until(lambda: "Parcours is open" in started.log.read_text(), 30, "saying where it is open")
    said = re.search(r"Sign in as (\S+) with the password (\S+) \(shown once\)", started.log.read_text())
    assert said is not None, started.log.read_text()
    context = browser.new_context(locale="en-GB", viewport={"width": DESK[0], "height": DESK[1]})
    visit = watched(context.new_page(), started.url)
    page = visit.go("/")
    page.locator("input[name=email]").fill(said[1])
    page.locator("input[name=password]").fill(said[2])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Your workspace is ready")).to_be_visible()

    calls = shown(page, "Terminal")
    for name in ("thank-you-mail.yaml", "thank-you.yaml"):
        (tmp_path / name).write_text(shown(page, name))
    publishing = shown(page, "Terminal", 1)
    assert typed(calls, tmp_path, shell).count('"accepted"') == 2
    typed(publishing, tmp_path, shell)
    typed(calls.splitlines()[-1], tmp_path, shell)

    mails = page.get_by_role("region", name="Latest e-mails")
    expect(mails.get_by_role("link", name="Marie")).to_be_visible(timeout=60_000)
    mails.get_by_role("link", name="Marie").click()
    expect(page.frame_locator("iframe").get_by_role("heading")).to_have_text("Merci Marie !")
    assert visit.faults == []
    context.close()
