"""The heart is tested as plain Python; test_compiled_equals_plain.py runs the compiled form in a child process."""

import os

os.environ["NUMBA_DISABLE_JIT"] = "1"
