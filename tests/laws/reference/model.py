"""What the interpreter holds: plain values, no cleverness."""

from dataclasses import dataclass, field
from typing import Any

from parcours.core.terms.events import NEVER, Event

Document = dict[str, Any]
LIVE, FINISHED, ENDED = "live", "finished", "ended"
END = "done"


@dataclass
class Step:
    """One step of a document; `next` is a step id or END."""

    id: str
    kind: str
    document: Document
    next: str


@dataclass
class Journey:
    """A document, with its defaults written out. Lengths and instants are microseconds, `holdout` in hundredths of a percent."""

    key: str
    document: Document
    entries: list[Document]
    instance: str | None
    reentry: str | int
    goal: Document | None
    exit_when: str
    exits: list[Document]
    holdout: int
    topic: str | None
    transactional: bool
    priority: int
    steps: dict[str, Step]

    @property
    def first(self) -> str:
        """The step a new run begins with."""
        return next(iter(self.steps), END)


@dataclass
class Version:
    """A published journey. `follow`: people inside move to it; `redirects`: where people at removed steps go."""

    journey: Journey
    number: int
    published_at: int
    follow: bool = True
    redirects: dict[str, str] = field(default_factory=dict)


@dataclass
class Cap:
    """At most `limit` messages in `window` microseconds, or in a day of the contact's zone when `window` is None."""

    limit: int
    window: int | None
    channel: str | None = None
    topic: str | None = None


@dataclass
class Settings:
    """In force from `at` on: caps, and quiet hours in local minutes."""

    at: int
    caps: list[Cap] = field(default_factory=list)
    quiet: tuple[int, int] | None = None


@dataclass
class World:
    """What all contacts share. `pauses`: (journey, from, until); `gaps`: (from, performed) of slow turns."""

    versions: list[Version]
    zone: str = "Europe/Paris"
    settings: list[Settings] = field(default_factory=list)
    pauses: list[tuple[str, int, int]] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    consent_assumed: bool = False

    def current(self, journey: str, at: int) -> Version | None:
        """The version that takes entries at this instant."""
        live = [v for v in self.versions if v.journey.key == journey and v.published_at <= at]
        return max(live, key=lambda v: (v.published_at, v.number), default=None)

    def settings_at(self, at: int) -> Settings:
        """The settings in force."""
        return [each for each in self.settings if each.at <= at][-1]

    def journeys(self) -> list[str]:
        """The journeys, each once."""
        return sorted({v.journey.key for v in self.versions})

    def paused(self, journey: str, at: int) -> bool:
        """Nobody enters and no timer fires: from the pause to the resume, which is no longer paused."""
        return any(key == journey and start <= at < end for key, start, end in self.pauses)

    def turning(self, at: int) -> bool:
        """Whether a turn happens at an instant: it is not in the midst of a slow one."""
        return not any(start < at < end for start, end in self.gaps)

    def performed(self, journey: str, due: int) -> int:
        """When a deadline of this journey is really performed: after the pauses and slow turns that hold it.

        The turn at which a gap begins still performs what was held until that very instant, not what falls due at it.
        """
        at, before = due, due - 1
        while at != before:
            before = at
            at = next((end for start, end in self.gaps if start <= at < end and (start < at or at == due)), at)
            at = next((end for key, start, end in self.pauses if key == journey and start <= at < end), at)
        return at


@dataclass
class Run:
    """One entry of one contact into one journey.

    It rests at `step` until `due`, or is `ready` to go on (a pause may hold it). `watch_from`: event atoms of a wait_for count after it.
    `sent`: by step, how many events were known at its last send, and its visit. `burst`: (instant, steps begun in it).
    `path`: each step it came to, as (instant, step, lines of the trace before).
    `basis`: what a local wait was computed from. `tested`: when its wait_for was last asked. `event`, `line` and `clause`: what let it in.
    """

    version: Version
    instance: str
    entry: int
    order: int
    entered: int
    event: Event
    line: int
    clause: Any
    step: str
    id: bytes = b""
    ghost: bool = False
    status: str = LIVE
    reason: str = ""
    since: int = 0
    due: int = NEVER
    resting: bool = False
    ready: bool = False
    late: int = 0
    watch_from: int = 0
    visits: dict[str, int] = field(default_factory=dict)
    sent: dict[str, tuple[int, int]] = field(default_factory=dict)
    arms: dict[str, int] = field(default_factory=dict)
    steps_done: int = 0
    path: list[tuple[int, str, int]] = field(default_factory=list)
    burst: tuple[int, int] = (-1, 0)
    goal_at: int | None = None
    capped_since: int | None = None
    basis: Any = None
    retest: bool = False
    tested: int = -1

    @property
    def journey(self) -> Journey:
        """The journey of the run's version."""
        return self.version.journey


@dataclass
class Pending:
    """An event whose person clauses failed; tried again until `until`, included; last `tested` when."""

    journey: str
    line: int
    event: Event
    until: int
    tested: int


@dataclass
class Armed:
    """An absence timer: A came, B has not."""

    journey: str
    line: int
    instance: str
    event: Event
    due: int


@dataclass
class Intent:
    """A message that was decided: what caps count."""

    at: int
    run_id: bytes
    step: str
    visit: int
    channel: str
    topic: str | None


@dataclass
class Person:
    """Everything known of one contact. `history` holds every event and every change made by a step, in order."""

    contact: int
    public_id: str
    zone: str | None = None
    history: list[Event] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    runs: list[Run] = field(default_factory=list)
    pendings: list[Pending] = field(default_factory=list)
    armed: list[Armed] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
    trace: list[dict[str, Any]] = field(default_factory=list)
    now: int = -1
