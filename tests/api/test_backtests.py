"""Backtests through the door: run, watched, read."""

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from parcours.app.jobs import Job
from parcours.app.services import Services
from tests.e2e.seeding import seed_report
from tests.fixtures.network import wait_until

PATH = "/api/journeys/thank-you/backtest"


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The operation, replaced by one that waits: `go` lets it end, `asked` is what it was asked."""
    seen: dict[str, Any] = {"go": threading.Event()}

    def run(_services: Services, name: str, arguments: Mapping[str, Any], progress: Any) -> None:
        seen["asked"] = (name, arguments)
        for done in range(1, 10_000):
            progress(min(done, 3), 4)
            if seen["go"].wait(0.002):
                break
        if "fault" in seen:
            raise ValueError(seen["fault"])

    monkeypatch.setattr("parcours.api.routes.backtests.run", run)
    return seen


def job_of(member: TestClient) -> dict[str, Any]:
    """The newest job of the journey."""
    found: dict[str, Any] = member.get(PATH).json()["job"]
    return found


def test_a_journey_never_replayed_has_neither_job_nor_report(member: TestClient) -> None:
    assert member.get(PATH).json() == {"job": None, "report": None}
    assert member.get("/api/journeys/nothing/backtest").status_code == 404
    assert member.post("/api/journeys/nothing/backtest").status_code == 404


def test_a_replay_is_asked_once_watched_and_done(seeded: Services, member: TestClient, replay: dict[str, Any]) -> None:
    first, second = member.post(PATH), member.post(PATH)
    assert first.status_code == 202
    assert first.json()["id"] == second.json()["id"], "one at a time"
    wait_until(lambda: job_of(member)["done"] == 3, 10, "progress")
    assert job_of(member)["state"] == "running"
    name, arguments = replay["asked"]
    assert name == "backtests.save"
    assert arguments["document"]["journey"] == "thank-you"
    assert arguments["end"] == seeded.clock.now()
    replay["go"].set()
    wait_until(lambda: job_of(member)["state"] == "done", 10, "the end")


def test_a_replay_is_stopped(member: TestClient, replay: dict[str, Any]) -> None:
    member.post(PATH)
    assert member.delete(PATH).status_code == 204
    wait_until(lambda: job_of(member)["state"] == "cancelled", 10, "the stop")


def test_a_replay_that_fails_says_why(member: TestClient, replay: dict[str, Any]) -> None:
    replay["fault"] = "The history holds no events."
    replay["go"].set()
    member.post(PATH)
    wait_until(lambda: job_of(member)["state"] == "failed", 10, "the fault")
    assert job_of(member)["error"] == "The history holds no events."


def test_a_saved_report_is_told_in_sentences(seeded: Services, member: TestClient) -> None:
    seed_report(seeded.directory)
    report = member.get(PATH).json()["report"]
    assert (report["entered"], report["goal_reached"], report["goal_before_first_message"]) == (4210, 410, 96)
    assert report["refused"][0] == {
        "reason": "cooling",
        "sentence": {"fr": "Pas entré : trop tôt après la dernière entrée.", "en": "Not entered: too soon after the last entry."},
        "count": 9120,
    }
    assert report["steps"][0] == {
        "id": "pause",
        "sentence": {"fr": "Attendre 2 jours", "en": "Wait 2 days"},
        "arrived": 4210,
        "left": 4188,
        "sent": 0,
    }
    assert report["pressure"]["counts"] == [{"messages": 1, "weeks": 5102}, {"messages": 2, "weeks": 310}]
    assert [one["reason"] for one in report["not_sent"]] == ["no_consent", "capped"]
    assert (report["start"], report["end"]) == ("2010-12-01T12:00:00Z", "2011-11-16T12:00:00Z")
    known, erased = report["samples"]
    assert (known["person"], known["moments"][0]["sentence"]["en"]) == ("Camille Durand", "Entered the journey.")
    assert (erased["person"], erased["contact"]) == ("", ""), "a report keeps totals, never an erased person"


@pytest.mark.parametrize("key", ["..", "..%2fparcours", "%2e%2e%2fsecret", "a" * 200])
def test_a_report_is_read_from_its_folder_only(seeded: Services, member: TestClient, key: str) -> None:
    (seeded.directory / "parcours.json").write_text(json.dumps({"entered": 1}))
    assert member.get(f"/api/journeys/{key}/backtest").status_code == 404


def test_jobs_answer_the_newest_of_a_subject(seeded: Services) -> None:
    ends = threading.Event()
    first = seeded.jobs.start("backtest", "a", lambda _: None)
    wait_until(lambda: first.state == "done", 10, "the first")
    second: Job = seeded.jobs.start("backtest", "a", lambda _: ends.wait(10))
    assert seeded.jobs.latest("backtest", "a") is second
    assert seeded.jobs.latest("backtest", "b") is None
    ends.set()
