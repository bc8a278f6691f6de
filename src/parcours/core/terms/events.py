"""The event: something that happened to one contact, at one instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

NEVER: Final = 2**62
"""An instant that does not come (UTC microseconds)."""


class Kind(IntEnum):
    """Who speaks: the customer, a channel's receipt, a run of a journey, or the workspace."""

    CUSTOMER = 0
    RECEIPT = 1
    RUN = 2
    WORKSPACE = 3


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one contact. Instants are UTC microseconds; `history` events start nothing."""

    contact: int
    seq: int
    name: str
    occurred: int
    received: int
    turned: int
    kind: Kind = Kind.CUSTOMER
    properties: Mapping[str, Any] = field(default_factory=dict)
    history: bool = False
    message_id: bytes = b""
