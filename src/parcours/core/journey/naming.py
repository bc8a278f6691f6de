"""The numbers of one call: what is named by bytes or text outside the kernel has a number inside it."""

from typing import Final

from parcours.core.journey.link import Linked
from parcours.core.journey.linker import instance_key
from parcours.core.terms.ids import run_id

UNLINKED: Final = 1_000_000
"""Numbers from here on stand for names that no linked program has."""


class Names:
    """Grows as records and events are read; asked again when what came out is named."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.run_refs: dict[bytes, int] = {}
        self.run_ids: list[bytes] = []
        self.journey_of_run: dict[bytes, str] = {}
        self.instance_texts: dict[int, str] = {0: ""}
        self._steps: dict[tuple[str, str], int] = {}
        self._step_names: dict[tuple[str, int], str] = {}
        self._words: dict[str, list[str]] = {
            "channel": list(linked.channels),
            "topic": list(linked.topics),
            "journey": list(linked.journeys),
        }
        self._entries: dict[tuple[int, str, str], int] = {}

    def run(self, identifier: bytes) -> int:
        """The reference of a run."""
        if identifier not in self.run_refs:
            self.run_refs[identifier] = len(self.run_ids)
            self.run_ids.append(identifier)
        return self.run_refs[identifier]

    def run_id(self, journey: str, public_id: str, instance: str, entry: int) -> bytes:
        """The id of a run that begins in this call."""
        return run_id(journey, public_id, instance, entry)

    def instance(self, text: str) -> int:
        """The number of an instance."""
        key = instance_key(text)
        self.instance_texts[key] = text
        return key

    def entered(self, contact: int, journey: str, instance: str, entry: int) -> None:
        """A run that is known."""
        place = (contact, journey, instance)
        self._entries[place] = max(entry, self._entries.get(place, 0))

    def entries_so_far(self, contact: int, journey: str, instance: str) -> int:
        """The highest entry number known."""
        return self._entries.get((contact, journey, instance), 0)

    def word(self, kind: str, text: str | None) -> int:
        """The code of a channel, topic or journey; -1 for None."""
        if text is None:
            return -1
        words = self._words[kind]
        if text not in words:
            words.append(text)
        return words.index(text)

    def text(self, kind: str, code: int) -> str | None:
        """The channel, topic or journey of a code."""
        return None if code < 0 else self._words[kind][code]

    def step(self, journey: str, step: str) -> int:
        """The key of a step within its journey; 0, which no step has, when the journey does not know it."""
        if journey in self.linked.journeys:
            return self.linked.step_keys[self.linked.journeys.index(journey)].get(step, 0)
        place = (journey, step)
        if place not in self._steps:
            self._steps[place] = UNLINKED + len(self._steps)
            self._step_names[journey, self._steps[place]] = step
        return self._steps[place]

    def step_name(self, journey: str, key: int) -> str:
        """The step of a key."""
        if (journey, key) in self._step_names:
            return self._step_names[journey, key]
        keys = self.linked.step_keys[self.linked.journeys.index(journey)]
        return next(name for name, number in keys.items() if number == key)
