"""A peer: a program of another environment, installed once under .cache/bench, that answers line by line."""

import json
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from bench.measuring import ROOT

ENVIRONMENT = ROOT / ".cache/bench/peers"
REQUIREMENTS = ROOT / "bench/peers/requirements.txt"


def installed() -> Path:
    """The Python of the peers' environment; made the first time, and again when what they require changed."""
    python, stamp = ENVIRONMENT / "bin/python", ENVIRONMENT / "requirements.txt"
    if not stamp.is_file() or stamp.read_text() != REQUIREMENTS.read_text():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)], check=True)
        stamp.write_text(REQUIREMENTS.read_text())
    return python


class Peer(AbstractContextManager["Peer"]):
    """A running peer program; it says `ready` when it may be asked."""

    def __init__(self, program: str, *arguments: str | Path) -> None:
        """Starts bench/peers/PROGRAM.py."""
        command = [str(installed()), str(ROOT / f"bench/peers/{program}.py"), *map(str, arguments)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._line()

    def ask(self, question: str) -> Any:
        """Its answer. Raises RuntimeError when the peer has ended."""
        assert self._process.stdin is not None
        print(question, file=self._process.stdin, flush=True)
        return json.loads(self._line())

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the peer has ended: what it said stands above")
        return line
