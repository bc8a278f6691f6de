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
