"""F-02: killed at random, also while it recovers; `make faults ARGS="tests/faults/test_kill_storm.py --kills 1000 --seed 7"`.

Rounds of fifty kills, each with a data directory and a seed of its own. A storm that was stopped goes on where it was.
"""

import json
import random
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.faults.storm import Report, Storm

ROUND = 50
LONGEST_LIFE = 3.0
FOLDER = Path(__file__).resolve().parents[2] / ".cache/storm"


def one_round(folder: Path, seed: int, kills: int) -> Report:
    """So many lives of random length, then calm."""
    shutil.rmtree(folder, ignore_errors=True)
    storm, chance = Storm(folder, seed), random.Random(seed)
    try:
        storm.open_shop()
        for _ in range(kills):
            storm.life(chance.uniform(0.05, LONGEST_LIFE))
        return storm.calm()
    finally:
        storm.close()


@pytest.mark.faults
def test_a_storm_of_kills(request: pytest.FixtureRequest) -> None:
    kills, seed = request.config.getoption("--kills"), request.config.getoption("--seed")
    folder = FOLDER / f"{seed}-{kills}"
    progress = folder / "rounds.jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    done = [json.loads(line) for line in progress.read_text().splitlines()] if progress.exists() else []
    for number in range(len(done), -(-kills // ROUND)):
        report = one_round(folder / "round", seed + number, min(ROUND, kills - number * ROUND))
        assert report.faults == [], f"seed {seed + number}: look into {folder / 'round'}"
        done.append({"seed": seed + number, **asdict(report)})
        with progress.open("a") as file:
            file.write(json.dumps(done[-1]) + "\n")
        told = ", ".join(f"{key} {value}" for key, value in done[-1].items() if key != "faults")
        sys.stderr.write(f"{(number + 1) * ROUND} of {kills}: {told}\n")
    counted = {key: sum(line[key] for line in done) for key in ("kills", "acked", "mails", "repeated", "uncertain", "left")}
    sys.stderr.write(f"{counted}\n0 in {kills} runs bounds the rate by {3 / kills:.2%} at 95 %\n")
    shutil.rmtree(folder)
    assert counted["acked"] > 0
