"""Linking: the published versions of a workspace's journeys and what happened to them, as one set of tables for the kernel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from parcours.core.journey.linker import Linker
from parcours.core.journey.pressure import QUIET_NIGHT, Cap, Quiet, read_caps, read_quiet
from parcours.core.journey.program import Program
from parcours.core.journey.tables import Tables
from parcours.core.journey.timeline import Era, eras, gaps, pauses
from parcours.core.terms.chance import stable_hash
from parcours.core.terms.conditions.matchers import MatcherTable
from parcours.core.terms.conditions.registers import RegisterSpec
from parcours.core.terms.zones import UTC_ZONE, ZoneTable, zone_table


@dataclass(frozen=True, slots=True)
class Placed:
    """A version of a journey and when it was published (NEVER: not yet, its registers are only being kept).

    `follow`: people inside older versions move to it; `redirects`: where those at a removed step go, by step id.
    """

    program: Program
    version: int
    published_at: int
    follow: bool = True
    redirects: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkspaceEvent:
    """Something that happened to the workspace.

    `paused`, `resumed`: the journey. `gap`: a slow turn; deadlines due from `value` (an instant) on are performed at `at`.
    `settings`: from `at` on the caps and quiet hours of `value` (`{caps: [...], quiet_hours: {from, to}}`; what is not named stays).
    `published` says again what Placed says.
    """

    at: int
    kind: Literal["published", "paused", "resumed", "gap", "settings"]
    journey: str = ""
    version: int = 0
    value: Any = None


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A number the kernel needs of some events: a register's source, an instance, or a zone."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Linked:
    """What the kernel runs on, and the names of its numbers.

    `journeys` by number; `placed` by row of `programs`; `row_steps` by row of `steps`: (program, place in it); `columns` of the events'
    values with, per bit, which are needed; `channels`, `topics` by code. `key` is a hash of everything that decides.
    """

    tables: Tables
    matchers: MatcherTable
    registers: tuple[RegisterSpec, ...]
    offsets: Mapping[int, int]
    placed: tuple[Placed, ...]
    journeys: tuple[str, ...]
    row_steps: tuple[tuple[int, int], ...]
    step_keys: tuple[Mapping[str, int], ...]
    columns: tuple[ValueColumn, ...]
    columns_of_bit: tuple[tuple[int, ...], ...]
    channels: tuple[str, ...]
    topics: tuple[str, ...]
    entry_events: tuple[str, ...]
    zones: ZoneTable
    key: int

    def program_row(self, journey: str, version: int) -> int | None:
        """The row of a version, or None when it was not linked."""
        for row, placed in enumerate(self.placed):
            if placed.program.key == journey and placed.version == version:
                return row
        return None


def link(
    placed: Sequence[Placed],
    workspace_events: Sequence[WorkspaceEvent] = (),
    caps: Sequence[Cap | Mapping[str, Any]] = (),
    quiet_hours: Quiet | Mapping[str, Any] | None = QUIET_NIGHT,
    zones: ZoneTable | None = None,
    strict_consent: bool = True,
) -> Linked:
    """The tables of several versions of several journeys of one workspace. `zones`' first zone is the workspace's.

    Without `strict_consent` a consent never spoken of is taken as given (a backtest says so). The order of `placed` does not matter.
    Raises ValueError for two versions with one number, or settings that cannot be read.
    """
    ordered = tuple(sorted(placed, key=lambda each: (each.program.key, each.version)))
    numbers = [(each.program.key, each.version) for each in ordered]
    if len(dict.fromkeys(numbers)) < len(numbers):
        raise ValueError("two placed versions of a journey have the same number")
    journeys = tuple(dict.fromkeys(each.program.key for each in ordered))
    zones = zone_table([UTC_ZONE]) if zones is None else zones
    timeline = eras(read_caps(caps), read_quiet(quiet_hours), strict_consent, workspace_events)
    linker = Linker(ordered, journeys, timeline, zones)
    tables = linker.tables(pauses(journeys, workspace_events), gaps(workspace_events))
    return Linked(
        tables=tables,
        matchers=linker.matchers,
        registers=linker.registers,
        offsets=linker.offsets,
        placed=ordered,
        journeys=journeys,
        row_steps=linker.row_steps,
        step_keys=linker.step_keys,
        columns=tuple(ValueColumn(*column) for column in linker.columns),
        columns_of_bit=linker.columns_of_bit,
        channels=linker.channels,
        topics=linker.topics,
        entry_events=linker.entry_events,
        zones=zones,
        key=stable_hash("linked", *(part.tobytes() for part in tables)),
    )


__all__ = ["Era", "Linked", "Placed", "ValueColumn", "WorkspaceEvent", "link"]
