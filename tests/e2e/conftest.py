"""A started server over a seeded workspace, pages of a real browser on it, and a shell to type commands into."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

import parcours
from tests.e2e.seeding import Seeded, seed
from tests.fixtures.network import child_environment
from tests.fixtures.server import OWNER, PASSWORD, PROGRAM, Server, initialised

STATIC = Path(parcours.__file__).parent / "static"
EXPECTED = ("the document's frame is sandboxed", "tracker.example", "api/mailbox/3/x", "status of 401", "status of 404", "status of 429")
PHONE, DESK = (390, 844), (1280, 900)
CURL = """#!{python}
# Stands in for curl on machines that have none: curl -u KEY: URL -d BODY
import base64, sys, urllib.request
key, url, body = sys.argv[2], sys.argv[3], sys.argv[5]
head = {{"Authorization": "Basic " + base64.b64encode(key.encode()).decode()}}
print(urllib.request.urlopen(urllib.request.Request(url, body.encode(), head)).read().decode())
"""


@dataclass
class Visit:
    """A page, and everything that went wrong on it: script errors, refused content, requests to elsewhere."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a path of the interface and wait until its title stands."""
        self.page.goto(self.url + path)
        self.page.get_by_role("heading", level=1).wait_for()
        return self.page

    def sign_in(self, password: str = PASSWORD) -> None:
        """Fill the form that is shown, and send it."""
        self.page.locator("input[name=email]").fill(OWNER)
        self.page.locator("input[name=password]").fill(password)
        self.page.keyboard.press("Enter")


Visits = Callable[..., Visit]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Seeded]]:
    """A real server, in a process of its own, over sixty people, two journeys and their mails."""
    if not (STATIC / "index.html").exists():
        pytest.fail("the interface is not built: run `make setup`")
    server = initialised(tmp_path_factory.mktemp("e2e") / "data")
    seeded = seed(server.data)
    server.start()
    yield server, seeded
    server.stop()


@pytest.fixture
def visits(browser: Browser, workspace: tuple[Server, Seeded]) -> Iterator[Visits]:
    """Open a browser of its own: `visit = visits("en", PHONE)`; signed in unless asked otherwise. Faults fail the test at its end."""
    server, _ = workspace
    opened: list[tuple[BrowserContext, Visit]] = []

    def open_one(language: str = "fr", size: tuple[int, int] = DESK, signed_in: bool = True, calm: bool = True) -> Visit:
        locale = {"fr": "fr-FR", "en": "en-GB"}[language]
        motion: Literal["reduce", "no-preference"] = "reduce" if calm else "no-preference"
        context = browser.new_context(locale=locale, viewport={"width": size[0], "height": size[1]}, reduced_motion=motion)
        visit = watched(context.new_page(), server.url)
        opened.append((context, visit))
        if signed_in:
            visit.go("/")
            visit.sign_in()
            visit.page.get_by_role("navigation").wait_for()
        return visit

    yield open_one
    for context, _ in opened:
        context.close()
    assert [fault for _, visit in opened for fault in visit.faults] == []


def watched(page: Page, url: str) -> Visit:
    """Note every fault of a page from now on."""
    visit = Visit(page, url)

    def asked(request: Request) -> None:
        if not request.url.startswith((url, "data:")) and request.frame == page.main_frame:
            visit.faults.append(f"asked {request.url}")

    page.on("pageerror", lambda error: visit.faults.append(str(error)))
    page.on("dialog", lambda dialog: visit.faults.append(f"dialog {dialog.message}"))
    page.on("request", asked)
    page.on("console", lambda said: visit.faults.append(said.text) if said.type == "error" and known(said.text) else None)
    return visit


def known(text: str) -> bool:
    """A console error is a fault unless the seeded letter's own script and picture were refused, or a refusal was the point of a test."""
    return not any(part in text for part in EXPECTED)


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment in which `parcours`, `python3` and `curl` are found."""
    programs = tmp_path / "programs"
    programs.mkdir()
    if shutil.which("curl") is None:
        (programs / "curl").write_text(CURL.format(python=sys.executable))
        (programs / "curl").chmod(0o755)
    return child_environment(PATH=f"{programs}:{PROGRAM.parent}:{os.environ['PATH']}")


def typed(commands: str, folder: Path, env: dict[str, str]) -> str:
    """Type these lines into a shell; the first that fails ends the test with what it said."""
    answer = subprocess.run(["sh", "-e", "-c", commands], cwd=folder, env=env, capture_output=True, text=True, timeout=240)
    assert answer.returncode == 0, f"{commands}\n{answer.stdout}{answer.stderr}"
    return answer.stdout
