"""Time zones as arrays: what core knows of them. Hosts build them from the system's tz data (core reads no files)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parcours.core.terms.chance import stable_hash
from parcours.core.terms.events import NEVER

Instants = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone. `transitions` int64[n] UTC microseconds, increasing, the first -NEVER; `offsets` int64[n] microseconds east of UTC.

    Offset i is in force from transition i on.
    """

    name: str
    transitions: Instants
    offsets: Instants


@dataclass(frozen=True, slots=True)
class ZoneTable:
    """Several zones in one pair of arrays: zone z is rows starts[z] to starts[z + 1]. Zone 0 is the default one.

    `tzdata` names the data the arrays were built from.
    """

    names: tuple[str, ...]
    transitions: Instants
    offsets: Instants
    starts: Instants
    tzdata: str = ""

    def index(self, name: str | None) -> int:
        """The zone's number; 0 (the default zone) when it is not in the table."""
        return self.names.index(name) if name in self.names else 0

    @property
    def key(self) -> int:
        """The stable hash of every zone's rules."""
        return stable_hash("zones", *self.names, self.transitions.tobytes(), self.offsets.tobytes(), self.starts.tobytes())


def fixed_zone(name: str, offset: int) -> Zone:
    """A zone whose offset never changes."""
    return Zone(name, np.array([-NEVER], dtype=np.int64), np.array([offset], dtype=np.int64))


UTC_ZONE = fixed_zone("UTC", 0)


def zone_table(zones: Sequence[Zone], tzdata: str = "") -> ZoneTable:
    """The zones in one table; the first is the default. Raises ValueError for no zone, or arrays that are not as `Zone` says."""
    if not zones:
        raise ValueError("a zone table has at least one zone")
    for zone in zones:
        shape_holds = len(zone.transitions) == len(zone.offsets) > 0
        if not shape_holds or zone.transitions[0] != -NEVER or bool((np.diff(zone.transitions) <= 0).any()):
            raise ValueError(f"not the arrays of a zone: {zone.name}")
    lengths = [len(zone.transitions) for zone in zones]
    return ZoneTable(
        tuple(zone.name for zone in zones),
        np.concatenate([zone.transitions for zone in zones]).astype(np.int64),
        np.concatenate([zone.offsets for zone in zones]).astype(np.int64),
        np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        tzdata,
    )
