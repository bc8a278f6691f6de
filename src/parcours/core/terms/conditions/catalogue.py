"""What a workspace knows of names: with it a document's names are checked; without it every name is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The known names, each kind a sorted tuple, or None where the world is open (nothing is checked).

    `dates` says which properties are dates: by event name (`Contact Identified` for attributes), the paths whose ISO texts are instants.
    Where it is None, a clause with a date operator (before, after, within_last, within_next) itself says that its property is a date.
    """

    events: tuple[str, ...] | None = None
    segments: tuple[str, ...] | None = None
    stages: tuple[str, ...] | None = None
    scores: tuple[str, ...] | None = None
    topics: tuple[str, ...] | None = None
    dates: Mapping[str, tuple[str, ...]] | None = None

    def is_date(self, event: str | None, path: str) -> bool:
        """Whether the catalogue says that this property (of this event, or of contacts) is a date."""
        return self.dates is not None and event is not None and path in self.dates.get(event, ())


EMPTY_CATALOGUE: Final = Catalogue()
"""The open world: no name is checked, no property is known to be a date."""
