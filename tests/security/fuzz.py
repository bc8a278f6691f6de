"""Fuzzing for as long as one likes: `make fuzz ARGS="--seconds 600 body yaml"`, or without names everything in turn.

Each parser of parsers.py is fed by atheris (guided by coverage, Linux on x86-64) where it is installed, else by Hypothesis with the
same seeds; `interface` sends schemathesis over every route of a served workspace. What was found is kept in .cache/fuzz.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase

if importlib.util.find_spec("atheris") and "--here" in sys.argv:
    import atheris

    with atheris.instrument_imports(include=["parcours"]):  # only our own code guides; all of the libraries would take minutes
        from tests.security.parsers import PARSERS
else:
    from tests.security.parsers import PARSERS
from tests.security.test_parsers_hold import mutated

KEPT = Path(__file__).resolve().parents[2] / ".cache/fuzz"
INTERFACE = "interface"


def with_atheris(name: str, seconds: int) -> None:
    """Runs libFuzzer in this process, and does not come back."""
    import atheris

    corpus = KEPT / name.replace(" ", "-")
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(PARSERS[name].seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    found = f"-artifact_prefix={corpus.parent}/{corpus.name}-found-"
    atheris.Setup([sys.argv[0], str(corpus), f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=2048", found], PARSERS[name].read)
    atheris.Fuzz()


def with_hypothesis(name: str, seconds: int) -> None:
    """Feeds mutated seeds until the time is over."""
    end = time.monotonic() + seconds
    database = DirectoryBasedExampleDatabase(KEPT / "hypothesis")

    @settings(max_examples=2_000, deadline=5_000, suppress_health_check=list(HealthCheck), database=database)
    @given(mutated(list(PARSERS[name].seeds)) | st.binary(max_size=2_000))
    def hold(data: bytes) -> None:
        PARSERS[name].read(data)

    while time.monotonic() < end:
        hold()


def in_turn(names: list[str], seconds: int) -> int:
    """Each in a process of its own, so that one that dies does not end the others; answers how many failed."""
    failed = []
    for name in names:
        sys.stdout.write(f"== {name}, {seconds} s\n")
        sys.stdout.flush()
        if name == INTERFACE:
            command = [sys.executable, "-m", "pytest", "-q", "--timeout", "0", "tests/security/test_the_interface_holds.py"]
        else:
            command = [sys.executable, "-m", "tests.security.fuzz", "--here", name, "--seconds", str(seconds)]
        if subprocess.run(command, env={**os.environ, "PARCOURS_FUZZ_SECONDS": str(seconds)}).returncode:
            failed.append(name)
    sys.stdout.write(f"failed: {', '.join(failed)}\n" if failed else "nothing was found\n")
    return len(failed)


def main() -> int:
    """The command line; exit status 1 when something was found."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("names", nargs="*", help=f"{', '.join(PARSERS)}, {INTERFACE} (default: all)")
    arguments.add_argument("--seconds", type=int, default=300, help="for each (default 300)")
    arguments.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    unknown = set(asked.names) - {*PARSERS, INTERFACE}
    if unknown:
        arguments.error(f"there is no parser called {unknown.pop()}")
    if not asked.here:
        return int(in_turn(asked.names or [*PARSERS, INTERFACE], asked.seconds) > 0)
    run = with_atheris if importlib.util.find_spec("atheris") else with_hypothesis
    run(asked.names[0], asked.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
