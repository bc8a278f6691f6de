"""Tidying: parts become one file, nothing is lost meanwhile, and files that nothing names go."""

import os
from pathlib import Path

import pytest

from parcours.app.archive import archive
from parcours.app.route import route
from parcours.app.services import Services
from parcours.app.tidy import GRACE, tidy
from parcours.testing.builders import arrival
from tests.app.test_export import append, turn_all


@pytest.fixture
def services(workspace_services: Services) -> Services:
    return workspace_services


def archived(services: Services, *names: str) -> None:
    """One event of each name, in one more segment."""
    append(services, [arrival(name=name) for name in names])
    route(services)
    turn_all(services)
    archive(services, enough=1)


def told(services: Services) -> list[str]:
    """The names of all events of the history."""
    segments = services.store.read(1, lambda tx: tx.manifest.segments())
    codes = services.store.read(1, lambda tx: tx.manifest.codes())
    return sorted(event.name for event in services.history.events(segments, {code: name for name, code in codes.items()}))


def files(services: Services) -> list[Path]:
    return sorted((services.directory / "lake/segments").rglob("*.parquet"))


def grow_old(file: Path) -> None:
    old = file.stat().st_mtime - GRACE / 1e6 - 60
    os.utime(file, (old, old))


def test_small_parts_become_one(services: Services) -> None:
    archived(services, "A", "B")
    archived(services, "C")
    before = files(services)
    assert (tidy(services), told(services)) == (1, ["A", "B", "C"])
    assert len(services.store.read(1, lambda tx: tx.manifest.segments())) == 1
    assert set(before) < set(files(services)), "those who are reading still find the old files"
    for file in before:
        grow_old(file)
    assert tidy(services) == 0
    assert (len(files(services)), told(services)) == (1, ["A", "B", "C"])


def test_a_file_that_a_crash_left_goes_when_it_is_old(services: Services) -> None:
    archived(services, "A")
    (kept,) = files(services)
    stray = kept.with_name("left-by-a-crash.parquet")
    stray.write_bytes(kept.read_bytes())
    tidy(services)
    assert stray.exists()
    grow_old(stray)
    grow_old(kept)
    tidy(services)
    assert (stray.exists(), told(services)) == (False, ["A"])


def test_nothing_to_do_is_nothing_done(services: Services) -> None:
    assert tidy(services) == 0
