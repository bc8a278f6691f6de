"""Backtest: replay stored events of many people through linked journeys, with the kernel that runs them live. Needs numba."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from parcours.core.journey import layout as at
from parcours.core.journey.columns import before, events_as_happened, part_of
from parcours.core.journey.kernel import advance_contacts
from parcours.core.journey.link import Linked
from parcours.core.journey.matching import EventWriter
from parcours.core.journey.naming import Names
from parcours.core.journey.packing import Packer
from parcours.core.journey.reasons import ENDS, REFUSALS, Reason, key
from parcours.core.journey.references import reference
from parcours.core.journey.report import Report, StepCount
from parcours.core.journey.rooms import fresh_state, kept_for, larger, room_for
from parcours.core.journey.state import ContactRecord
from parcours.core.journey.tables import Events, Ints, State, Tally
from parcours.core.journey.turning import tell
from parcours.core.terms.durations import DAY
from parcours.core.terms.events import Event
from parcours.core.trace.partition import Dictionary, Partition

TOGETHER: Final = 500
"""People in one call of the kernel."""
TOGETHER_IN_COLUMNS: Final = 20_000
MOST_SAMPLES: Final = 100
WEEK: Final = 7 * DAY
SENT: Final = (int(Reason.SENT), int(Reason.WITHHELD))
ENTERED: Final = (int(Reason.ENTERED), int(Reason.ENTERED_LATER))
GOALS: Final = (int(Reason.GOAL), int(Reason.GOAL_LATER))
NOT_SENT: Final = tuple(
    int(reason)
    for reason in (
        Reason.NO_CONSENT,
        Reason.SUPPRESSED,
        Reason.COMPLAINT,
        Reason.FROZEN,
        Reason.CAPPED,
        Reason.CAP_GIVEN_UP,
        Reason.LATE_SKIPPED,
    )
)


@dataclass(frozen=True, slots=True)
class Traveller:
    """One person and everything that happened to them, in any order."""

    contact: int
    public_id: str
    zone: str | None
    events: Sequence[Event]


def backtest(
    linked: Linked, journey: str, people: Iterable[Traveller], start: int, end: int, *, as_lived: bool = False, samples: int = 20
) -> Iterator[Report]:
    """The report so far, after each few people; the last one is the whole. UTC microseconds; the period is [start, end).

    Events before `start` only fill registers. `as_happened` (the default) an event counts when it occurred; `as_lived` when it was turned,
    and history starts nothing, as it was live.
    """
    whole = Report(journey, start, end)
    digest = hashlib.blake2b(digest_size=16)
    for group in _groups(people):
        part = _replay(linked, journey, [_ordered(person, end, as_lived) for person in group], start, end, samples - len(whole.samples))
        for person in group:
            digest.update(_mark(person))
        whole.merge(part)
        yield whole
    zones = linked.zones
    whole.hashes = {"programs": f"{linked.key:016x}", "events": digest.hexdigest(), "zones": f"{zones.key:016x}", "tzdata": zones.tzdata}
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


def _ordered(person: Traveller, end: int, as_lived: bool) -> Traveller:
    """The events before the end, by the instant at which they count."""
    placed = person.events if as_lived else [replace(event, turned=event.occurred, history=False) for event in person.events]
    inside = sorted((event for event in placed if event.turned < end), key=lambda event: (event.turned, event.seq))
    return replace(person, events=inside)


def _mark(person: Traveller) -> bytes:
    """What identifies a person's events in the report's hash."""
    text = "|".join(f"{event.seq}:{event.occurred}:{event.name}" for event in person.events)
    return f"{person.public_id}|{text}\n".encode("utf-8", "surrogatepass")


def backtest_partition(
    linked: Linked,
    journey: str,
    partition: Partition,
    dictionary: Dictionary,
    people: Sequence[tuple[str, str | None]],
    start: int,
    end: int,
    *,
    samples: int = 20,
) -> Report:
    """The report of one partition, `as_happened`, without looking at single events: for millions of them.

    `people` are (public id, zone) of the partition's contacts, in their order; `partition` brings the columns of `properties_needed`.
    """
    names = Names(linked)
    inside = before(partition, end)
    events = events_as_happened(linked, names, inside, dictionary)
    whole = Report(journey, start, end)
    for first in range(0, len(people), TOGETHER_IN_COLUMNS):
        some = people[first : first + TOGETHER_IN_COLUMNS]
        part = part_of(events, first, first + len(some))
        records = [ContactRecord(row, public_id, zone) for row, (public_id, zone) in enumerate(some)]
        report = _counted(linked, journey, records, Packer(linked, names), part, fresh_state(linked, records), start, end)
        report.samples = report.samples[: max(0, samples - len(whole.samples))]
        whole.merge(report)
    traces = inside.traces
    digest = hashlib.blake2b(
        b"".join(each.tobytes() for each in (traces.contact, traces.occurred, traces.seq, traces.event)), digest_size=16
    )
    whole.hashes = {"programs": f"{linked.key:016x}", "events": digest.hexdigest(), "zones": f"{linked.zones.key:016x}"}
    return whole


def _replay(linked: Linked, journey: str, people: Sequence[Traveller], start: int, end: int, samples: int) -> Report:
    names = Names(linked)
    packer, writer = Packer(linked, names), EventWriter(linked, names)
    records = [ContactRecord(person.contact, person.public_id, person.zone) for person in people]
    state = packer.pack(records)
    for row, person in enumerate(people):
        writer.contact(row, person.events)
    events = writer.write([person.public_id for person in people])
    report = _counted(linked, journey, records, packer, events, state, start, end)
    report.samples = report.samples[: max(0, samples)]
    return report


def _counted(
    linked: Linked, journey: str, records: Sequence[ContactRecord], packer: Packer, events: Events, state: State, start: int, end: int
) -> Report:
    """Run the kernel, and count what came out."""
    out, tally = _run(linked, events, state, start, end)
    programs = [row for row, placed in enumerate(linked.placed) if placed.program.key == journey]
    mine = out[np.isin(out[:, at.O_PROGRAM], programs)]
    report = Report(journey, start, end, people=len(records), events=len(events.turned))
    _count(report, linked, mine, tally, programs)
    _sample(report, linked, records, packer, mine, MOST_SAMPLES)
    return report


def _run(linked: Linked, events: Events, state: State, start: int, end: int) -> tuple[Ints, Tally]:
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
        done = int(advance_contacts(*given, reference(nowhere), reference(room), counted, done, end, start))
        if done < contacts:
            room, _ = larger(room, kept_for(state))
    return room.out[: room.n[at.N_OUT]], tally


def _count(report: Report, linked: Linked, out: Ints, tally: Tally, programs: Sequence[int]) -> None:
    reasons = Counter(out[:, at.O_REASON].tolist())
    report.entered = sum(reasons[reason] for reason in ENTERED)
    report.refused = Counter({key(reason): reasons[reason] for reason in REFUSALS if reasons[reason]})
    report.ended = Counter({key(reason): reasons[reason] for reason in ENDS if reasons[reason]})
    report.not_sent = Counter({key(Reason(reason)): reasons[reason] for reason in NOT_SENT if reasons[reason]})
    goals = out[np.isin(out[:, at.O_REASON], GOALS)]
    report.goal_reached = len(goals)
    report.goal_before_first_message = int((goals[:, at.O_V1] == 0).sum())
    report.still_inside = int(sum(tally.people[program, at.T_INSIDE] for program in programs))
    for row, (program, place) in enumerate(linked.row_steps):
        ids = linked.placed[program].program.step_ids
        if program in programs and place < len(ids) - 1:
            arrived, sent, standing = (int(number) for number in tally.steps[row])
            report.steps[ids[place]] = StepCount(arrived, arrived - standing, sent)
    sends = out[np.isin(out[:, at.O_REASON], SENT)]
    weeks = Counter(zip(sends[:, at.O_CONTACT].tolist(), ((sends[:, at.O_AT] - report.start) // WEEK).tolist(), strict=True))
    report.weeks = Counter(weeks.values())


def _sample(report: Report, linked: Linked, records: Sequence[ContactRecord], packer: Packer, out: Ints, most: int) -> None:
    """Traces of the first people who entered."""
    entered = out[np.isin(out[:, at.O_REASON], ENTERED)][:, at.O_CONTACT]
    chosen = list(dict.fromkeys(entered.tolist()))[: max(0, most)]
    rows = out[np.isin(out[:, at.O_CONTACT], chosen) & (out[:, at.O_REASON] != at.ARRIVED)]
    traces: dict[int, list[dict[str, Any]]] = {}
    for entry in tell(linked, records, packer, rows)[1]:
        line = {"at": entry.at, "step": entry.step, "reason": key(Reason(entry.reason)), "v1": entry.v1, "v2": entry.v2}
        traces.setdefault(entry.contact, []).append(line)
    public = {record.contact: record.public_id for record in records}
    report.samples = [{"contact": public[contact], "trace": lines} for contact, lines in traces.items()]
