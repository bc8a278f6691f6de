"""Settings of the whole suite, read before any test module.

The kernel runs as plain Python in this process: no compilation, and every line can be stepped through. The compiled form
runs in the child processes (a started server, the command line, the comparison of compiled with plain).
"""

import os

import pytest

os.environ.setdefault("NUMBA_DISABLE_JIT", "1")
pytest.register_assert_rewrite("parcours.testing")

pytest_plugins = [
    "tests.fixtures.postgres",
    "tests.fixtures.browser",
    "tests.fixtures.server",
    "tests.fixtures.workspace",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the storms of `make faults` are, and with which dice."""
    parser.addoption("--kills", type=int, default=1000, help="kills of a storm (default 1000)")
    parser.addoption("--seed", type=int, default=20261122, help="seed of a storm (default 20261122)")
