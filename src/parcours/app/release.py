"""Release: sending goes on after a hold, with or without what waits."""

from collections.abc import Callable
from typing import Any, Final, Literal

from parcours.app.doubting import doubt_what_waits
from parcours.app.operations import Refusal
from parcours.app.services import Services

WAITED: Final = "It waited while sending was on hold."


def release(services: Services, progress: Callable[[int, int], None], waiting: Literal["send", "ask"]) -> dict[str, Any]:
    """Let messages leave again. `waiting` says what becomes of those that wait: `send` them, or `ask` a person about each (uncertain).

    After a restore `ask` is the choice that repeats nothing: what came due between the backup and the loss may have left already.
    """
    settings = services.store.read(services.workspace, lambda tx: tx.definitions.settings())
    if settings.get("sending") != "hold":
        raise Refusal("Sending is not on hold.")
    asked = doubt_what_waits(services.store, services.workspace, services.clock.now(), WAITED) if waiting == "ask" else 0
    services.store.write(services.workspace, lambda tx: tx.definitions.set_setting("sending", "on"))
    progress(1, 1)
    services.wake()
    return {"sending": "on", "asked": asked}
