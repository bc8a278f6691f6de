"""What can be asked of a workspace by name: by the command line, through the running server's local socket, or in its own process."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from parcours.app.services import Services

Progress = Callable[[int, int], None]
"""Told (done, total) now and then; total 0 = not known."""

OPERATIONS: Final[dict[str, str]] = {
    "journeys.publish": "parcours.app.publish:publish",
    "journeys.pause": "parcours.app.publish:pause",
    "journeys.resume": "parcours.app.publish:resume",
    "templates.put": "parcours.app.templates:put_template",
    "sending.release": "parcours.app.release:release",
    "aside.retry": "parcours.app.retry:retry",
    "settings.set": "parcours.app.workspace_settings:set_setting",
    "messages.resolve": "parcours.app.resolve:resolve",
    "contacts.forget": "parcours.app.forget:forget_named",
    "files.import": "parcours.app.import_file:import_named",
    "lake.verify": "parcours.app.verify:verify_history",
    "lake.rebuild": "parcours.app.verify:rebuild_traces",
    "backtests.save": "parcours.app.backtest:save_backtest",
}


class Refusal(ValueError):
    """An operation that was not done, and nothing of it. `problems` lists every reason, each a sentence that says what to do."""

    def __init__(self, sentence: str, problems: list[str] | None = None) -> None:
        super().__init__(sentence)
        self.problems = problems or []


def run(services: Services, name: str, arguments: Mapping[str, Any], progress: Progress) -> Any:
    """Do one operation; answers a value that JSON can hold. Raises Refusal, also for a name that is not known."""
    if name not in OPERATIONS:
        raise Refusal(f"There is no operation called {name}.")
    module, _, function = OPERATIONS[name].partition(":")
    operation: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return operation(services, progress, **arguments)
