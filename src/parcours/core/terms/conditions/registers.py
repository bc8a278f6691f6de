"""Registers: what the kernel keeps of a contact's history, one per distinct atom, updated in O(1) per matching event.

All words are int64. Sums are micro-units, so they are exact and do not depend on the order of events; so do the rings of last times.
A register is keyed by the hash of what it holds, shared by journeys, segments and stages, and kept when programs are relinked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from parcours.core.terms.chance import signed, stable_hash
from parcours.core.terms.conditions import opcodes
from parcours.core.terms.conditions.clauses import evaluate_clause
from parcours.core.terms.conditions.matchers import Matcher, canonical
from parcours.core.terms.conditions.paths import find
from parcours.core.terms.events import NEVER
from parcours.core.terms.instants import parse_instant, write_date
from parcours.core.terms.money import MISSING, to_micro

NEVER_YET: Final = -NEVER
"""The time of what has not happened: older than every window."""


_READERS: Final[dict[str, Callable[[str], int | None]]] = {
    "instant": parse_instant,
    "date": write_date,
    "key": lambda text: signed(stable_hash(text)),
}


@dataclass(frozen=True, slots=True)
class Source:
    """The int64 a feed reads from an event: an amount in micro-units, an instant, a date as it is written, or the 64-bit key of a text."""

    kind: Literal["micro", "instant", "date", "key"]
    path: str

    def read(self, properties: Mapping[str, Any]) -> int:
        """The number at the path, or MISSING when there is none of that kind."""
        value = next(iter(find(properties, self.path)), None)
        number = to_micro(value) if self.kind == "micro" else _READERS[self.kind](value) if isinstance(value, str) else None
        return MISSING if number is None else number

    @property
    def key(self) -> int:
        """The source's stable 64-bit hash."""
        return stable_hash("source", self.kind, self.path)


@dataclass(frozen=True, slots=True)
class Feed:
    """What the events of a matcher do to a register (opcodes: SET_FALSE ... MESSAGE_REACTED), with which number."""

    role: int
    matcher: Matcher
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class RegisterSpec:
    """One register: its kind (opcodes: FLAG_REGISTER ...), size, feeds in the order they apply to one event, and a flag's first value."""

    kind: int
    feeds: tuple[Feed, ...]
    size: int = 1
    initial: int = opcodes.FALSE

    @property
    def key(self) -> int:
        """The stable 64-bit hash of what the register holds."""
        feeds = [[feed.role, feed.matcher.document(), feed.source and [feed.source.kind, feed.source.path]] for feed in self.feeds]
        return stable_hash("register", self.kind, self.size, self.initial, canonical(feeds))

    @property
    def width(self) -> int:
        """How many words it takes in the contact's row."""
        if self.kind == opcodes.DAYS_REGISTER:
            return self.size + 1
        return 2 * self.size if self.kind == opcodes.MESSAGES_REGISTER else self.size

    def initial_words(self) -> list[int]:
        """Its words for a contact without history."""
        if self.kind == opcodes.FLAG_REGISTER:
            return [self.initial]
        if self.kind == opcodes.INSTANT_REGISTER:
            return [MISSING]
        if self.kind == opcodes.TIMES_REGISTER:
            return [NEVER_YET] * self.size
        if self.kind == opcodes.MESSAGES_REGISTER:
            return [MISSING] * self.size + [0] * self.size
        return [0] * self.width


def compare(op: int, number: int, threshold: int) -> bool:
    """A comparison of micro-units, by the code of its operator; the slow twin of the one in `evaluate.py`."""
    return evaluate_clause(opcodes.COMPARISONS[op], threshold, number) is True
