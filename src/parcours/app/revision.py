"""Two kinds of settings of Parcours' own: what changes when linked programs change, and which journeys are being prepared."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from parcours.app.ports import Tx

REVISION: Final = "definitions_revision"
"""Another value with every change of what is linked."""
PREPARING: Final = "preparing:"
"""The key of a journey after this prefix names one whose draft already keeps registers. One setting each: two publications in two
processes then cannot undo each other's."""


def revise(tx: Tx) -> None:
    """What is linked changes with this transaction. No count: two transactions that overlap would count to the same number."""
    tx.definitions.set_setting(REVISION, uuid.uuid4().hex)


def prepared(settings: Mapping[str, Any]) -> list[str]:
    """Keys of the journeys that are being prepared, in order."""
    return sorted(name.removeprefix(PREPARING) for name in settings if name.startswith(PREPARING))
