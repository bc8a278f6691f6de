"""Backtest a draft over stored events, and keep its report."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from parcours.app.operations import Refusal
from parcours.app.ports import JourneyVersion, Tx
from parcours.app.refold import partition_history
from parcours.app.saved_reports import save, saved
from parcours.app.services import Services
from parcours.app.zones import table_of, zone_of
from parcours.core.journey import Linked, Placed, Program, WorkspaceEvent, compile_journey, link, parse_journey
from parcours.core.journey.backtest import Replay, Traveller, backtest
from parcours.core.journey.pressure import QUIET_NIGHT
from parcours.core.journey.simulated import KINDS, OF, Rate, Rates, fitted
from parcours.core.journey.timeline import eras
from parcours.core.terms.durations import HOUR, MINUTE
from parcours.core.terms.events import NEVER, Event
from parcours.core.terms.ids import PARTITIONS

Progress = Callable[[int, int], None]
GUESSED: Final = {"delivered": Rate(OF, MINUTE), "opened": Rate(0, 2 * HOUR), "clicked": Rate(0, 3 * HOUR)}
"""When people react where no history says it; how many do is always said or fitted."""
TRIES: Final = 5
"""How often a partition is read again whose files were merged into others meanwhile."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the period [start, end) in UTC microseconds (None: from the first event, to the last), and how to read it.

    `strict_consent` writes only to people whose consent is in the events. `as_lived`: events count when they were turned, under the
    settings, pauses and slow turns of then; else when they occurred, under today's settings. `reactions`: None leaves them unknown,
    else they are simulated: a share of the sent messages by kind (`opened`, `clicked`), fitted from history where it is None or not named.
    """

    start: int | None = None
    end: int | None = None
    strict_consent: bool = False
    as_lived: bool = False
    reactions: Mapping[str, float | None] | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the journey meets: the workspace's zone, what happened to the workspace, and the versions of the other journeys."""

    zone: str = "Europe/Paris"
    events: Sequence[WorkspaceEvent] = ()
    others: Sequence[Placed] = field(default=())


def compiled_draft(document: Mapping[str, Any]) -> Program:
    """The program of a draft; the templates it names need not exist yet. Raises Refusal with every problem."""
    journey, problems = parse_journey(document)
    if journey is None:
        lines = [f"{problem.step + ': ' if problem.step else ''}{problem.path}: {problem.en}" for problem in problems]
        raise Refusal("The journey cannot be replayed as it stands.", lines)
    return compile_journey(journey)


def replay(
    program: Program, people: Sequence[Traveller], progress: Progress, asked: Asked, met: Surroundings | None = None
) -> dict[str, Any]:
    """The report of one program over people. Raises Refusal for a period that is none, or when there is nothing to replay."""
    met = met or Surroundings()
    start, end = _period(people, asked)
    zones = table_of([person.zone for person in people], met.zone)
    live = [placed for placed in met.others if placed.published_at < end]

    def linked(draft: int, others: bool) -> Linked:
        beside = [placed if others else replace(placed, published_at=NEVER) for placed in live]
        return _linked([Placed(program, 1, draft), *beside], met.events, zones, asked)

    alone, without = (linked(start, False), linked(NEVER, True)) if live else (None, None)
    made = Replay(linked(start, True), program.key, start, end, alone, without, _rates(people, asked.reactions))
    for report in backtest(made, people, as_lived=asked.as_lived):
        progress(report.people, len(people))
    options = {"strict_consent": asked.strict_consent, "as_lived": asked.as_lived}
    return {**report.document(), **options, "program": program.digest}


def _rates(people: Sequence[Traveller], asked: Mapping[str, float | None] | None) -> Rates:
    """The rates asked for, what is not given fitted from history. Raises Refusal for what is no rate, or cannot be fitted."""
    if asked is None:
        return {}
    wrong = [kind for kind, share in asked.items() if kind not in KINDS or not (share is None or 0 <= share <= 1)]
    if wrong:
        raise Refusal(f"{wrong[0]} is no rate: give shares of the sent messages, from 0 to 100 %, of {', '.join(KINDS)}.")
    history = fitted(person.events for person in people)
    missing = [kind for kind in ("opened", "clicked") if asked.get(kind) is None]
    if missing and not history:
        raise Refusal(f"No measured message was sent yet: there is nothing to fit {' and '.join(missing)} from. Give the rates yourself.")
    rates = {**GUESSED, **history}
    given = {kind: replace(rates[kind], share=round(OF * share), fitted=False) for kind, share in asked.items() if share is not None}
    return {**rates, **given}


def _linked(placed: Sequence[Placed], events: Sequence[WorkspaceEvent], zones: Any, asked: Asked) -> Linked:
    """As lived: everything that happened to the workspace. As happened: the settings of today, and the pauses of other journeys."""
    if asked.as_lived:
        return link(placed, events, zones=zones, strict_consent=asked.strict_consent)
    today = eras((), QUIET_NIGHT, asked.strict_consent, events)[-1]
    pauses = [event for event in events if event.kind in ("paused", "resumed") and event.journey != _drafted(placed)]
    return link(placed, pauses, today.caps, today.quiet, zones, asked.strict_consent)


def _drafted(placed: Sequence[Placed]) -> str:
    """The journey at hand comes first."""
    return placed[0].program.key


def _period(people: Sequence[Traveller], asked: Asked) -> tuple[int, int]:
    instants = [event.turned if asked.as_lived else event.occurred for person in people for event in person.events]
    if not instants:
        raise Refusal("There are no events to replay. Bring some in first: parcours import events FILE.")
    start = min(instants) if asked.start is None else asked.start
    end = max(instants) + 1 if asked.end is None else asked.end
    if start >= end:
        raise Refusal("The period ends before it begins: give a --from that is before --to.")
    return start, end


def stored_backtest(services: Services, progress: Progress, document: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """The report of a draft over everything stored, beside the journeys live then; options are those of Asked. Raises Refusal."""
    program = compiled_draft(document)
    met = services.store.read(services.workspace, lambda tx: _surroundings(tx, program.key))
    people = []
    for partition in range(PARTITIONS):
        progress(partition, 2 * PARTITIONS)
        people += _people(services, partition)
    total = len(people)

    def replayed(done: int, _of: int) -> None:
        progress(total + done, 2 * total)

    return replay(program, people, replayed, Asked(**options), met)


def save_backtest(services: Services, progress: Progress, document: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """The same, kept as the journey's newest report."""
    report = stored_backtest(services, progress, document, **options)
    save(services, report, document)
    return report


def saved_backtest(services: Services, journey: str) -> dict[str, Any] | None:
    """The newest report kept for a journey."""
    return saved(services, journey)


def _surroundings(tx: Tx, journey: str) -> Surroundings:
    versions = [version for version in tx.definitions.journeys() if version.version > 0 and version.journey != journey]
    return Surroundings(
        str(tx.definitions.settings().get("zone", "Europe/Paris")),
        [WorkspaceEvent(**event) for event in tx.definitions.workspace_events()],
        [_placed(version) for version in versions],
    )


def _placed(version: JourneyVersion) -> Placed:
    program = compiled_draft(version.document)
    return Placed(program, version.version, version.published_at, version.follow, version.redirects)


def _people(services: Services, partition: int) -> list[Traveller]:
    """Everybody of a partition with their events, archived and in the inbox, by contact."""
    for _ in range(TRIES):
        try:
            with services.archiving:
                return _read(services, partition)
        except FileNotFoundError:
            continue
    raise Refusal("The history is being rewritten all the time: run the backtest again when the import or the erasure is over.")


def _read(services: Services, partition: int) -> list[Traveller]:
    """The inbox before the segments: what another process archives meanwhile is then found in both, not in neither."""
    fresh = services.store.read(services.workspace, lambda tx: _turned(tx, partition))
    history = partition_history(services, partition)
    for contact in fresh:
        history.setdefault(contact, [])
    return services.store.read(services.workspace, lambda tx: list(_travellers(tx, history, fresh)))


def _turned(tx: Tx, partition: int) -> dict[int, list[Event]]:
    contacts = dict.fromkeys(event.contact for _, event, _, _ in tx.inbox.turned(partition, 10_000_000))
    return {contact: [event for event in tx.views.inbox_of(contact) if event.turned < NEVER] for contact in contacts}


def _travellers(tx: Tx, history: Mapping[int, Sequence[Event]], fresh: Mapping[int, Sequence[Event]]) -> Iterator[Traveller]:
    people = tx.people.load(sorted(history))
    for number in sorted(people):
        contact = people[number]
        if not contact.erased and contact.merged_into is None:
            events = {(event.message_id, event.seq): event for event in (*history[number], *fresh.get(number, ()))}
            yield Traveller(number, contact.public_id, zone_of(contact.attributes), list(events.values()))
