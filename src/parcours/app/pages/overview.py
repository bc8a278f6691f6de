"""The first screen: the clock, people per stage and those who just moved, counts, the latest events and mails."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from parcours.app.pages import sentences
from parcours.app.pages.mailbox import MailRow, mail_rows
from parcours.app.pages.names import display_name, known, stage_titles
from parcours.app.ports import Contact, Tx
from parcours.app.services import Services
from parcours.core.terms import event_names as names
from parcours.core.terms.events import NEVER, Event

LATEST_READ: Final = 200
LATEST_SHOWN: Final = 12
MOVES_SHOWN: Final = 24


@dataclass(frozen=True, slots=True)
class ClockFace:
    """The workspace's clock. `speed` is workspace seconds per real second; `first` and `last` bound the demo's replay."""

    now: int
    zone: str
    demo: bool
    speed: float
    paused: bool
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many people are at one stage; key "" stands for those without a stage."""

    key: str
    title: Mapping[str, str]
    count: int


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody changed stage. `id` is unique, `source` "" when they had none."""

    id: str
    contact: str
    person: str
    source: str
    target: str
    at: int


@dataclass(frozen=True, slots=True)
class LatestEvent:
    """One of the events that came last."""

    id: str
    contact: str
    person: str
    name: str
    sentence: Mapping[str, str]
    at: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals of the workspace; `messages` by state."""

    contacts: int
    events: int
    runs: int
    mails: int
    messages: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the first screen shows, of one instant."""

    clock: ClockFace
    stages: list[StageCount]
    moves: list[Move]
    counts: Counts
    events: list[LatestEvent]
    mails: list[MailRow]


def overview(services: Services) -> Overview:
    """Read the first screen."""

    def unit(tx: Tx) -> Overview:
        settings = tx.definitions.settings()
        latest = tx.views.latest_events(LATEST_READ)
        people = known(tx, (event.contact for event in latest))
        told = [event for event in latest if event.contact in people]
        moves = [event for event in told if event.name == names.STAGE_CHANGED]
        shown = [event for event in told if event.name != names.STAGE_CHANGED and event.name not in sentences.TOLD_BY_MESSAGE]
        counts = Counts(tx.people.count(), tx.views.events(), tx.views.live_runs(), tx.mailbox.count(), tx.messages.counts())
        return Overview(
            clock=clock_face(services, settings),
            stages=_stages(settings, tx.views.stages()),
            moves=[_move(event, people[event.contact]) for event in moves[:MOVES_SHOWN]],
            counts=counts,
            events=[_latest(event, people[event.contact]) for event in shown[:LATEST_SHOWN]],
            mails=mail_rows(tx, tx.mailbox.page("", None, NEVER, LATEST_SHOWN)),
        )

    return services.store.read(services.workspace, unit)


def clock_face(services: Services, settings: Mapping[str, Any]) -> ClockFace:
    """What the workspace's clock shows now."""
    demo, zone = services.demo, str(settings.get("zone", "Europe/Paris"))
    if demo is None:
        return ClockFace(services.clock.now(), zone, False, 1.0, False, None, None)
    return ClockFace(services.clock.now(), zone, True, demo.speed(), demo.paused(), demo.first, demo.last)


def _stages(settings: Mapping[str, Any], counted: Mapping[str, int]) -> list[StageCount]:
    """The workspace's stages in their order, then stages it no longer names that people still have, then those without one."""
    titles = stage_titles(settings)
    rest = sorted(key for key in counted if key and key not in titles)
    stages = [StageCount(key, titles.get(key, {"fr": key, "en": key}), counted.get(key, 0)) for key in [*titles, *rest]]
    if counted.get(""):
        stages.append(StageCount("", {"fr": "Sans étape", "en": "No stage yet"}, counted[""]))
    return stages


def _move(event: Event, contact: Contact) -> Move:
    source, target = str(event.properties.get("from") or ""), str(event.properties.get("stage") or "")
    return Move(f"{contact.public_id}.{event.seq}", contact.public_id, display_name(contact), source, target, event.occurred)


def _latest(event: Event, contact: Contact) -> LatestEvent:
    sentence = sentences.of_event(event)
    return LatestEvent(f"{contact.public_id}.{event.seq}", contact.public_id, display_name(contact), event.name, sentence, event.occurred)
