"""Backtest a draft over stored events, and keep its report."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from parcours.app.operations import Refusal
from parcours.app.ports import Tx
from parcours.app.refold import partition_history
from parcours.app.services import Services
from parcours.app.zones import table_of, zone_of
from parcours.core.journey import Placed, Program, compile_journey, link, parse_journey
from parcours.core.journey.backtest import Traveller, backtest
from parcours.core.terms.events import NEVER, Event
from parcours.core.terms.ids import PARTITIONS

Progress = Callable[[int, int], None]
FOLDER = "backtests"
EVER = (-(2**60), 2**60)


def compiled_draft(document: Mapping[str, Any]) -> Program:
    """The program of a draft; the templates it names need not exist yet. Raises Refusal with every problem."""
    journey, problems = parse_journey(document)
    if journey is None:
        lines = [f"{problem.step + ': ' if problem.step else ''}{problem.path}: {problem.en}" for problem in problems]
        raise Refusal("The journey cannot be replayed as it stands.", lines)
    return compile_journey(journey)


def replay(
    program: Program,
    people: Iterator[Traveller],
    total: int,
    progress: Progress,
    *,
    zones: Sequence[str | None] = (),
    zone: str = "Europe/Paris",
    start: int | None = None,
    end: int | None = None,
    strict_consent: bool = False,
    settings: Mapping[str, Any] | None = None,
    as_lived: bool = False,
) -> dict[str, Any]:
    """The report of one program over people. Without `start` and `end` the period is everything there is."""
    first, last = EVER[0] if start is None else start, EVER[1] if end is None else end
    shared = {key: (settings or {})[key] for key in ("caps", "quiet_hours") if key in (settings or {})}
    linked = link([Placed(program, 1, first)], zones=table_of(zones, zone), strict_consent=strict_consent, **shared)
    document: Mapping[str, Any] = {}
    for report in backtest(linked, program.key, people, first, last, as_lived=as_lived):
        progress(report.people, total)
        document = report.document()
    return {**document, "program": program.digest, "strict_consent": strict_consent}


def stored_backtest(
    services: Services,
    progress: Progress,
    document: Mapping[str, Any],
    start: int | None = None,
    end: int | None = None,
    strict_consent: bool = False,
) -> dict[str, Any]:
    """The report of a draft over everything stored. Raises Refusal."""
    program = compiled_draft(document)

    def facts(tx: Tx) -> tuple[dict[str, Any], int]:
        return tx.definitions.settings(), tx.people.count()

    settings, total = services.store.read(services.workspace, facts)
    people = list(_people(services))
    return replay(
        program,
        iter(people),
        total,
        progress,
        zones=[person.zone for person in people],
        zone=str(settings.get("zone", "Europe/Paris")),
        start=start,
        end=end,
        strict_consent=strict_consent,
        settings=settings,
    )


def save_backtest(services: Services, progress: Progress, document: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """The same, kept as the journey's newest report."""
    report = stored_backtest(services, progress, document, **options)
    path = _path(services, str(report["journey"]))
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"saved_at": services.clock.now(), **report}, ensure_ascii=False))
    part.rename(path)
    return report


def saved_backtest(services: Services, journey: str) -> dict[str, Any] | None:
    """The newest report kept for a journey."""
    path = _path(services, journey)
    return json.loads(path.read_text()) if path.is_file() else None


def _path(services: Services, journey: str) -> Path:
    """A journey's key is letters, digits, dots and dashes; anything else cannot name a file."""
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", journey).lstrip(".")
    return services.directory / FOLDER / f"{name or '_'}.json"


def _people(services: Services) -> Iterator[Traveller]:
    """Everybody with their events, archived and in the inbox, by contact within each partition."""
    for partition in range(PARTITIONS):
        with services.archiving:
            history = partition_history(services, partition)
            yield from services.store.read(services.workspace, lambda tx, h=history: _travellers(tx, h))  # type: ignore[misc]


def _travellers(tx: Tx, history: Mapping[int, Sequence[Event]]) -> list[Traveller]:
    people = tx.people.load(sorted(history))
    found = []
    for number in sorted(people):
        contact = people[number]
        if contact.erased or contact.merged_into is not None:
            continue
        fresh = [event for event in tx.views.inbox_of(number) if event.turned < NEVER]
        events = {(event.message_id, event.seq): event for event in (*history[number], *fresh)}
        found.append(Traveller(number, contact.public_id, zone_of(contact.attributes), list(events.values())))
    return found
