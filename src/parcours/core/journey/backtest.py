"""Backtest: replay stored events of many people through linked journeys, with the kernel that runs them live. Needs numba."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from parcours.core.journey import layout as at
from parcours.core.journey.columns import Roster, events_as_happened, part_of
from parcours.core.journey.company import met
from parcours.core.journey.counting import WEEK, count
from parcours.core.journey.kernel import advance_contacts
from parcours.core.journey.link import Linked
from parcours.core.journey.matching import EventWriter
from parcours.core.journey.naming import Names
from parcours.core.journey.packing import Packer
from parcours.core.journey.passages import ENDING, ENTERED
from parcours.core.journey.reasons import Reason, key
from parcours.core.journey.references import reference
from parcours.core.journey.report import OF_EACH, Report
from parcours.core.journey.rooms import fresh_state, kept_for, larger, room_for
from parcours.core.journey.simulated import FIRST_SEQ, Rates, earliest, reactions_to
from parcours.core.journey.state import Action, ContactRecord
from parcours.core.journey.tables import Events, Ints, State, Tally
from parcours.core.journey.turning import tell
from parcours.core.terms.chance import stable_hash
from parcours.core.terms.events import Event, Kind
from parcours.core.trace.partition import Dictionary, Partition

TOGETHER: Final = 500
"""People in one call of the kernel."""
TOGETHER_IN_COLUMNS: Final = 8_000
INSIDE: Final = "inside"
"""How a sample ended that had not ended."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What is replayed: `journey` among the `linked` ones, over [start, end) UTC microseconds.

    With other journeys linked beside it, `alone` is the same without them being published, `without` the same without `journey` being so:
    published at NEVER, so that events are read once for all three. `rates`: how reactions to the journey's messages are simulated.
    """

    linked: Linked
    journey: str
    start: int
    end: int
    alone: Linked | None = None
    without: Linked | None = None
    rates: Rates = field(default_factory=dict)

    @property
    def programs(self) -> list[int]:
        """The rows of the journey's programs."""
        return [row for row, placed in enumerate(self.linked.placed) if placed.program.key == self.journey]

    @property
    def silent_before(self) -> int:
        """Before it only registers are filled: the start, or when the first of the other journeys was published."""
        others = [placed.published_at for placed in self.linked.placed if placed.program.key != self.journey]
        return min([self.start, *others])

    def report(self) -> Report:
        """A report that has counted nothing yet."""
        return Report(self.journey, self.start, self.end, self.linked.zones.names[0], reactions=dict(self.rates))

    def hashes(self, events: str) -> dict[str, str]:
        """Everything that decided, hashed: the documents and settings, the registers, the events, the zones and the data they are from."""
        return {
            "programs": f"{self.linked.key:016x}",
            "registers": f"{stable_hash('registers', *(str(register.key) for register in self.linked.registers)):016x}",
            "events": events,
            "zones": f"{self.linked.zones.key:016x}",
            "tzdata": self.linked.zones.tzdata,
        }


@dataclass(frozen=True, slots=True)
class Traveller:
    """One person and everything that happened to them, in any order."""

    contact: int
    public_id: str
    zone: str | None
    events: Sequence[Event]


def backtest(replay: Replay, people: Iterable[Traveller], *, as_lived: bool = False) -> Iterator[Report]:
    """The report so far, after each few people; the last one is the whole.

    Events before `start` only fill registers. `as_happened` (the default) an event counts when it occurred; `as_lived` when it was turned,
    and history starts nothing, as it was live.
    """
    whole = replay.report()
    digest = hashlib.blake2b(digest_size=16)
    for group in _groups(people):
        placed = [_ordered(person, replay, as_lived) for person in group]
        for person in placed:
            if person.events:
                digest.update(_mark(person))
        whole.merge(_replay(replay, placed))
        yield whole
    whole.hashes = replay.hashes(digest.hexdigest())
    yield whole


def _groups(people: Iterable[Traveller]) -> Iterator[list[Traveller]]:
    group: list[Traveller] = []
    for person in people:
        group.append(person)
        if len(group) == TOGETHER:
            yield group
            group = []
    if group:
        yield group


def _ordered(person: Traveller, replay: Replay, as_lived: bool) -> Traveller:
    """The events before the end, by the instant at which they count."""
    placed = person.events if as_lived else [_as_happened(event, replay.journey) for event in person.events]
    inside = sorted((event for event in placed if event.turned < replay.end), key=lambda event: (event.turned, event.seq))
    return replace(person, events=inside)


def _as_happened(event: Event, journey: str) -> Event:
    """The event as if it had been turned when it occurred; a receipt of the journey itself is of no run of this replay."""
    properties = event.properties
    if event.kind == Kind.RECEIPT and properties.get("journey") == journey:
        properties = {name: value for name, value in properties.items() if name != "run"}
    return replace(event, turned=event.occurred, history=False, properties=properties)


def _mark(person: Traveller) -> bytes:
    """What identifies a person's events in the report's hash: everything the replay may look at."""
    told = [(event.turned, event.seq, event.name, event.kind, event.history, event.properties) for event in person.events]
    text = json.dumps([person.public_id, person.zone, told], sort_keys=True, default=str)
    return f"{text}\n".encode("utf-8", "surrogatepass")


def backtest_partition(replay: Replay, partition: Partition, dictionary: Dictionary, roster: Roster) -> Report:
    """The report of one partition, `as_happened`, without looking at single events: for millions of them.

    `roster` says who the partition's contacts are, in their order; `partition` brings the columns of `properties_needed`.
    """
    linked, traces = replay.linked, partition.traces
    names, whole = Names(linked), replay.report()
    events, contacts = events_as_happened(linked, names, partition, dictionary, replay.end)
    moved = roster.only(contacts)
    for first in range(0, len(moved), TOGETHER_IN_COLUMNS):
        some = moved.part(first, first + TOGETHER_IN_COLUMNS)
        part = part_of(events, first, first + len(some))
        whole.merge(_counted(replay, some, Packer(linked, names), part, fresh_state(linked, some.zones, some.seeds)))
    whole.people, whole.events = len(roster), int(np.count_nonzero(traces.occurred < replay.end))
    whole.hashes = replay.hashes(_digest(events, contacts, roster))
    return whole


def _digest(events: Events, contacts: Ints, roster: Roster) -> str:
    """The hash of everything the replay looked at, and of who everybody is."""
    total = hashlib.blake2b(digest_size=16)
    for array in (roster.seeds, roster.zones, contacts, events.starts, events.turned, events.seq, events.mask, events.values):
        total.update(np.ascontiguousarray(array).data)
    return total.hexdigest()


def _replay(replay: Replay, people: Sequence[Traveller]) -> Report:
    simulated: Counter[str] = Counter()
    if replay.rates:
        people, simulated = _reacting(replay, people)
    names = Names(replay.linked)
    packer = Packer(replay.linked, names)
    records, events = _written(replay, names, people)
    report = _counted(replay, records, packer, events, packer.pack(records))
    report.simulated = simulated
    return report


def _written(replay: Replay, names: Names, people: Sequence[Traveller]) -> tuple[list[ContactRecord], Events]:
    """People as the kernel takes them."""
    writer = EventWriter(replay.linked, names)
    for row, person in enumerate(people):
        writer.contact(row, person.events)
    records = [ContactRecord(person.contact, person.public_id, person.zone) for person in people]
    return records, writer.write([person.public_id for person in people])


def _reacting(replay: Replay, people: Sequence[Traveller]) -> tuple[list[Traveller], Counter[str]]:
    """People with the reactions that the rates give them, found from one send to the next: each changes only what comes after it."""
    lives = {row: list(person.events) for row, person in enumerate(people)}
    answered: dict[int, list[tuple[bytes, str, int]]] = defaultdict(list)
    counts: Counter[str] = Counter()
    while True:
        now = [replace(person, events=lives[row]) for row, person in enumerate(people)]
        sends = earliest(_sends(replay, now), answered)
        if not sends:
            return now, counts
        for send in sends:
            answered[send.contact].append((send.run_id, send.step, send.visit))
            told = reactions_to(send, replay.rates, FIRST_SEQ + len(lives[send.contact]))
            inside = [event for event in told if event.turned < replay.end]
            counts.update(event.name.split()[1].lower() for event in inside if not event.name.endswith(" Sent"))
            lives[send.contact] = sorted([*lives[send.contact], *inside], key=lambda event: (event.turned, event.seq))


def _sends(replay: Replay, people: Sequence[Traveller]) -> list[Action]:
    """What the journey sends to them, by the place of each; not what it keeps from the holdout."""
    names = Names(replay.linked)
    packer = Packer(replay.linked, names)
    records, events = _written(replay, names, people)
    out = _run(replay, replay.linked, events, packer.pack(records))
    mine = out[np.isin(out[:, at.O_PROGRAM], replay.programs) & (out[:, at.O_REASON] == int(Reason.SENT))]
    rows = {record.contact: row for row, record in enumerate(records)}
    return [replace(action, contact=rows[action.contact]) for action in tell(replay.linked, records, packer, mine)[0]]


def _counted(replay: Replay, records: Sequence[ContactRecord], packer: Packer, events: Events, state: State) -> Report:
    """Run the kernel, and count what came out."""
    linked, programs = replay.linked, replay.programs
    out = _run(replay, linked, events, state)
    mine = out[np.isin(out[:, at.O_PROGRAM], programs)] if len(programs) < len(linked.placed) else out
    report = replay.report()
    report.people, report.events = len(records), len(events.turned)
    count(report, linked, mine, programs, frozenset(replay.rates))
    if replay.alone is not None and replay.without is not None:
        alone, without = (_run(replay, other, events, state) for other in (replay.alone, replay.without))
        report.company = met(linked, replay.journey, replay.start, WEEK, out, alone, without)
    _sample(report, linked, records, packer, mine)
    return report


def _run(replay: Replay, linked: Linked, events: Events, state: State) -> Ints:
    """Every row the kernel writes, arrivals included."""
    contacts = len(state.contacts)
    programs, rows = len(linked.tables.programs), len(linked.tables.steps)
    people = np.zeros((programs, at.TALLY_PEOPLE), dtype=np.int64)
    tally = Tally(
        np.zeros((programs, at.TALLY_REASONS), dtype=np.int64),
        np.zeros((rows, at.TALLY_STEPS), dtype=np.int64),
        people,
        people.copy(),
        np.ones(contacts, dtype=np.uint8),
        np.zeros(contacts, dtype=np.uint8),
    )
    room = room_for(linked, state, out=64 * contacts + 1_024)
    nowhere = kept_for(state)._replace(contacts=np.zeros(0, dtype=np.int64))
    given, counted, done = (reference(linked.tables), reference(events), reference(state)), reference(tally), 0
    while done < contacts:
        room.n[at.N_COUNTING] = 1
        done = int(advance_contacts(*given, reference(nowhere), reference(room), counted, done, replay.end, replay.silent_before))
        if done < contacts:
            room, _ = larger(room, kept_for(state))
    return room.out[: room.n[at.N_OUT]]


def _sample(report: Report, linked: Linked, records: Sequence[ContactRecord], packer: Packer, out: Ints) -> None:
    """Traces of the first people of each way of ending: `ended` is how a person's last run in the journey did."""
    chosen = _chosen(out)
    rows = out[np.isin(out[:, at.O_CONTACT], list(chosen)) & (out[:, at.O_REASON] != at.ARRIVED)]
    place = {records[row].contact: row for row in chosen}
    traces: dict[int, list[dict[str, Any]]] = {}
    for entry in tell(linked, records, packer, rows)[1]:
        line = {"at": entry.at, "step": entry.step, "reason": key(Reason(entry.reason)), "v1": entry.v1, "v2": entry.v2}
        traces.setdefault(place[entry.contact], []).append(line)
    report.samples = [{"contact": records[row].public_id, "ended": chosen[row], "trace": lines} for row, lines in traces.items()]


def _chosen(out: Ints) -> dict[int, str]:
    """The first contacts of each way of ending, and which it is; rows are by contact."""
    told = out[np.isin(out[:, at.O_REASON], (*ENTERED, *ENDING))]
    contact, reason = told[:, at.O_CONTACT], told[:, at.O_REASON]
    last = np.flatnonzero(np.diff(contact, append=-1))
    came = np.isin(contact[last], contact[np.isin(reason, ENTERED)])
    contact, reason = contact[last][came], np.where(np.isin(reason[last], ENTERED), 0, reason[last])[came]
    chosen: dict[int, str] = {}
    for ended in np.unique(reason).tolist():
        name = key(Reason(ended)) if ended else INSIDE
        chosen |= dict.fromkeys(contact[reason == ended][:OF_EACH].tolist(), name)
    return chosen
