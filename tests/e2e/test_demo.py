"""The demo, small but whole: imported, published, backtested, fed to its end; every mail checked against the real orders."""

import json
import re
import subprocess
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from parcours.cli.demo_setup import instant_of, shop_messages
from parcours.lake import online_retail
from parcours.settings import from_environment
from parcours.wiring import open_reading
from tests.fixtures.network import child_environment, free_port
from tests.fixtures.server import PROGRAM, parcours

pytestmark = pytest.mark.timeout(600)
CUSTOMERS = 60
SPEED = 100_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo directory whose 28 days have been lived."""
    data = tmp_path_factory.mktemp("demo") / "demo"
    arguments = ["demo", "--data", str(data), "--customers", str(CUSTOMERS)]
    prepared = parcours(*arguments, "--prepare-only")
    assert prepared.returncode == 0, prepared.stderr
    assert "18,532 orders, 397,884 lines, 8,911,407.904 GBP, as published" in prepared.stdout
    with (data.parent / "log").open("wb") as log:
        command = [str(PROGRAM), *arguments, "--port", str(free_port()), "--speed", str(SPEED)]
        process = subprocess.Popen(command, stdout=log, stderr=log, env=child_environment())
        try:
            wait_for_the_end(data)
        finally:
            process.terminate()
            process.wait(30)
    return data


def wait_for_the_end(data: Path) -> None:
    """Until every message of the period is stored and nothing is planned any more."""
    expected = {message["messageId"] for message in shop_messages(online_retail.invoices(), CUSTOMERS)}
    end = time.monotonic() + 400
    while time.monotonic() < end:
        rows = parcours("export", "events", "--jsonl", "--data", data).stdout.splitlines()
        states = json.loads(parcours("status", "--json", "--data", data).stdout)["messages"]
        if expected <= {json.loads(row)["message_id"] for row in rows} and not states.get("planned") and not states.get("claimed"):
            return
        time.sleep(2)
    pytest.fail("the demo did not come to its end")


def mails(data: Path) -> list[tuple[str, str, str]]:
    """(recipient, subject, text) of every mail in the mailbox."""
    found = []
    with open_reading(from_environment(str(data))) as services:
        for row in services.store.read(1, lambda tx: tx.mailbox.page("", None, 2**60, 10_000)):
            kept = services.store.read(1, lambda tx, number=row.id: tx.mailbox.read(number))  # type: ignore[misc]
            message = message_from_bytes(kept.raw, policy=default)
            body = message.get_body(("plain",))
            found.append((row.recipient, row.subject, body.get_content() if body is not None else ""))
    return found


def test_every_thank_you_quotes_an_order_of_its_customer(demo: Path) -> None:
    orders: dict[str, dict[str, Any]] = {}
    for message in shop_messages(online_retail.invoices(), CUSTOMERS):
        if message.get("event") == "Order Completed":
            orders[message["properties"]["order_id"]] = message
    with open_reading(from_environment(str(demo))) as services:
        assert services.demo is not None
        cut = services.demo.first
    thanked = []
    for recipient, subject, text in mails(demo):
        found = re.match(r"(?:Thank you for your order|Merci pour votre commande) (\d+)$", subject)
        if found is None:
            continue
        order = orders[found.group(1)]
        thanked.append(found.group(1))
        assert recipient == f"client-{order['userId']}@example.org"
        assert instant_of(order) >= cut, "an imported order started a journey"
        whole = int(order["properties"]["value"])
        assert re.search(rf"{whole:,}".replace(",", r"\D?"), text), f"{whole} is not in {text}"
        assert order["properties"]["highlights"][0].capitalize() in text
    late = [order for order in orders.values() if instant_of(order) >= cut]
    assert len(thanked) == len(set(thanked))
    assert len(thanked) > 0.8 * len(late), "orders of the last hours are still waiting; the others were thanked"


def test_reports_of_the_year_are_kept_for_each_journey(demo: Path) -> None:
    for journey in ("thank-you", "win-back", "loyalty"):
        report = json.loads((demo / "backtests" / f"{journey}.json").read_text())
        assert report["entered"] > 0
        assert report["entered"] == sum(report["ended"].values()) + report["still_inside"]


def test_what_is_stored_agrees_with_itself(demo: Path) -> None:
    answer = parcours("check", "--json", "--data", demo)
    assert json.loads(answer.stdout)["fine"], answer.stdout
