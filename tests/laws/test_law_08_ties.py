"""Law 8, ties: a named example for each line of the page on time, played by the reference and by the kernel."""

from pathlib import Path

import pytest

from tests.laws.case import by_reference
from tests.laws.kernel import by_kernel
from tests.scenarios.checking import differences
from tests.scenarios.reading import read_scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios"
LINES = {
    "history starts nothing": [
        "history starts nothing and moves no run",
    ],
    "an instant is atomic: goals before exits, wait_for before deadlines, deadlines before steps": [
        "a goal exactly at the deadline wins over the send",
        "a goal one microsecond after the deadline comes after the send",
        "a goal and an exit at one instant end the run by goal",
        "an event exactly at the timeout wins over the timeout",
        "an event that ends a run is then offered to entry",
        "the entry event is never its own goal, exit or wait",
    ],
    "2d is 48 hours, until counts calendar days, local times skip and repeat": [
        "two days are forty-eight hours when the clocks go forward",
        "in two days at nine counts calendar days when the clocks go forward",
        "a local time that does not exist runs at the first valid instant after",
        "a local time that occurs twice runs at the first",
        "the clock is the contact's, not the workspace's",
        "a contact who moves is waited for at the new local time",
    ],
    "date attributes: missing, past, changed, without a time, 29 February": [
        "a missing date takes the edge for missing dates",
        "a date that is past goes on at once",
        "a date that changes while waiting is waited for anew",
        "a date without a time means nine in the morning, minus the offset",
        "a birthday on the 29th of February is the 28th in common years",
    ],
    "lateness: after a late step the clock is the performed one": [
        "an outage never fires two steps together",
        "after a pause a message may be too late to be sent",
        "late by exactly the limit is not too late",
        "too late for this morning waits for the next",
        "a timer due exactly at the resume is not late",
    ],
}
NAMES = [name for names in LINES.values() for name in names]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("player", [by_reference, by_kernel], ids=["reference", "kernel"])
def test_named_example(name: str, player) -> None:
    """It goes as the file says."""
    scenario = read_scenario((SCENARIOS / f"{name}.yaml").read_text(encoding="utf-8"))
    (outcome,) = player(scenario.case())
    assert not differences(scenario, outcome)
