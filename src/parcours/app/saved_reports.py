"""Saved backtests: the newest report of each journey, as a file of the data directory. Totals stay; what names an erased person goes."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from parcours.app.ports import Tx
from parcours.app.services import Services

FOLDER: Final = "backtests"
FORM: Final = 1
"""Grows when reports saved before can no longer be read."""


def save(services: Services, report: Mapping[str, Any], document: Mapping[str, Any]) -> None:
    """Keep a report and the document it is of as its journey's newest. Whoever was erased while it was made is taken out again."""
    kept = {"form": FORM, "saved_at": services.clock.now(), "forgotten": 0, "document": document, **report}
    _write(path_of(services, str(report["journey"])), kept)
    scrub(services)


def saved(services: Services, journey: str) -> dict[str, Any] | None:
    """The newest report kept for a journey, without people who were erased; None when there is none of this form."""
    path = path_of(services, journey)
    report = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    if report.get("form") != FORM:
        return None
    return services.store.read(services.workspace, lambda tx: _without_erased(tx, report))


def scrub(services: Services) -> int:
    """Take everybody who was erased out of every saved report; answers how many files changed."""
    changed = 0
    for path in sorted((services.directory / FOLDER).glob("*.json")):
        report = json.loads(path.read_text("utf-8"))
        kept = services.store.read(services.workspace, lambda tx, report=report: _without_erased(tx, report))  # type: ignore[misc]
        if kept != report:
            _write(path, kept)
            changed += 1
    return changed


def path_of(services: Services, journey: str) -> Path:
    """A journey's key is letters, digits, dots and dashes; anything else cannot name a file."""
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", journey).lstrip(".")
    return services.directory / FOLDER / f"{name or '_'}.json"


def _without_erased(tx: Tx, report: Mapping[str, Any]) -> dict[str, Any]:
    samples = report.get("samples", [])
    kept = [sample for sample in samples if tx.people.by_public_id(str(sample["contact"])) is not None]
    return {**report, "samples": kept, "forgotten": report.get("forgotten", 0) + len(samples) - len(kept)}


def _write(path: Path, report: Mapping[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(report, ensure_ascii=False), "utf-8")
    part.replace(path)
