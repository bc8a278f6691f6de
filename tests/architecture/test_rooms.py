"""The contracts of .importlinter are kept by the tree, and each of them can break: every fault is planted in a small model of the house."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

LINTER = str(Path(sys.executable).parent / "lint-imports")
CONTRACTS = ROOT / ".importlinter"
MODEL = [
    "parcours/__init__.py",
    "parcours/api/__init__.py",
    "parcours/cli/__init__.py",
    "parcours/workers/__init__.py",
    "parcours/wiring.py",
    "parcours/settings.py",
    "parcours/store/__init__.py",
    "parcours/lake/__init__.py",
    "parcours/channels/__init__.py",
    "parcours/app/__init__.py",
    "parcours/app/ports/__init__.py",
    "parcours/app/ports/people.py",
    "parcours/app/collect.py",
    "parcours/app/route.py",
    "parcours/core/__init__.py",
    "parcours/core/terms/__init__.py",
    "parcours/core/trace/__init__.py",
    "parcours/core/journey/__init__.py",
    "parcours/core/journey/steps/__init__.py",
    "parcours/core/journey/steps/wait.py",
    "parcours/core/journey/steps/send.py",
    "parcours/core/people/__init__.py",
    "parcours/core/measure/__init__.py",
]
GOOD = {
    "parcours/cli/__init__.py": "import parcours.api, parcours.workers, parcours.wiring",
    "parcours/wiring.py": "import parcours.store, parcours.lake, parcours.channels, parcours.settings",
    "parcours/store/__init__.py": "import parcours.app.ports.people, parcours.core.terms",
    "parcours/app/route.py": "import parcours.app.ports, parcours.core.people",
    "parcours/core/journey/__init__.py": "import parcours.core.trace, parcours.core.terms",
}
PLANTED = [
    ("Rooms", {"parcours/core/terms/__init__.py": "import parcours.app"}),
    ("Rooms", {"parcours/app/collect.py": "import parcours.wiring"}),
    ("Rooms", {"parcours/store/__init__.py": "import parcours.lake"}),
    ("Rooms", {"parcours/api/__init__.py": "import parcours.workers"}),
    ("Rooms", {"parcours/app/collect.py": "import parcours.settings"}),
    ("Rooms", {"parcours/utils.py": ""}),
    ("Rooms", {"parcours/helpers/__init__.py": ""}),
    ("Core", {"parcours/core/terms/__init__.py": "import parcours.core.trace"}),
    ("Core", {"parcours/core/journey/__init__.py": "import parcours.core.people"}),
    ("Core", {"parcours/core/base/__init__.py": ""}),
    ("Adapters know", {"parcours/channels/__init__.py": "import parcours.app.route"}),
    ("Adapters know", {"parcours/lake/__init__.py": "from parcours.app import collect"}),
    ("Only wiring", {"parcours/cli/__init__.py": "import parcours.store"}),
    ("Only wiring", {"parcours/api/__init__.py": "import parcours.channels"}),
    ("Step kinds", {"parcours/core/journey/steps/send.py": "import parcours.core.journey.steps.wait"}),
    ("Use cases", {"parcours/app/route.py": "import parcours.app.collect"}),
]


def lint(folder: Path, contents: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the contracts on the model house with these file contents."""
    for name in MODEL:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text + "\n")
    env = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    command = [LINTER, "--config", str(CONTRACTS), "--no-cache"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=env)


def broken(output: str) -> list[str]:
    """Names of the contracts reported as broken."""
    return [line.split(" BROKEN")[0].strip() for line in output.splitlines() if " BROKEN" in line]


def test_a_house_in_order_passes(tmp_path: Path) -> None:
    answer = lint(tmp_path, GOOD)
    assert broken(answer.stdout) == []
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(("contract", "fault"), PLANTED, ids=[f"{next(iter(fault))}: {next(iter(fault.values()))}" for _, fault in PLANTED])
def test_a_planted_fault_breaks_its_contract(tmp_path: Path, contract: str, fault: dict[str, str]) -> None:
    answer = lint(tmp_path, {**GOOD, **fault})
    assert answer.returncode == 1, answer.stdout
    assert any(name.startswith(contract) for name in broken(answer.stdout)), answer.stdout
