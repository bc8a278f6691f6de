"""The backtest on its screen: asked for a period, watched, stopped, read; also with nobody in it, and with numbers nobody expects."""

import copy
import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import DESK, PHONE, Visits
from tests.e2e.seeding import REPORT, Seeded
from tests.e2e.test_screens import overflow, violations
from tests.fixtures.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PATH = "/journeys/thank-you?tab=backtest"
MILLION = 987_654


def nobody() -> dict[str, Any]:
    """A report in which nothing happened."""
    report = copy.deepcopy(REPORT)
    report |= dict.fromkeys(("entered", "goal_reached", "goal_before_first_message", "still_inside"), 0)
    report |= {name: {} for name in ("refused", "ended", "not_sent", "held", "lost_while_held", "unknown", "rest")}
    report |= {"flow": [], "messages_per_day": [], "samples": [], "other_journeys": None}
    report["steps"] = {step: dict.fromkeys(counts, 0) for step, counts in report["steps"].items()}
    report["messages_per_person_week"] = {"person_weeks": 0, "mean": 0.0, "most": 0, "counts": {}}
    return report


def everybody() -> dict[str, Any]:
    """A report of thousands of millions, with names that fit nowhere."""
    report = copy.deepcopy(REPORT)
    report["document"]["steps"][1]["send"] = {"email": "a-template-name-as-long-as-a-train-that-does-not-stop-anywhere-and-breaks-no-line"}
    for name in ("entered", "goal_reached", "still_inside", "people", "events"):
        report[name] *= MILLION
    for name in ("refused", "ended", "not_sent", "held", "unknown"):
        report[name] = {reason: count * MILLION for reason, count in report[name].items()}
    report["reactions"] = {"clicked": {"rate": 0.045, "after": 10_800, "fitted": False}}
    report["simulated"] = {"clicked": 12 * MILLION}
    report["flow"] = [way | {"count": way["count"] * MILLION} for way in report["flow"]]
    report["steps"] = {step: {key: 1 + count * MILLION for key, count in counts.items()} for step, counts in report["steps"].items()}
    return report


@pytest.mark.parametrize(("make", "words"), [(nobody, "Personne ne serait entré"), (everybody, "4\u202f158\u202f023\u202f340")])
def test_few_and_many(visits: Visits, workspace: tuple[Server, Seeded], make: Any, words: str) -> None:
    file = workspace[0].data / "backtests/thank-you.json"
    before = file.read_text()
    file.write_text(json.dumps(make()))
    try:
        for size in (DESK, PHONE):
            page = visits("fr", size).go(PATH)
            expect(page.get_by_text(words).first).to_be_visible()
            assert (violations(page), overflow(page)) == ([], 0)
    finally:
        file.write_text(before)


def test_the_picture_and_the_table_say_the_same(visits: Visits) -> None:
    page = visits("en").go(PATH)
    canvas = page.get_by_role("region", name="Picture of the journey").or_(page.locator(".react-flow"))
    expect(canvas.first).to_contain_text("4,210")
    expect(canvas.first).to_contain_text("1,710")
    page.locator("label", has_text="Table").first.click()
    table = page.get_by_role("table").first
    expect(table.get_by_role("row").nth(1)).to_contain_text(re.compile(r"Wait 2 days.*4,210.*4,188.*2.d"))
    assert (violations(page), overflow(page)) == ([], 0)


def test_one_way_through_is_followed_decision_by_decision(visits: Visits) -> None:
    page = visits("en").go(PATH)
    page.get_by_text("Camille Durand").click()
    lines = page.locator("details[open] ol li")
    expect(lines).to_have_count(4)
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("details[open] [aria-current=step]")).to_contain_text("Message sent on its way.")
    expect(lines.nth(3)).not_to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(lines.nth(3)).to_be_visible()
    assert violations(page) == []


def test_a_replay_is_watched_and_stopped(visits: Visits) -> None:
    page = visits("en").go(PATH)
    state = {"state": "running", "done": 32, "total": 128, "id": "1", "error": ""}
    asked: list[tuple[str, Any]] = []

    def answer(route: Route) -> None:
        request = route.request
        if request.method == "GET":
            body = route.fetch().json()
            route.fulfill(json=body | {"job": state})
        else:
            asked.append((request.method, request.post_data_json if request.method == "POST" else None))
            state["state"] = "cancelled" if request.method == "DELETE" else "running"
            route.fulfill(status=204 if request.method == "DELETE" else 202, json=None if request.method == "DELETE" else state)

    state["state"] = "done"
    page.route("**/api/journeys/thank-you/backtest", answer)
    ask(page, "2011-05-02", "2011-05-01")
    expect(page.get_by_text("The last day comes before the first.")).to_be_visible()
    expect(page.get_by_role("button", name="Run again")).to_be_disabled()
    ask(page, "2011-05-01", "2011-05-02")
    assert violations(page) == []
    page.get_by_label("Simulate reactions to messages").check()
    page.get_by_role("spinbutton", name="Clicked").fill("4.5")
    assert violations(page) == []
    page.get_by_role("button", name="Run again").click()
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "25")
    expect(page.get_by_text("Replaying the events: 25%")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped: the report below is the one from before.")).to_be_visible()
    rates = {"opened": None, "clicked": 0.045}
    assert asked == [
        ("POST", {"first_day": "2011-05-01", "last_day": "2011-05-02", "strict_consent": True, "reactions": rates}),
        ("DELETE", None),
    ]


def ask(page: Page, first: str, last: str) -> None:
    """Fill in a period."""
    if not page.get_by_label("First day").is_visible():
        page.get_by_text("Period and consent").click()
        page.get_by_label("Write only to people whose consent is on record").check()
    page.get_by_label("First day").fill(first)
    page.get_by_label("Last day").fill(last)


def test_a_real_replay_ends_with_a_report(visits: Visits, workspace: tuple[Server, Seeded]) -> None:
    page = visits("en").go("/journeys/win-back?tab=backtest")
    page.get_by_role("button", name="Run the backtest").click()
    expect(page.get_by_text("events replayed.")).to_be_visible(timeout=120_000)
    saved = json.loads((workspace[0].data / "backtests/win-back.json").read_text())
    assert saved["people"] > 0
    assert set(saved["hashes"]) == {"programs", "registers", "events", "zones", "tzdata"}
