"""Programs that a test lets fail: a child process with the store at hand."""

import os
import subprocess
import sys
from pathlib import Path

PREAMBLE = """
import sys
from pathlib import Path
from parcours.store import open_store
path = Path(sys.argv[1])
"""


def command(program: str, path: Path) -> list[str]:
    """The command line of a child that runs `program` with `open_store` and `path` defined."""
    return [sys.executable, "-c", PREAMBLE + program, str(path)]


def run_child(program: str, path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(command(program, path), env={**os.environ, **environment}, capture_output=True, text=True, timeout=120)
