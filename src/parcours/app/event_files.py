"""Files of events as people to replay: read, mapped and told apart as an import does it, without a database."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from parcours.app.import_progress import Rejects
from parcours.app.local_times import UnknownZone, WallClock
from parcours.app.operations import Refusal
from parcours.app.ports import Contact, FileFault, Reading, Row, RowFiles
from parcours.app.profile import changed_traits, learn
from parcours.app.row_mapping import RowMapping
from parcours.app.row_values import Unmappable
from parcours.app.zones import zone_of
from parcours.core.journey.backtest import Traveller
from parcours.core.people.identity import Key, Known, Resolution, alias, resolve
from parcours.core.terms.event_names import CONTACT_IDENTIFIED
from parcours.core.terms.events import Event, Kind
from parcours.core.terms.ids import public_id_of
from parcours.core.terms.intake import BY_PARCOURS, Envelope, Intake, Refused, take

Progress = Callable[[int, int], None]
NO_TIME: Final = 2**60
MOST_TOLD: Final = 20
"""Rows that cannot be read whose reasons are told."""
EVERY: Final = 1_000
ENVELOPE: Final = Envelope(received=NO_TIME, history=True, trusted=True)


@dataclass(frozen=True, slots=True)
class EventFiles:
    """What is asked for: the options are those of an import (app/import_file.py). Without `rejects` a row that cannot be read stops it."""

    paths: Sequence[Path]
    reading: Reading = field(default_factory=Reading)
    map: Sequence[str] = ()
    event: str = ""
    zone: str = "Europe/Paris"
    drop_empty: bool = False
    rejects: Path | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Who is in the files, how many `rows` there were, and how many of them were `rejected`."""

    people: list[Traveller]
    rows: int
    rejected: int


def gather(files: RowFiles, asked: EventFiles, progress: Progress) -> Gathered:
    """Everybody in the files with their events. Raises Refusal for files or rows that cannot be read."""
    crowd, refused = _Crowd(), list[tuple[Path, Row, str]]()
    rejects = nullcontext() if asked.rejects is None else Rejects(asked.rejects, resumed=False)
    try:
        with rejects as written:
            for path, row, mapping in _rows(files, asked, progress):
                try:
                    crowd.add(_taken(row, mapping))
                except (Refused, Unmappable) as fault:
                    refused.append((path, row, str(fault)))
                    if written is not None:
                        written.add([(row, str(fault))])
    except (FileFault, Unmappable, UnknownZone) as fault:
        raise Refusal(str(fault)) from fault
    if refused and asked.rejects is None:
        raise _unreadable(refused, crowd.rows)
    return Gathered(crowd.people(), crowd.rows + len(refused), len(refused))


def _unreadable(refused: Sequence[tuple[Path, Row, str]], fine: int) -> Refusal:
    lines = [f"{path} line {row.line}: {reason}" for path, row, reason in refused[:MOST_TOLD]]
    lines += [f"and {len(refused) - MOST_TOLD:,} more"] if len(refused) > MOST_TOLD else []
    sentence = f"{len(refused):,} of {len(refused) + fine:,} rows cannot be read. Mend them, or go on without them: --rejects FILE."
    return Refusal(sentence, lines)


def _rows(files: RowFiles, asked: EventFiles, progress: Progress) -> Iterator[tuple[Path, Row, RowMapping]]:
    opened = [(path, files.open(path, asked.reading)) for path in asked.paths]
    clock, total, before = WallClock(asked.zone), sum(file.size for _, file in opened), 0
    for path, file in opened:
        mapping = RowMapping("events", asked.map, clock, event=asked.event, drop_empty=asked.drop_empty)
        if file.columns is not None:
            mapping.check(file.columns)
        for number, row in enumerate(file.rows()):
            if number % EVERY == 0:
                progress(before + file.done(), total)
            yield path, row, mapping
        before += file.size
    progress(total, total)


def _taken(row: Row, mapping: RowMapping) -> tuple[Intake, Kind]:
    """The event of a row. What an export tells of messages is a receipt, which no client may send."""
    if row.fault:
        raise Unmappable(row.fault)
    message, occurred = mapping.message(row.values)
    name = message.get("event")
    receipt = message.get("type") == "track" and name in BY_PARCOURS
    intake = take({**message, "event": "receipt"} if receipt else message, ENVELOPE, occurred=occurred)
    if intake.occurred >= NO_TIME:
        raise Unmappable("It has no time: say which column holds it, --map occurred=COLUMN.")
    return (replace(intake, name=str(name)), Kind.RECEIPT) if receipt else (intake, Kind.CUSTOMER)


class _Crowd:
    """Who is who, by the rules of routing, and what happened to each."""

    def __init__(self) -> None:
        self.rows = 0
        self._contacts: list[Contact] = []
        self._names: list[str] = []
        self._owners: dict[Key, int] = {}
        self._merged: dict[int, int] = {}
        self._events: dict[int, list[Event]] = defaultdict(list)
        self._seen: set[str] = set()

    def add(self, taken: tuple[Intake, Kind]) -> None:
        """One more event; a message that came before changes nothing."""
        self.rows += 1
        intake, kind = taken
        if intake.message_id is not None:
            if intake.message_id in self._seen:
                return
            self._seen.add(intake.message_id)
        number = self._resolve(intake)
        contact = self._contacts[number]
        properties = intake.properties
        if intake.name == CONTACT_IDENTIFIED:
            properties = changed_traits(contact, properties)
        self._contacts[number] = learn(contact, intake.name, properties)
        at = intake.occurred
        self._events[number].append(Event(number, self.rows, intake.name, at, at, at, kind=kind, properties=properties))

    def people(self) -> list[Traveller]:
        """Everybody, in the order in which they were first met. Without a database the public id is made of the user id."""
        found = []
        for number, events in sorted(self._events.items()):
            contact = self._contacts[number]
            name = contact.user_id if contact.user_id is not None else f"anonymous:{self._names[number]}"
            found.append(Traveller(number, public_id_of(name), zone_of(contact.attributes), events))
        return found

    def _resolve(self, intake: Intake) -> int:
        known = {key: self._known(self._owners[key]) for key in _keys(intake) if key in self._owners}
        if intake.call == "alias" and intake.user_id is not None and intake.previous_id is not None:
            return self._apply(alias(intake.user_id, intake.previous_id, known), intake)
        return self._apply(resolve(intake.user_id, intake.anonymous_id, known), intake)

    def _known(self, number: int) -> Known:
        while number in self._merged:
            number = self._merged[number]
        contact = self._contacts[number]
        return Known(number, contact.user_id, contact.created)

    def _apply(self, decided: Resolution, intake: Intake) -> int:
        if decided.merge is not None:
            loser, survivor = decided.merge
            self._events[survivor] += self._events.pop(loser, [])
            kept = self._contacts[survivor]
            both: Mapping[str, Any] = {**self._contacts[loser].attributes, **kept.attributes}
            self._contacts[survivor] = replace(kept, attributes=both)
            self._merged[loser] = survivor
        number = decided.contact
        if number is None:
            number = len(self._contacts)
            self._contacts.append(Contact(number, "", 0, intake.occurred))
            self._names.append(str(intake.anonymous_id or intake.previous_id or ""))
        if decided.user_id is not None:
            self._contacts[number] = replace(self._contacts[number], user_id=decided.user_id)
        self._owners.update(dict.fromkeys(decided.links, number))
        return number


def _keys(intake: Intake) -> list[Key]:
    """Every identity an event may speak of; a previous id may be of either kind."""
    said: list[tuple[Key, str | None]] = [
        (("user", intake.user_id or ""), intake.user_id),
        (("anonymous", intake.anonymous_id or ""), intake.anonymous_id),
        (("user", intake.previous_id or ""), intake.previous_id),
        (("anonymous", intake.previous_id or ""), intake.previous_id),
    ]
    return [key for key, there in said if there is not None]
