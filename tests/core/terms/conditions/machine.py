"""A contact's registers, laid out and fed as a host would, with nothing else around them."""

from collections.abc import Mapping, Sequence

import numpy as np

from parcours.core.terms.conditions import opcodes
from parcours.core.terms.conditions.evaluate import changes_at, evaluate
from parcours.core.terms.conditions.lower import EventTest, bind, lower
from parcours.core.terms.conditions.matchers import MatcherTable
from parcours.core.terms.conditions.registers import RegisterSpec
from parcours.core.terms.conditions.tree import Condition, Reaction
from parcours.core.terms.conditions.update import apply_feed
from parcours.core.terms.events import Event

TRUTHS = {opcodes.FALSE: False, opcodes.UNKNOWN: None, opcodes.TRUE: True}


class Machine:
    """One condition, lowered and bound, over one contact's row."""

    def __init__(self, tree: Condition, event: str | None = None) -> None:
        lowered = lower(tree, event)
        assert lowered.problems == ()
        offsets: dict[int, int] = {}
        words: list[int] = []
        self.specs: list[tuple[int, RegisterSpec]] = []
        for atom in lowered.atoms:
            if isinstance(atom, RegisterSpec) and atom.key not in offsets:
                offsets[atom.key] = len(words)
                self.specs.append((len(words), atom))
                words += atom.initial_words()
                assert len(atom.initial_words()) == atom.width
        tests = [matcher for atom in lowered.atoms if isinstance(atom, EventTest) for matcher in (atom.true, atom.false)]
        self.table = MatcherTable(tests)
        steps = sorted({atom.step for atom in lowered.atoms if isinstance(atom, Reaction)})
        self.slots = {step: slot for slot, step in enumerate(steps)}
        self.code = bind(lowered, offsets, self.table.bits, self.slots)
        self.row = np.array(words or [0], dtype=np.int64)

    def feed(self, event: Event) -> None:
        """One event happens, at its `turned`."""
        for offset, spec in self.specs:
            for feed in spec.feeds:
                if feed.matcher.matches(event.name, event.kind, event.properties, event.turned):
                    value = feed.source.read(event.properties) if feed.source else 0
                    apply_feed(self.row, offset, spec.size, feed.role, event.turned, value)

    def feed_all(self, events: Sequence[Event]) -> "Machine":
        """Several events happen, in this order."""
        for event in events:
            self.feed(event)
        return self

    def truth(
        self, at: int, event: Event | None = None, reactions: Mapping[str, int] | None = None, local: int | None = None
    ) -> bool | None:
        """The condition's truth at an instant."""
        mask = self.table.mask(event.name, event.kind, event.properties, event.turned) if event else 0
        bits = np.array([mask >> 64 * word & 2**64 - 1 for word in range(self.table.words)], dtype=np.uint64)
        slots = np.array([(reactions or {}).get(step, 0) for step in self.slots] or [0], dtype=np.int64)
        return TRUTHS[int(evaluate(self.code, 0, len(self.code), self.row, bits, slots, at, at if local is None else local))]

    def changes_at(self, at: int) -> int:
        """When time alone may change the truth."""
        return int(changes_at(self.code, 0, len(self.code), self.row, at, at))
