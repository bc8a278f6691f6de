"""What happened to the workspace, as spans: pauses, slow turns, and eras of settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from parcours.core.journey.pressure import Cap, Quiet, read_caps, read_quiet
from parcours.core.terms.events import NEVER


class Dated(Protocol):
    """A workspace event (link.WorkspaceEvent)."""

    @property
    def at(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def journey(self) -> str: ...
    @property
    def value(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Era:
    """Settings in force from `at` on; `strict` consent counts only when it was given."""

    at: int
    caps: tuple[Cap, ...]
    quiet: Quiet | None
    strict: bool


Span = tuple[int, int]


def _by_instant(events: Sequence[Dated]) -> list[Dated]:
    return sorted(events, key=lambda event: event.at)


def pauses(journeys: Sequence[str], events: Sequence[Dated]) -> list[list[Span]]:
    """Per journey, the spans [paused, resumed); an open one ends at NEVER."""
    spans: list[list[Span]] = []
    for journey in journeys:
        found: list[Span] = []
        since: int | None = None
        for event in _by_instant(events):
            if event.journey != journey:
                continue
            if event.kind == "paused" and since is None:
                since = event.at
            elif event.kind == "resumed" and since is not None:
                found.append((since, event.at))
                since = None
        spans.append([*found, *([(since, NEVER)] if since is not None else [])])
    return spans


def gaps(events: Sequence[Dated]) -> list[Span]:
    """The slow turns: deadlines due in [start, end) are performed at the end."""
    return [(int(event.value), event.at) for event in _by_instant(events) if event.kind == "gap" and event.value < event.at]


def eras(caps: tuple[Cap, ...], quiet: Quiet | None, strict: bool, events: Sequence[Dated]) -> list[Era]:
    """The settings from the beginning, then after each `settings` event. Raises ValueError for settings that cannot be read."""
    timeline = [Era(-NEVER, caps, quiet, strict)]
    for event in _by_instant(events):
        if event.kind == "settings":
            last, value = timeline[-1], event.value
            new_caps = read_caps(value["caps"]) if "caps" in value else last.caps
            new_quiet = read_quiet(value["quiet_hours"]) if "quiet_hours" in value else last.quiet
            timeline.append(Era(event.at, new_caps, new_quiet, strict))
    return timeline
