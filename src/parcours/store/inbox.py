"""The inbox in SQL. An id is known while its row is here; when the row leaves, the id moves to `seen`."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

from parcours.app.ports import Arrival, Arrived, Placement
from parcours.app.ports.inbox import Call
from parcours.core.terms.events import NEVER, Event, Kind
from parcours.store.session import Session, keys
from parcours.store.statements import BLOB, INT, TEXT, Batch, Row, Statement
from parcours.store.texts import from_json, keep, keep_optional, to_json, told, told_optional

CALLS: Final[tuple[Call, ...]] = ("track", "page", "screen", "identify", "group", "alias", "internal")
CALL_CODES: Final = {call: code for code, call in enumerate(CALLS)}
KEPT_FOR: Final = 30 * 86_400_000_000
"""How long the id of a row that left is refused, unless it is kept for ever."""

_COLUMNS: Final = {
    "source": INT,
    "message_id": BLOB,
    "client_message_id": TEXT,
    "call": INT,
    "kind": INT,
    "history": INT,
    "kept_forever": INT,
    "occurred": INT,
    "received": INT,
    "contact": INT,
    "name": TEXT,
    "user_id": TEXT,
    "anonymous_id": TEXT,
    "previous_id": TEXT,
    "properties": TEXT,
}
_NAMES: Final = ", ".join(_COLUMNS)
_APPEND: Final = Batch(
    f"INSERT INTO inbox (workspace_id, {_NAMES}) SELECT :workspace, {_NAMES} FROM given WHERE true"
    " ON CONFLICT (workspace_id, source, message_id) DO NOTHING RETURNING row, source, message_id",
    _COLUMNS,
)
# In its own statement, after the insert: a row that another transaction moves to `seen` meanwhile is then found in either place.
_SEEN: Final = Batch(
    "SELECT given.row, given.source, given.message_id FROM given CROSS JOIN seen"
    " WHERE seen.workspace_id = :workspace AND seen.source = given.source AND seen.message_id = given.message_id"
    "{narrow seen.message_id message_id}",
    {"row": INT, "source": INT, "message_id": BLOB},
)
_UNROUTED: Final = Statement(f"SELECT row, {_NAMES} FROM inbox WHERE workspace_id = :workspace AND seq IS NULL ORDER BY row LIMIT :limit")
_PLACE: Final = Batch(
    "UPDATE inbox SET contact = given.contact, seq = given.seq, partition = given.partition, name = given.name,"
    " properties = given.properties FROM given WHERE inbox.row = given.row AND inbox.workspace_id = given.workspace{narrow inbox.row row}",
    {"row": INT, "contact": INT, "seq": INT, "partition": INT, "name": TEXT, "properties": TEXT},
)
_WAITING: Final = Statement(
    "SELECT contact FROM (SELECT contact, row FROM inbox WHERE workspace_id = :workspace AND seq IS NOT NULL AND turned IS NULL"
    " AND partition >= :first AND partition < :stop ORDER BY row LIMIT :window) AS oldest GROUP BY contact ORDER BY min(row) LIMIT :limit"
)
EVENT: Final = ", ".join(
    f"inbox.{name}" for name in ("contact", "seq", "name", "occurred", "received", "turned", "kind", "properties", "history", "message_id")
)
_EVENTS: Final = Batch(
    f"SELECT {EVENT} FROM given CROSS JOIN inbox WHERE inbox.workspace_id = :workspace AND inbox.contact = given.contact"
    # Said by coalesce, so that PostgreSQL looks up the contact and does not walk through all that wait.
    "{narrow inbox.contact contact} AND inbox.seq IS NOT NULL AND coalesce(inbox.turned, -1) = -1 ORDER BY inbox.contact, inbox.seq",
    {"contact": INT},
)
_TURN: Final = Batch(
    "UPDATE inbox SET turned = given.turned FROM given WHERE inbox.workspace_id = given.workspace AND inbox.contact = given.contact"
    "{narrow inbox.contact contact} AND inbox.seq = given.seq AND inbox.seq IS NOT NULL",
    {"contact": INT, "seq": INT, "turned": INT},
)
_TURNED: Final = Statement(
    f"SELECT row, source, client_message_id, {EVENT} FROM inbox WHERE workspace_id = :workspace AND partition = :partition"
    " AND turned IS NOT NULL ORDER BY row LIMIT :limit"
)
_REMEMBER: Final = Batch(
    "INSERT INTO seen (workspace_id, source, message_id, until) SELECT inbox.workspace_id, inbox.source, inbox.message_id,"
    f" CASE WHEN inbox.kept_forever = 1 THEN {NEVER} ELSE inbox.received + {KEPT_FOR} END FROM given CROSS JOIN inbox"
    " WHERE inbox.row = given.row AND inbox.workspace_id = :workspace{narrow inbox.row row} ON CONFLICT DO NOTHING",
    {"row": INT},
)
# The plus keeps SQLite from walking the whole workspace by its index instead of looking up the few rows.
_REMOVE: Final = Batch(
    "DELETE FROM inbox WHERE +workspace_id = :workspace AND row IN (SELECT row FROM given){narrow inbox.row row}", {"row": INT}
)
_SOURCES: Final = Statement("SELECT DISTINCT source FROM seen WHERE workspace_id = :workspace")
_PRUNE: Final = Statement(
    "DELETE FROM seen WHERE workspace_id = :workspace AND source = :source AND message_id >= :low AND message_id < :high AND until < :now"
)


def event_of(values: Sequence[Any]) -> Event:
    """An event from the columns `EVENT`."""
    contact, seq, name, occurred, received, turned, kind, properties, history, message_id = values
    when = NEVER if turned is None else turned
    return Event(contact, seq, told(name), occurred, received, when, Kind(kind), from_json(properties), bool(history), message_id)


def _row_of(arrival: Arrival) -> Row:
    return (
        arrival.source,
        arrival.message_id,
        keep(arrival.client_message_id),
        CALL_CODES[arrival.call],
        int(arrival.kind),
        int(arrival.history),
        int(arrival.kept_forever),
        arrival.occurred,
        arrival.received,
        arrival.contact,
        keep(arrival.name),
        keep_optional(arrival.user_id),
        keep_optional(arrival.anonymous_id),
        keep_optional(arrival.previous_id),
        to_json(arrival.properties),
    )


def _arrived_of(values: Row) -> Arrived:
    row, source, message_id, client, call, kind, history, forever, occurred, received, contact, *told_of, properties = values
    name, user, anonymous, previous = told_of
    arrival = Arrival(
        message_id=message_id,
        client_message_id=told(client),
        source=source,
        call=CALLS[call],
        name=told(name),
        occurred=occurred,
        received=received,
        kind=Kind(kind),
        user_id=told_optional(user),
        anonymous_id=told_optional(anonymous),
        previous_id=told_optional(previous),
        contact=contact,
        properties=from_json(properties),
        history=bool(history),
        kept_forever=bool(forever),
    )
    return Arrived(row, arrival)


class SqlInbox:
    """Arrived events of one workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, arrivals: Sequence[Arrival], /) -> list[bool]:
        """Keep the arrivals whose id is new; answers one bool each, False for a duplicate (also within the call)."""
        kept = self._session.all_of(_APPEND, [_row_of(arrival) for arrival in arrivals])
        known = self._session.all_of(_SEEN, kept)
        self._session.each(_REMOVE, keys(row for row, _, _ in known))
        new = {(source, message_id) for _, source, message_id in kept}
        new -= {(source, message_id) for _, source, message_id in known}
        if len(new) == len(arrivals):
            return [True] * len(arrivals)
        answers = []
        for arrival in arrivals:
            identifier = (arrival.source, arrival.message_id)
            answers.append(identifier in new)
            new.discard(identifier)
        return answers

    def unrouted(self, limit: int, /) -> list[Arrived]:
        """Rows not placed yet, oldest first."""
        return [_arrived_of(values) for values in self._session.all(_UNROUTED, limit=limit)]

    def place(self, placements: Sequence[Placement], /) -> None:
        """Record what routing decided. Rows without contact are removed."""
        placed = [(p.row, p.contact, p.seq, p.partition, keep(p.name), to_json(p.properties)) for p in placements if p.contact is not None]
        self._session.each(_PLACE, placed)
        self.remove([placement.row for placement in placements if placement.contact is None])

    def waiting(self, partitions: range, limit: int, /) -> list[int]:
        """Contacts of these partitions that have unturned events, longest waiting first; only the oldest 4 · `limit` rows are looked at."""
        rows = self._session.all(_WAITING, first=partitions.start, stop=partitions.stop, limit=limit, window=4 * limit)
        return [contact for (contact,) in rows]

    def events(self, contacts: Sequence[int], /) -> dict[int, list[Event]]:
        """Unturned events of the contacts, by seq."""
        found: dict[int, list[Event]] = {}
        for values in self._session.all_of(_EVENTS, keys(contacts)):
            event = event_of(values)
            found.setdefault(event.contact, []).append(event)
        return found

    def turn(self, turned: Sequence[tuple[int, int, int]], /) -> None:
        """Record (contact, seq, turned instant)."""
        self._session.each(_TURN, turned)

    def turned(self, partition: int, limit: int, /) -> list[tuple[int, Event, int, str]]:
        """Turned rows of a partition, oldest first: (row, event, source, client_message_id)."""
        rows = self._session.all(_TURNED, partition=partition, limit=limit)
        return [(row, event_of(event), source, told(client)) for row, source, client, *event in rows]

    def remove(self, rows: Sequence[int], /) -> None:
        """Drop rows; their ids stay known."""
        numbers = keys(rows)
        self._session.each(_REMEMBER, numbers)
        self._session.each(_REMOVE, numbers)

    def prune(self, now: int, first_byte: int, /) -> int:
        """Forget ids that begin with this byte and whose 30 days are over; a 256th of all, so that no unit is long."""
        low = bytes([first_byte])
        high = bytes([first_byte + 1]) if first_byte < 255 else b"\xff" * 17
        sources = chain.from_iterable(self._session.all(_SOURCES))
        return sum(self._session.run(_PRUNE, source=source, low=low, high=high, now=now) for source in sources)
