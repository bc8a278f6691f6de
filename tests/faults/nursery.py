"""Starts of the real program in a tenth of a second: this process has imported it, and lets a copy of itself (fork) run each command.

It reads one line of JSON for each command and answers one: start (arguments, log, fail) answers the process id, run the same and waits for
the end, kill and wait answer how the process ended (subprocess's return code), or null when it still runs.
"""

import importlib
import json
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

IMPORTED = (
    "parcours.api.server",
    "parcours.app.backtest",
    "parcours.app.check",
    "parcours.app.forget",
    "parcours.app.linking",
    "parcours.app.publish",
    "parcours.channels.email.mailbox",
    "parcours.channels.email.render",
    "parcours.channels.email.smtp",
    "parcours.cli.check",
    "parcours.cli.journeys",
    "parcours.cli.serve",
    "parcours.lake.files",
    "parcours.lake.history",
    "parcours.store.sqlite.store",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
)
STARTED: list[int] = []
ENDED: dict[int, int] = {}
"""How those ended that were waited for."""
ARCHIVED_AT = 20
"""In the copies the archive works often and on little, so that faults meet it."""


def prepare() -> None:
    """Import what the program imports, before any thread runs."""
    for name in IMPORTED:
        importlib.import_module(name)
    from parcours.app.warming import warm_up
    from parcours.workers import crew

    warm_up()
    crew.ARCHIVE_SECONDS, crew.TIDY_SECONDS = 0.2, 2.0
    crew.archive = partial(crew.archive, enough=ARCHIVED_AT)  # type: ignore[attr-defined]


def start(arguments: list[str], log: str, fail: str = "") -> int:
    """Run `parcours ARGUMENTS` in a copy of this process; answers its id."""
    pid = os.fork()
    if pid:
        STARTED.append(pid)
        return pid
    with Path(log).open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    code = 1
    try:
        from parcours.cli import main
        from parcours.failpoints import arm

        arm(fail)
        main(arguments)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def wait(pid: int, seconds: float) -> int | None:
    """How the process ended, None when it still runs after so many seconds."""
    until = time.monotonic() + seconds
    while pid not in ENDED:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            ENDED[pid] = os.waitstatus_to_exitcode(status)
            break
        if time.monotonic() > until:
            return None
        time.sleep(0.005)
    return ENDED[pid]


def kill(pid: int, number: int = signal.SIGKILL) -> int | None:
    """Send a signal unless it has ended, and wait for the end."""
    if wait(pid, 0) is None:
        os.kill(pid, number)
    return wait(pid, 60)


def run(arguments: list[str], log: str, fail: str = "") -> int | None:
    """The same as start, and wait for the end."""
    return wait(start(arguments, log, fail), 300)


def answer(value: Any) -> None:
    """One line."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Answer commands until standard input ends."""
    prepare()
    answer(None)
    for line in sys.stdin:
        command: dict[str, Any] = json.loads(line)
        does: Any = {"start": start, "run": run, "wait": wait, "kill": kill}[command.pop("do")]
        answer(does(**command))
    for pid in STARTED:
        kill(pid)


if __name__ == "__main__":
    main()
