"""Commands that run no kernel never import numba."""

import subprocess
import sys

import pytest

LIGHT = ["document", "shapes", "compile", "link", "state", "reasons", "report", "pressure", "merging", "packing"]


@pytest.mark.slow
def test_reading_compiling_and_linking_need_no_numba() -> None:
    modules = ", ".join(f"parcours.core.journey.{name}" for name in LIGHT)
    program = f"import sys, {modules}; print('numba' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
