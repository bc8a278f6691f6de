"""`parcours backtest` as a person types it: a process of its own, on files and on a real data directory."""

import contextlib
import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from parcours.app.operations import run
from parcours.cli import parcours as program
from parcours.settings import from_environment
from parcours.wiring import initialize, open_services
from parcours.workers.drain import drain

JOURNEY = """
journey: thank-you
entry:
  - on: {event: Order Completed}
    where: {property: value, op: ">=", value: 20}
holdout: 0%
topic: service
goal: {event: Review Written, within: 14d}
steps:
  - {id: pause, wait: 2h}
  - {id: thanks, send: {email: thank-you}}
  - {id: worth, branch: [{if: {attribute: plan, op: "=", value: pro}, then: tagged}], else: done}
  - {id: tagged, tag: thanked}
"""
COLUMNS = ("user_id", "event", "timestamp", "value")
ROWS: list[tuple[str, str, str, Any]] = [
    ("u1", "Order Completed", "2026-01-01 10:00", 30.0),
    ("u1", "Review Written", "2026-01-02 10:00", None),
    ("u2", "Order Completed", "2026-01-01 12:00", 10.0),
    ("u3", "Order Completed", "2026-01-05 21:30", 50.0),
    ("u3", "Page Viewed", "2026-01-08 09:00", None),
]
KEYS = (
    "entered",
    "refused",
    "steps",
    "goal_reached",
    "goal_before_first_message",
    "ended",
    "still_inside",
    "messages_per_person_week",
    "samples",
)
TEMPLATE = {
    "template": "thank-you",
    "topic": "service",
    "from": "shop@example.org",
    "subject": {"fr": "Merci", "en": "Thanks"},
    "html": "<p>Hello</p>",
    "text": "Hello",
}


def say(where: Path, *arguments: str | Path) -> Result:
    """Run the command in this process, in that folder."""
    with contextlib.chdir(where):
        return CliRunner().invoke(program, ["backtest", *(str(each) for each in arguments)])


def process(where: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, uncompiled."""
    code = "from parcours.cli import main; main()"
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "COLUMNS": "160"}
    command = [sys.executable, "-c", code, "backtest", *(str(each) for each in arguments)]
    return subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, timeout=120)


def reported(where: Path, *arguments: str | Path) -> dict[str, Any]:
    """The report that `--json -` prints."""
    done = say(where, *arguments, "--json", "-")
    assert done.exit_code == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a journey, and the same events as CSV, JSON lines and Parquet."""
    (tmp_path / "journey.yaml").write_text(JOURNEY)
    with (tmp_path / "events.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(["" if cell is None else cell for cell in row] for row in ROWS)
    with (tmp_path / "events.jsonl").open("w") as lines:
        for row in ROWS:
            lines.write(json.dumps({name: cell for name, cell in zip(COLUMNS, row, strict=True) if cell is not None}) + "\n")
    columns = {name: [row[place] for row in ROWS] for place, name in enumerate(COLUMNS)}
    pq.write_table(pa.table(columns), tmp_path / "events.parquet")
    return tmp_path


def test_three_forms_of_one_file_say_the_same(desk: Path) -> None:
    parts = [
        reported(desk, "journey.yaml", "--events", "events.csv", "--map", "value:number=value"),
        reported(desk, "journey.yaml", "--events", "events.jsonl"),
        reported(desk, "journey.yaml", "--events", "events.parquet"),
    ]
    first = parts[0]
    for key in KEYS:
        assert key in first
        assert all(part[key] == first[key] for part in parts), key
    assert (first["entered"], first["goal_reached"], first["ended"], first["still_inside"]) == (2, 1, {"done": 2}, 0)
    assert first["steps"]["thanks"] == {"arrived": 2, "left": 2, "sent": 2, "withheld": 0}
    assert first["messages_per_day"] == [
        {"day": "2026-01-01", "channel": "email", "messages": 1},
        {"day": "2026-01-06", "channel": "email", "messages": 1},
    ], "half past eleven at night waits for the morning"
    assert first["held"] == {"quiet": 1}
    assert first["flow"][0] == {"from": None, "to": "pause", "reason": "entered", "value": None, "count": 2}
    assert (first["rows"], first["rows_rejected"]) == (5, 0)


def test_several_files_are_one_history_and_the_same_inputs_give_the_same_bytes(desk: Path) -> None:
    (desk / "traits.jsonl").write_text(
        json.dumps({"type": "identify", "userId": "u1", "timestamp": "2026-01-01T08:00:00Z", "traits": {"plan": "pro"}}) + "\n"
    )
    asked = ("journey.yaml", "--events", "events.jsonl", "--events", "traits.jsonl")
    for out in ("one.json", "two.json"):
        done = say(desk, *asked, "--json", out)
        assert done.exit_code == 0, done.stderr
        assert f"{out} is written." in done.stdout
    assert (desk / "one.json").read_bytes() == (desk / "two.json").read_bytes()
    assert json.loads((desk / "one.json").read_text())["steps"]["tagged"]["arrived"] == 1


def test_a_period_and_its_zone(desk: Path) -> None:
    whole = reported(desk, "journey.yaml", "--events", "events.jsonl", "--from", "2026-01-02", "--to", "2026-01-06")
    assert (whole["entered"], whole["still_inside"]) == (1, 1)
    assert whole["from"] == 1_767_308_400_000_000, "midnight in Paris"
    utc = reported(desk, "journey.yaml", "--events", "events.jsonl", "--from", "2026-01-02", "--zone", "UTC")
    assert utc["from"] - whole["from"] == 3_600_000_000
    instant = reported(desk, "journey.yaml", "--events", "events.jsonl", "--to", "2026-01-05T20:30:00Z")
    assert (instant["entered"], instant["to"]) == (1, 1_767_645_000_000_000), "the end is excluded"


def test_strict_consent_keeps_messages_back(desk: Path) -> None:
    lenient = reported(desk, "journey.yaml", "--events", "events.jsonl")
    strict = reported(desk, "journey.yaml", "--events", "events.jsonl", "--strict-consent")
    assert lenient["not_sent"] == {}
    assert (strict["not_sent"], strict["steps"]["thanks"]["sent"]) == ({"no_consent": 2}, 0)


def test_reactions_are_simulated_when_asked(desk: Path) -> None:
    (desk / "asks.yaml").write_text(JOURNEY.replace('{attribute: plan, op: "=", value: pro}', "{clicked: thanks}"))
    asked = ("asks.yaml", "--events", "events.jsonl", "--to", "2026-01-20")
    unknown = reported(desk, *asked)
    assert (unknown["unknown"], unknown["reactions"]) == ({"worth": 2}, {})
    given = reported(desk, *asked, "--reactions", "opened=80%,clicked=12.5%")
    assert {kind: rate["rate"] for kind, rate in given["reactions"].items()} == {"clicked": 0.125, "delivered": 1.0, "opened": 0.8}
    assert given["simulated"]["delivered"] == 2
    for rates, words in (
        ("fitted", "nothing to fit"),
        ("opened", "opened=30%,clicked=4%"),
        ("opened=200%,clicked=1%", "opened is no rate"),
    ):
        done = say(desk, *asked, "--reactions", rates)
        assert done.exit_code != 0
        assert words in done.stderr
    assert "simulated, given: opened 80.0%" in say(desk, *asked, "--reactions", "opened=80%,clicked=12.5%").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("journey.yaml", "--events", "nothing.csv"), "nothing.csv cannot be read"),
        (("nothing.yaml", "--events", "events.csv"), "nothing.yaml cannot be read"),
        (("broken.yaml", "--events", "events.csv"), "cannot be replayed as it stands"),
        (("journey.yaml", "--events", "events.csv", "--from", "yesterday"), "'yesterday' is no time"),
        (("journey.yaml", "--events", "events.csv", "--from", "2026-02-01", "--to", "2026-01-01"), "ends before it begins"),
        (("journey.yaml", "--events", "events.csv", "--zone", "Mars/Olympus"), "no time zone called 'Mars/Olympus'"),
        (("journey.yaml", "--events", "events.csv", "--map", "user_id=who"), "no column 'who'"),
        (("journey.yaml", "--events", "empty.jsonl"), "no events to replay"),
        (("journey.yaml", "--events", "events.csv", "--as-lived"), "leave --events out"),
        (("journey.yaml", "--events", "events.csv", "--save"), "leave --events out"),
        (("journey.yaml", "--data", "nowhere"), "nowhere holds no Parcours data"),
        (("journey.yaml", "--data", "nowhere", "--zone", "UTC"), "together with --events"),
        (("journey.yaml", "--events", "events.csv", "--json", "no/folder/out.json"), "no/folder/out.json"),
    ],
)
def test_what_can_be_mended_is_said_in_one_sentence(desk: Path, arguments: tuple[str, ...], words: str) -> None:
    (desk / "empty.jsonl").write_text("")
    (desk / "broken.yaml").write_text(JOURNEY.replace("wait: 2h", "wait: soon"))
    done = say(desk, *arguments)
    assert done.exit_code != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_rows_that_cannot_be_read_are_told_by_line_and_can_be_left_out(desk: Path) -> None:
    good = (desk / "events.csv").read_text()
    (desk / "events.csv").write_text(good + "u4,Order Completed,someday,30\n,Order Completed,2026-01-03 10:00,30\nu5,,2026-01-03 10:00,1\n")
    asked = ("journey.yaml", "--events", "events.csv", "--map", "value:number=value")
    done = say(desk, *asked)
    assert done.exit_code == 1
    assert "3 of 8 rows cannot be read" in done.stderr
    assert "events.csv line 7: 'someday' is no time" in done.stderr
    report = reported(desk, *asked, "--rejects", "left-out.csv")
    assert (report["entered"], report["rows"], report["rows_rejected"]) == (2, 8, 3)
    assert [line.split(",")[0] for line in (desk / "left-out.csv").read_text().splitlines()] == ["line", "7", "8", "9"]


def test_rows_without_a_time_are_refused(desk: Path) -> None:
    (desk / "timeless.jsonl").write_text('{"user_id": "u1", "event": "Order Completed"}\n')
    done = say(desk, "journey.yaml", "--events", "timeless.jsonl")
    assert "timeless.jsonl line 1: It has no time" in done.stderr


def imported(data: Path, file: Path) -> None:
    """What is in a file, routed and turned."""
    with open_services(from_environment(str(data))) as services:
        run(services, "templates.put", {"document": TEMPLATE}, lambda _done, _total: None)
        arguments = {"subject": "events", "path": str(file), "rejects": str(file.with_suffix(".rejects"))}
        run(services, "files.import", arguments, lambda _done, _total: None)
        drain(services)


def test_a_data_directory(desk: Path) -> None:
    data = desk / "data"
    initialize(data, "owner@example.org", "a long enough password")
    nothing = say(desk, "journey.yaml", "--data", data)
    assert "no events to replay" in nothing.stderr
    imported(data, desk / "events.jsonl")
    files, stored = reported(desk, "journey.yaml", "--events", "events.jsonl"), reported(desk, "journey.yaml", "--data", data)
    same = (*KEYS[:-1], "flow", "rest", "messages_per_day", "from", "to", "people", "events")
    assert {key: stored[key] for key in same} == {key: files[key] for key in same}
    assert stored["as_lived"] is False
    assert reported(desk, "journey.yaml", "--data", data, "--as-lived")["entered"] == 0, "what was imported started nothing"
    assert not (data / "backtests").exists()
    period = ("--from", "2026-01-02", "--to", "2026-01-09")
    assert say(desk, "journey.yaml", "--data", data, "--save", *period).exit_code == 0
    assert json.loads((data / "backtests" / "thank-you.json").read_text())["entered"] == 1


def test_processes_of_their_own(desk: Path) -> None:
    data = desk / "data"
    initialize(data, "owner@example.org", "a long enough password")
    imported(data, desk / "events.jsonl")
    files = ("--events", "events.csv", "--map", "value:number=value", "--zone", "Europe/Paris", "--format", "csv", "--delimiter", "auto")
    period = ("--from", "2026-01-02", "--to", "2026-01-09", "--strict-consent")
    for where, name in ((files, "files.json"), (("--data", data), "stored.json")):
        done = process(desk, "journey.yaml", *where, *period, "--json", name)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"{name} is written.\n"
    one, other = (json.loads((desk / name).read_text()) for name in ("files.json", "stored.json"))
    assert {key: one[key] for key in KEYS[:-1]} == {key: other[key] for key in KEYS[:-1]}
    assert one["not_sent"] == {"no_consent": 1}
    refused = process(desk, "journey.yaml", "--events", "nothing.csv")
    assert (refused.returncode, refused.stderr) == (1, "Error: nothing.csv cannot be read: No such file or directory.\n")


def test_the_text_says_the_same_as_the_numbers(desk: Path) -> None:
    done = say(desk, "journey.yaml", "--events", "events.jsonl")
    assert done.exit_code == 0, done.stderr
    for words in ("2 entries of 3 people, 5 events", "│ pause ", "(entry)", "done 2", "no other journey was live then", "never effect"):
        assert words in done.stdout, words
