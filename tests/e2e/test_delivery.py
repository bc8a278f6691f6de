"""An event comes in through the door; a minute later its mail is read in the browser."""

import base64
import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import DESK, watched
from tests.fixtures.server import OWNER, PASSWORD, Server, initialised

pytestmark = [pytest.mark.slow, pytest.mark.browser]

JOURNEY = """
journey: hello
title: {fr: Bienvenue, en: Welcome}
entry:
  - on: {event: Order Completed}
topic: service
transactional: true
steps:
  - {id: thanks, send: {email: hello}}
"""
TEMPLATE = """
template: hello
topic: service
from: Maison Lune <bonjour@maison-lune.example>
subject: {fr: "Merci {{ contact.name }}", en: "Thank you {{ contact.name }}"}
html: {fr: "<h1>Commande {{ event.order_id }}</h1>", en: "<h1>Order {{ event.order_id }}</h1>"}
text: {fr: "Commande {{ event.order_id }}", en: "Order {{ event.order_id }}"}
"""
COMPILING = 300_000
"""Milliseconds that the first turn may take: it compiles the kernel when no cache holds it."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A started server with one published journey and nobody in it."""
    folder = tmp_path_factory.mktemp("delivery")
    server = initialised(folder / "data", "--name", "Maison Lune").start()
    for name, text, command in (("hello-mail.yaml", TEMPLATE, ("templates", "put")), ("hello.yaml", JOURNEY, ("journeys", "publish"))):
        path: Path = folder / name
        path.write_text(text)
        answer = server.run(*command, str(path))
        assert answer.returncode == 0, answer.stderr
    yield server
    server.stop()


def send(server: Server, call: str, message: dict[str, Any]) -> None:
    """One message through the collecting door, with the secret key."""
    head = {"Authorization": "Basic " + base64.b64encode(f"{server.secret_key}:".encode()).decode(), "Content-Type": "application/json"}
    request = urllib.request.Request(f"{server.url}/v1/{call}", json.dumps(message).encode(), head)
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert json.load(answer)["events"][0]["status"] == "accepted"


@pytest.mark.timeout(600)
def test_an_order_becomes_a_mail_that_is_read_in_the_mailbox(browser: Browser, running: Server) -> None:
    context = browser.new_context(locale="en-GB", viewport={"width": DESK[0], "height": DESK[1]})
    visit = watched(context.new_page(), running.url)
    page = visit.go("/")
    page.locator("input[name=email]").fill(OWNER)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Your workspace is ready")).to_be_visible()
    expect(page.get_by_text(running.write_key).first).to_be_visible()

    send(running, "identify", {"userId": "u1", "traits": {"name": "Camille Durand", "email": "camille@example.org", "language": "fr"}})
    send(running, "track", {"userId": "u1", "event": "Order Completed", "properties": {"order_id": "C1"}})

    mails = page.get_by_role("region", name="Latest e-mails")
    expect(mails.get_by_role("link", name="Camille Durand")).to_be_visible(timeout=COMPILING)
    mails.get_by_role("link", name="Camille Durand").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("Merci Camille Durand")
    expect(page.frame_locator("iframe").get_by_role("heading")).to_have_text("Commande C1")

    page.get_by_role("link", name="Camille Durand", exact=True).last.click()
    expect(page.get_by_text(re.compile("Message (sent|delivered): “Merci Camille Durand”"))).to_be_visible()
    expect(page.get_by_text("Entered the journey.")).to_be_visible()
    page.get_by_role("link", name="Welcome").first.click()
    expect(page.get_by_role("region", name="Canvas of the journey").locator(".react-flow__node")).to_have_count(3)
    assert visit.faults == []
    context.close()
