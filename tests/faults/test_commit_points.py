"""F-01: killed at each commit point of a whole server that ingests, runs, sends, archives, publishes, erases: nothing lost or repeated."""

import sys
from pathlib import Path

import pytest

from tests.faults.points import ELSEWHERE, EVERY, OPERATED, OPERATING, SAMPLE, UNITS
from tests.faults.storm import Storm

PASSES = (1, 2, 3, 5, 8, 13)
PATIENCE = 10.0
"""Seconds in which a point must be passed."""


def killed_at(storm: Storm, points: list[tuple[str, int]]) -> list[str]:
    """One life for each (point, pass); answers the points that were not passed."""
    missed = []
    storm.open_shop()
    for number, (point, nth) in enumerate(points, 1):
        if not storm.life_until(f"{point}:{nth}", PATIENCE, busy=point in OPERATING):
            missed.append(f"{point}:{nth}")
        sys.stderr.write(f"\r{number} of {len(points)}: {point}:{nth}".ljust(70))
    return missed


def judged(storm: Storm, points: list[tuple[str, int]]) -> None:
    """Kill, calm down, and hold everything against the ledgers."""
    try:
        missed = killed_at(storm, points)
        report = storm.calm()
        sys.stderr.write(f"\n{report}\n")
        assert report.faults == []
        assert (report.acked > 0, report.mails > 0) == (True, True)
        assert [point for point in missed if point.endswith(":1")] == [], "some points were not reached"
    finally:
        storm.close()


def test_every_file_with_units_of_work_is_killed_or_says_why_not() -> None:
    app = Path(__file__).resolve().parents[2] / "src/parcours/app"
    texts = {file.stem: file.read_text() for file in app.glob("*.py")}
    asked = ("store.write(", "store.write_anyway(", "store.submit(")
    committing = {stem for stem, text in texts.items() if any(call in text for call in asked)}
    assert committing - {*UNITS, *OPERATED} == committing & set(ELSEWHERE)
    assert {*UNITS, *OPERATED} <= committing


@pytest.mark.kill
@pytest.mark.slow
def test_killed_at_a_point_of_each_kind(tmp_path: Path) -> None:
    judged(Storm(tmp_path / "storm", 1), [(point, 1) for point in SAMPLE])


@pytest.mark.faults
@pytest.mark.parametrize("nth", PASSES)
def test_killed_at_every_point(tmp_path: Path, nth: int) -> None:
    judged(Storm(tmp_path / "storm", nth), [(point, nth) for point in EVERY])
