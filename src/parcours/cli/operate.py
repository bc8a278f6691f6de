"""How commands reach the data: through the running server's socket, or in this process when none runs."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parcours.app.operations import Refusal
from parcours.settings import Boot, from_environment

if TYPE_CHECKING:
    from parcours.app.services import Services

Operator = Callable[..., Any]

data_option = click.option("--data", "data", metavar="DIR", help="The data directory (default ./parcours-data).")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@contextmanager
def operator(data: str | None) -> Iterator[Operator]:
    """A function (name, **arguments) that does one operation. Refusals become one clear sentence and exit status 1."""
    boot = from_environment(data)
    with said_clearly():
        socket = _socket(boot)
        if socket is not None:
            yield lambda name, **arguments: _ask(socket, name, arguments)
        else:
            from parcours.app.operations import run
            from parcours.wiring import open_services

            with open_services(boot) as services:
                yield lambda name, **arguments: run(services, name, arguments, Bar())


@contextmanager
def reading(data: str | None) -> Iterator["Services"]:
    """Services to read with, beside a running server or without one."""
    from parcours.wiring import open_reading

    with said_clearly(), open_reading(from_environment(data)) as services:
        yield services


@contextmanager
def said_clearly() -> Iterator[None]:
    """Errors that a person can mend, in one sentence each, without a traceback."""
    from parcours.app.ports.store import NotDurable

    try:
        yield
    except Refusal as refusal:
        raise click.ClickException("\n".join([str(refusal), *(f"  - {problem}" for problem in refusal.problems)])) from refusal
    except (NotDurable, FileNotFoundError, PermissionError, ValueError) as error:
        raise click.ClickException(str(error)) from error


class Bar:
    """A progress bar on standard error, drawn only when somebody watches."""

    def __init__(self) -> None:
        self._progress: Any = None
        self._task: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self._progress is None:
            from rich.console import Console
            from rich.progress import Progress

            console = Console(stderr=True)
            self._progress = Progress(console=console, transient=True, disable=not console.is_terminal)
            self._progress.start()
            self._task = self._progress.add_task("", total=total or None)
        self._progress.update(self._task, completed=done, total=total or None)
        if total and done >= total:
            self._progress.stop()
            self._progress = None


def _socket(boot: Boot) -> Path | None:
    """The socket of a server that answers."""
    import socket

    path = boot.directory / "parcours.sock"
    if not path.exists():
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return None
    return path


def _ask(socket: Path, name: str, arguments: dict[str, Any]) -> Any:
    import httpx2

    bar = Bar()
    transport = httpx2.HTTPTransport(uds=str(socket))
    asked = {"name": name, "arguments": arguments}
    with (
        httpx2.Client(transport=transport, timeout=None, base_url="http://parcours") as client,
        client.stream("POST", "/run", json=asked) as answer,
    ):
        for text in answer.iter_lines():
            line = json.loads(text)
            if "progress" in line:
                bar(*line["progress"])
            elif "refusal" in line:
                raise Refusal(line["refusal"], line["problems"])
            else:
                return line["result"]
    raise Refusal("The server stopped before it answered. Look at its log, then try again.")
