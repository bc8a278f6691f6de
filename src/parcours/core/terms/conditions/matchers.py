"""Matchers: which events an atom looks at. The host turns each event into one bit per matcher; the kernel sees only bits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from parcours.core.terms.chance import stable_hash
from parcours.core.terms.conditions.clauses import property_condition
from parcours.core.terms.conditions.render import render_condition
from parcours.core.terms.conditions.tree import Condition
from parcours.core.terms.events import Kind

ANY_KIND: Final = 0b1111
"""Events of every kind: bit k stands for Kind k."""
NOT_RUN: Final = ANY_KIND & ~(1 << Kind.RUN)
"""Events that no step of a journey caused: what a step changes, the kernel has already set."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """Events of one name and some kinds whose properties satisfy the clause (unknown does not), or carry a top-level key (even as null)."""

    event: str
    clause: Condition | None = None
    carries: str | None = None
    kinds: int = ANY_KIND

    def document(self) -> dict[str, Any]:
        """The matcher as plain values, the same for the same meaning."""
        clause = None if self.clause is None else render_condition(self.clause)
        return {"event": self.event, "clause": clause, "carries": self.carries, "kinds": self.kinds}

    @property
    def key(self) -> int:
        """The matcher's stable 64-bit hash. Compare keys, not matchers: to Python 1, 1.0 and True are equal, to a clause they are not."""
        return stable_hash("matcher", canonical(self.document()))

    def matches(self, name: str, kind: int, properties: Mapping[str, Any], at: int) -> bool:
        """Whether an event of that name, kind and properties, at that instant (UTC microseconds), is one of these."""
        if name != self.event or not self.kinds >> kind & 1:
            return False
        if self.carries is not None and self.carries not in properties:
            return False
        return self.clause is None or property_condition(self.clause, properties, at) is True


def canonical(document: Any) -> str:
    """Plain values as one JSON text, keys sorted."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class MatcherTable:
    """Matchers numbered from 0 in the order given: bit i of an event's mask is matcher i."""

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        """Numbers the matchers; of two with the same key the first counts."""
        self.matchers: list[Matcher] = []
        self.bits: dict[int, int] = {}
        self.by_event: dict[str, list[tuple[int, Matcher]]] = {}
        for matcher in matchers:
            key = matcher.key
            if key not in self.bits:
                bit = self.bits[key] = len(self.matchers)
                self.matchers.append(matcher)
                self.by_event.setdefault(matcher.event, []).append((bit, matcher))

    @property
    def words(self) -> int:
        """How many uint64 words a mask has (at least one)."""
        return max(1, (len(self.matchers) + 63) // 64)

    def mask(self, name: str, kind: int, properties: Mapping[str, Any], at: int) -> int:
        """The mask of one event as one Python integer; 0 when nothing looks at it."""
        mask = 0
        for bit, matcher in self.by_event.get(name, ()):
            if matcher.matches(name, kind, properties, at):
                mask |= 1 << bit
        return mask
