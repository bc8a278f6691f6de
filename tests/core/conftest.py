"""The heart is tested as plain Python; test_compiled_equals_plain.py runs the compiled form in a child process."""

import os

from hypothesis import settings

os.environ["NUMBA_DISABLE_JIT"] = "1"

settings.register_profile("core", deadline=None)
settings.load_profile("core")
