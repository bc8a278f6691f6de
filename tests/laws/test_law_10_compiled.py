"""Law 10, compiled = plain: the kernel compiled by numba gives what it gives as plain Python."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from parcours.core.terms.compiled import PLAIN
from tests.laws.compiled_child import outcomes_of

ROOT = Path(__file__).parents[2]


def same_as_plain(numbers: list[int], told: list[Any]) -> None:
    """Raises AssertionError unless the kernel here gives what another process told of the same cases."""
    for seed, compiled in zip(numbers, told, strict=True):
        plain = json.loads(json.dumps(outcomes_of(seed)))
        assert plain == compiled, f"seed {seed}"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_compiled_equals_plain(seeds: list[int], tmp_path: Path) -> None:
    """The same cases, in a child process that compiles."""
    assert PLAIN, "this process runs the kernel as plain Python"
    numbers = seeds[::2]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "0", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    child = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.laws.compiled_child"],
        input=json.dumps(numbers),
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        timeout=580,
    )
    assert child.returncode == 0, child.stderr[-4_000:]
    same_as_plain(numbers, json.loads(child.stdout))
