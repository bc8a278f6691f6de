"""Time zones for the kernel: arrays built from the system's tz data, and the zone of a contact."""

import datetime as dt
import functools
import importlib.metadata
import zoneinfo
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

import numpy as np

from parcours.core.terms.events import NEVER
from parcours.core.terms.zones import UTC_ZONE, Zone, ZoneTable, zone_table

FIRST, LAST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(2075, 1, 1, tzinfo=dt.UTC)
"""Rules before and after are taken to be those of the ends."""
STEP = dt.timedelta(days=2)
SECOND = dt.timedelta(seconds=1)
EPOCH = FIRST


def zone_of(attributes: Mapping[str, Any]) -> str | None:
    """A contact's zone: its `timezone`, else that of its `country` (the one with most people), else None (the workspace's)."""
    named = attributes.get("timezone")
    if isinstance(named, str) and _exists(named):
        return named
    country = attributes.get("country")
    if country is None and isinstance(attributes.get("address"), Mapping):
        country = attributes["address"].get("country")
    return _countries().get(country.upper()) if isinstance(country, str) else None


def table_of(names: Iterable[str | None], default: str) -> ZoneTable:
    """The zones in one table, the workspace's first; names that do not exist are left out."""
    wanted = sorted({name for name in names if name and name != default and _exists(name)})
    zones = [build_zone(default) if _exists(default) else UTC_ZONE, *(build_zone(name) for name in wanted)]
    return zone_table(zones, tzdata_version())


@functools.cache
def build_zone(name: str) -> Zone:
    """The arrays of one zone: its changes of offset between FIRST and LAST, found to the second."""
    zone = rules(name)
    transitions, offsets = [-NEVER], [_offset(zone, FIRST)]
    at = FIRST
    while at < LAST:
        after = at + STEP
        if _offset(zone, after) != offsets[-1]:
            change = _change(zone, at, after)
            transitions.append(int((change - EPOCH).total_seconds()) * 1_000_000)
            offsets.append(_offset(zone, change))
        at = after
    return Zone(name, np.array(transitions, dtype=np.int64), np.array(offsets, dtype=np.int64))


@functools.cache
def tzdata_version() -> str:
    """The version of the tz data that zones are built from: the package's, never the system's, so that two machines agree."""
    return importlib.metadata.version("tzdata")


def rules(name: str) -> zoneinfo.ZoneInfo:
    """A zone of the tzdata package. Raises as ZoneInfo does, and FileNotFoundError for one that only the system knows."""
    key = zoneinfo.ZoneInfo(name).key
    with resources.files("tzdata.zoneinfo").joinpath(*key.split("/")).open("rb") as file:
        return zoneinfo.ZoneInfo.from_file(file, key=key)


def _offset(zone: zoneinfo.ZoneInfo, at: dt.datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) * 1_000_000


def _change(zone: zoneinfo.ZoneInfo, low: dt.datetime, high: dt.datetime) -> dt.datetime:
    before = _offset(zone, low)
    while high - low > SECOND:
        middle = low + dt.timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high


@functools.cache
def _exists(name: str) -> bool:
    try:
        rules(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@functools.cache
def _countries() -> dict[str, str]:
    """The first zone that the tz data lists for each country: the one where most people live."""
    rows = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines()
    found: dict[str, str] = {}
    for row in rows:
        if not row.startswith("#"):
            country, _, name = row.split("\t")[:3]
            found.setdefault(country, name)
    return found
