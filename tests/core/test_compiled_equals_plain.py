"""Compiled and plain, the heart says the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from parcours.core.terms.compiled import PLAIN
from tests.core import compiled_cases


@pytest.mark.slow
def test_compiled_equals_plain() -> None:
    assert PLAIN
    root = Path(__file__).parents[2]
    environment = os.environ | {"NUMBA_DISABLE_JIT": "0", "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
    program = [sys.executable, "-W", "error", "-m", "tests.core.compiled_cases"]
    run = subprocess.run(program, cwd=root, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    compiled, plain = json.loads(run.stdout), json.loads(compiled_cases.answers())
    for part, other in zip(compiled, plain, strict=True):
        assert part == other
