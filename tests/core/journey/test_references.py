"""Compiled code reads arrays by address: as long as a reference lives, so does every page it names."""

import gc
import json
import os
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from parcours.core.journey.references import Reference

ROOT = Path(__file__).parents[3]
TRUE, OVERWRITTEN = 7, -1


class Pages(NamedTuple):
    """Two arrays, as the kernel's tables are."""

    numbers: Any
    bits: Any


def test_a_reference_holds_its_arrays_and_their_headers_as_long_as_it_lives() -> None:
    made = Reference(Pages(np.arange(8, dtype=np.int64), np.ones((2, 3), dtype=np.uint64)))
    watched = [weakref.ref(each) for each in (*made.arrays, made.headers)]
    gc.collect()
    assert all(each() is not None for each in watched)
    assert made.address == made.headers.ctypes.data
    del made
    gc.collect()
    assert all(each() is None for each in watched), "it holds no longer than it lives"


def test_an_array_that_is_not_in_one_piece_has_no_reference() -> None:
    with pytest.raises(ValueError, match="numbers is not contiguous"):
        Reference(Pages(np.arange(8)[::2], np.ones(1, dtype=np.uint64)))


@pytest.mark.slow
def test_compiled_code_reads_what_is_held_and_the_test_would_see_what_is_not() -> None:
    """The caller has let go of the arrays. Held by the reference, they are read; without that hold the freed page is seen."""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "0", "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    program = [sys.executable, "-W", "error", "-m", "tests.core.freed_pages"]
    run = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == [TRUE, OVERWRITTEN]
