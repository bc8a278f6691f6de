"""Backtests through the door: run, watched, read."""

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from parcours.app.jobs import Job
from parcours.app.operations import run
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
    assert member.post("/api/journeys/nothing/backtest", json={}).status_code == 404


def test_a_replay_is_asked_once_watched_and_done(seeded: Services, member: TestClient, replay: dict[str, Any]) -> None:
    first, second = member.post(PATH, json={}), member.post(PATH, json={})
    assert first.status_code == 202
    assert first.json()["id"] == second.json()["id"], "one at a time"
    wait_until(lambda: job_of(member)["done"] == 3, 10, "progress")
    assert job_of(member)["state"] == "running"
    name, arguments = replay["asked"]
    assert name == "backtests.save"
    assert arguments["document"]["journey"] == "thank-you"
    assert (arguments["start"], arguments["end"]) == (None, None)
    replay["go"].set()
    wait_until(lambda: job_of(member)["state"] == "done", 10, "the end")


def test_a_replay_is_stopped(member: TestClient, replay: dict[str, Any]) -> None:
    member.post(PATH, json={})
    assert member.delete(PATH).status_code == 204
    wait_until(lambda: job_of(member)["state"] == "cancelled", 10, "the stop")


def test_a_replay_that_fails_says_why(member: TestClient, replay: dict[str, Any]) -> None:
    replay["fault"] = "The history holds no events."
    replay["go"].set()
    member.post(PATH, json={})
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
        "withheld": 0,
        "median": 172_800,
        "nine_in_ten": 172_800,
        "longest": 172_800,
        "unknown": 0,
    }
    assert report["pressure"]["counts"] == [{"messages": 1, "weeks": 5102}, {"messages": 2, "weeks": 310}]
    assert [one["reason"] for one in report["not_sent"]] == ["no_consent", "capped"]
    assert (report["start"], report["end"]) == ("2010-12-01T12:00:00Z", "2011-11-16T12:00:00Z")
    edges = {edge["id"]: edge["count"] for edge in report["edges"]}
    assert (edges["@entry>pause"], edges["thanks>0"], edges["reacted>0"], edges["worth>1"]) == (4210, 4188, 155, 2190)
    nodes = {node["id"]: (node["passed"], node["live"], node["sent"]) for node in report["nodes"]}
    assert (nodes["thanks"], nodes["reacted"], nodes["@done"]) == ((4188, 0, 4020), (4188, 133, 0), (3645, 0, 0))
    assert report["company"]["journeys"][0] == {
        "key": "win-back",
        "title": {"fr": "Reconquête après 90 jours", "en": "Win-back after 90 days"},
        "sent": 902,
        "sent_without": 941,
        "within_a_day": 118,
        "people": 97,
    }
    assert report["days"][0] == {"day": "2010-12-01", "channel": "email", "messages": 3}
    assert report["outdated"] is False
    known = report["samples"][0]
    assert (known["person"], known["ended"]["en"], known["moments"][0]["sentence"]["en"]) == (
        "Camille Durand",
        "Goal reached.",
        "Entered the journey.",
    )


def test_nobody_unknown_or_erased_is_in_a_report(seeded: Services, member: TestClient) -> None:
    seed_report(seeded.directory)
    report = member.get(PATH).json()["report"]
    assert (len(report["samples"]), report["forgotten"]) == (2, 1), "one of the samples is of somebody whom nobody knows"
    run(seeded, "contacts.forget", {"contact": report["samples"][0]["contact"]}, lambda _done, _total: None)
    after = member.get(PATH).json()["report"]
    assert (len(after["samples"]), after["forgotten"], after["entered"]) == (1, 2, 4210), "totals stay"
    assert report["samples"][0]["contact"] not in (seeded.directory / "backtests" / "thank-you.json").read_text()


def test_a_report_of_another_document_says_so(seeded: Services, member: TestClient) -> None:
    seed_report(seeded.directory)
    path = seeded.directory / "backtests" / "thank-you.json"
    saved = json.loads(path.read_text())
    path.write_text(json.dumps({**saved, "document": {**saved["document"], "steps": saved["document"]["steps"][:2]}}))
    report = member.get(PATH).json()["report"]
    assert report["outdated"] is True
    assert [node["id"] for node in report["nodes"]] == ["@entry", "pause", "thanks", "@done"]


def test_a_report_of_another_form_is_none(seeded: Services, member: TestClient) -> None:
    (seeded.directory / "backtests").mkdir()
    (seeded.directory / "backtests" / "thank-you.json").write_text(json.dumps({"entered": 1}))
    assert member.get(PATH).json()["report"] is None


def test_a_period_is_days_in_the_workspaces_zone(member: TestClient, replay: dict[str, Any]) -> None:
    replay["go"].set()
    asked = {"first_day": "2011-03-27", "last_day": "2011-03-27", "strict_consent": True}
    assert member.post(PATH, json=asked).status_code == 202
    wait_until(lambda: job_of(member)["state"] == "done", 10, "the end")
    _, arguments = replay["asked"]
    assert arguments["end"] - arguments["start"] == 23 * 3_600_000_000, "the day the clocks go forward"
    assert arguments["strict_consent"] is True
    assert arguments["reactions"] is None
    member.post(PATH, json={"reactions": {"clicked": 0.04}})
    wait_until(lambda: replay["asked"][1]["reactions"] == {"opened": None, "clicked": 0.04}, 10, "the rates")
    assert member.post(PATH, json={"reactions": {"clicked": 4}}).status_code == 422
    turned_round = {"first_day": "2011-03-27", "last_day": "2011-03-26"}
    assert member.post(PATH, json=turned_round).status_code == 422
    assert member.post(PATH, json={"from": "2011-03-27"}).status_code == 422


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
