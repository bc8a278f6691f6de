"""The messages page: ten thousand rows, what failed and why, the two buttons of an uncertain message, sending on hold."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from parcours.app.ports import Message, MessageState
from parcours.store import directory as data_directory
from parcours.store import open_store
from tests.e2e.conftest import DESK, PHONE, STATIC, Visits
from tests.e2e.seeding import NOON, Seeded, seed
from tests.e2e.test_screens import overflow, violations
from tests.fixtures.server import Server, initialised

pytestmark = [pytest.mark.slow, pytest.mark.browser]

MANY = 10_000


def kept(first: int, count: int, **given: Any) -> list[Message]:
    """Messages of the seeded people."""
    return [
        Message(
            number.to_bytes(16, "big"),
            1 + number % 60,
            number.to_bytes(16, "big"),
            "thank-you",
            1,
            "thanks",
            1,
            "email",
            "service",
            template="thank-you",
            planned_at=NOON + number,
            updated_at=NOON + number,
            **given,
        )
        for number in range(first, first + count)
    ]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Seeded]]:
    """The seeded workspace with ten thousand sent messages, two uncertain ones and a failed one."""
    if not (STATIC / "index.html").exists():
        pytest.fail("the interface is not built: run `make setup`")
    server = initialised(tmp_path_factory.mktemp("messages") / "data")
    seeded = seed(server.data)
    messages = [
        *kept(1_000, MANY, state=MessageState.SENT, attempts=1, address="x@example.org", sent_at=NOON),
        *kept(20_000, 2, state=MessageState.UNCERTAIN, reason="No reply after the final dot: timed out", attempts=1),
        *kept(30_000, 1, state=MessageState.FAILED, reason="Put aside: 5 attempts ended without an outcome.", attempts=5),
    ]
    with contextlib.closing(open_store(data_directory.open_directory(server.data).database)) as store:
        store.write(1, lambda tx: tx.messages.plan(messages))
    server.start()
    yield server, seeded
    server.stop()


@pytest.mark.parametrize(("language", "size"), [("fr", PHONE), ("en", DESK)])
def test_what_needs_a_look_is_accessible_and_fits(visits: Visits, language: str, size: tuple[int, int]) -> None:
    visit = visits(language, size)
    for view in ("uncertain", "failed", "sent"):
        page = visit.go(f"/messages?view={view}")
        expect(page.locator("main li article").first).to_be_visible()
        assert violations(page) == [], view
        assert overflow(page) == 0, view


def test_ten_thousand_messages_keep_few_rows_and_scroll_on(visits: Visits) -> None:
    page = visits("en").go("/messages?view=sent")
    rows = page.locator("main li")
    expect(rows.first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Sent 10,0"))).to_be_visible()
    for _ in range(6):
        page.keyboard.press("End")
        page.wait_for_timeout(200)
    assert int(rows.last.get_attribute("aria-posinset") or 0) > 200
    assert rows.count() < 100


def test_why_a_message_failed_is_said(visits: Visits) -> None:
    page = visits("fr").go("/messages?view=failed")
    expect(page.get_by_text("N’a pas pu être envoyé : Mis de côté : 5 essais se sont terminés sans résultat.")).to_be_visible()


def test_an_uncertain_message_is_decided_about_while_sending_is_on_hold(visits: Visits) -> None:
    page = visits("en").go("/messages?view=uncertain")
    expect(page.get_by_text("Nobody can say whether these messages left")).to_be_visible()
    page.get_by_role("button", name="Hold sending").click()
    expect(page.get_by_role("status")).to_contain_text("Sending is on hold: nothing leaves. 0 messages wait.")
    expect(page.locator("main li")).to_have_count(2)
    page.get_by_role("button", name=re.compile("^It arrived: message for Client")).first.click()
    expect(page.locator("main li")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Send again: message for Client")).click()
    expect(page.get_by_text("No message is uncertain.")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("1 message waits.")
    assert violations(page) == []
    page.get_by_role("link", name="See the messages").click()
    expect(page.get_by_text("Waits: sending is on hold.")).to_be_visible()
    page.get_by_role("button", name="Resume sending").click()
    expect(page.get_by_text("Sending is on hold")).to_have_count(0)
