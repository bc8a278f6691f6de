"""What a rule found, and the ledgers of others that it may be held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST: int = 100
"""Faults of a rule that are told one by one; the rest is counted."""


@dataclass(slots=True)
class Finding:
    """One rule: how much was looked at, and a sentence for each thing that breaks it (`faults`)."""

    rule: str
    looked_at: int = 0
    faults: list[str] = field(default_factory=list)
    untold: int = 0

    def fault(self, sentence: str) -> None:
        """Something breaks the rule."""
        if len(self.faults) < MOST:
            self.faults.append(sentence)
        else:
            self.untold += 1


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Lines that a client and a mail server noted by themselves (docs/reference/check.md); empty when there are none.

    Clients: `tried` and `acked` with `ids`, the message ids of a request; `left` with the `recipient` whose opt-out was answered at `at`
    (µs); `kill` with `at`, when somebody ended the server.
    Mail server: `dot` with `at`, `message_id`, `recipient`, `began` (the instant of its MAIL FROM, µs); `heard` once the client went on.
    """

    client: Sequence[Mapping[str, Any]] = ()
    smtp: Sequence[Mapping[str, Any]] = ()
