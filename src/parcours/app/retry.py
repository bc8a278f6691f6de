"""Retry: what was set aside, with its reason, is told to whoever asks, and tried again at once when somebody says so.

Each process keeps in one setting of its own what it set aside, so that the command line sees it and a process that died leaves no claim.
"""

import uuid
from collections.abc import Callable
from typing import Any

from parcours.app.aside import ASKED, MOST, TOLD, Aside, aside, lives
from parcours.app.ports import Tx
from parcours.app.services import Services


class Telling:
    """Tells what this process set aside, while there is something, and hears that it is to be tried again."""

    def __init__(self, services: Services) -> None:
        self._services, self._key, self._told, self._heard = services, TOLD + uuid.uuid4().hex, False, ""

    def step(self) -> bool:
        """Look once; never more to do at once."""
        kinds = (self._services.contacts_aside, self._services.rows_aside)
        if self._told or any(kind.waiting for kind in kinds):
            self._services.store.write(self._services.workspace, lambda tx: self._exchange(tx, kinds))
        return False

    def _exchange(self, tx: Tx, kinds: tuple[Aside, ...]) -> None:
        settings = tx.definitions.settings()
        asked = str(settings.get(ASKED, ""))
        if asked != self._heard:
            self._heard = asked
            for kind in kinds:
                kind.again()
        now = self._services.clock.real()
        for key in [key for key in settings if key.startswith(TOLD) and not lives(settings[key], now)]:
            tx.definitions.set_setting(key, None)
        rows = [(kind.what, number, *said) for kind in kinds for number, said in sorted(kind.waiting.items())]
        tx.definitions.set_setting(self._key, {"at": now, "count": len(rows), "rows": rows[:MOST]} if rows else None)
        self._told = bool(rows)


def retry(services: Services, _progress: Callable[[int, int], None]) -> dict[str, Any]:
    """The operation `aside.retry`: everything that waits after a fault is tried again within seconds; answers how much there is."""

    def unit(tx: Tx) -> int:
        tx.definitions.set_setting(ASKED, str(services.clock.real()))
        return sum(row["number"] if row["kind"] == "more" else 1 for row in aside(tx, services.clock.real()))

    return {"aside": services.store.write(services.workspace, unit)}
