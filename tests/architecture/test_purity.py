"""The heart is pure: no I/O, no clock, no dice, no order taken from a set (docs/adr/0001)."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.purity import faults
from tests.architecture.tree import ROOT, SOURCE, python_files

CORE = SOURCE / "core"
RUFF = str(Path(sys.executable).parent / "ruff")
PLANTED = {
    "import time": "imports time",
    "import os.path": "imports os.path",
    "from random import random": "imports random",
    "import sqlalchemy": "imports sqlalchemy",
    "import numpy.random": "numpy.random",
    "import numpy as np\nnp.random.rand()": "no dice",
    "import scipy": "imports scipy",
    "from zoneinfo import ZoneInfo": "imports zoneinfo",
    "import datetime\ndatetime.datetime.now()": "no clock",
    "import uuid\nuuid.uuid4()": "no dice",
    "key = hash('a')": "hash()",
    "key = id(object())": "memory address",
    "text = open('a').read()": "no files",
    "print('here')": "does not speak",
    "for name in {'a', 'b'}: pass": "loops over a set",
    "names = set('ab')\nfor name in names: pass": "loops over a set",
    "def f(names: set[str]) -> list[str]:\n    return [n for n in names]": "comprehends a set",
    "def f(names: frozenset[str]) -> list[str]:\n    return list(names)": "list()",
    "a = {1}\nb = a | {2}\nc = (*b,)": "unpacks a set",
    "class A:\n    def f(self) -> str:\n        self.seen: set[str] = set()\n        return ','.join(self.seen)": "join()",
    "a = {1}\nb = a.pop()": "pops from a set",
    "a = {1}\nb = {n: 0 for n in a}": "comprehends a set",
    "a = {1}\nb = sum(a)": "sum()",
}
INNOCENT = [
    "from collections.abc import Set\nimport numpy as np\nfrom numba import njit\nfrom parcours.core.terms import events",
    "names = {'a'}\nfor name in sorted(names): pass",
    "names = {'a'}\nok = 'a' in names and all(n for n in names) and len(names) == 1",
    "names = {'a'}\nupper = {name.upper() for name in names}",
    "table = {'a': 1}\nfor name in table: pass",
    "import datetime\ndef f(at: datetime.datetime) -> int:\n    return at.hour",
]


@pytest.mark.parametrize("path", python_files(CORE), ids=lambda path: str(path.relative_to(CORE)))
def test_the_core_is_pure(path: Path) -> None:
    assert faults(path.read_text(), str(path.relative_to(ROOT))) == []


@pytest.mark.parametrize("source", PLANTED, ids=range(len(PLANTED)))
def test_a_planted_impurity_is_found(source: str) -> None:
    assert any(PLANTED[source] in fault for fault in faults(source, "core/terms/planted.py")), source


@pytest.mark.parametrize("source", INNOCENT, ids=range(len(INNOCENT)))
def test_pure_code_is_left_alone(source: str) -> None:
    assert faults(source, "core/terms/planted.py") == []


def test_scipy_is_for_value_and_lift_alone() -> None:
    assert faults("def f() -> None:\n    import scipy", "src/parcours/core/measure/value.py") == []


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import time", "time is an argument"),
        ("import random", "core has no dice"),
        ("from datetime import datetime\n\nat = datetime.now()", "time is an argument"),
        ("import secrets", "core has no dice"),
        ("import os", "core decides, hosts do"),
        ("print(1)", "`print` found"),
    ],
)
def test_ruff_says_why_the_core_may_not(source: str, reason: str) -> None:
    command = [RUFF, "check", "--stdin-filename", "src/parcours/core/terms/planted.py", "-"]
    answer = subprocess.run(command, input=source, capture_output=True, text=True, cwd=ROOT)
    assert answer.returncode == 1
    assert reason in answer.stdout


def test_ruff_lets_hosts_read_the_clock() -> None:
    command = [RUFF, "check", "--select", "TID251", "--stdin-filename", "src/parcours/clock.py", "-"]
    answer = subprocess.run(command, input="import time\n\nat = time.time()\n", capture_output=True, text=True, cwd=ROOT)
    assert answer.returncode == 0, answer.stdout
