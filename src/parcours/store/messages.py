"""Intended sends in SQL."""

from collections.abc import Sequence
from typing import Final

from parcours.app.ports import Claim, Message, MessageState, Place, StoredLink
from parcours.store.session import Session, keys
from parcours.store.statements import BLOB, INT, TEXT, Batch, Row, Statement
from parcours.store.texts import from_json, keep, to_json, told

STATES: Final = tuple(MessageState)
STATE_CODES: Final = {state: code for code, state in enumerate(STATES)}
_PLANNED: Final = STATE_CODES[MessageState.PLANNED]
_CLAIMED: Final = STATE_CODES[MessageState.CLAIMED]

COLUMNS: Final = {
    "id": BLOB,
    "contact": INT,
    "run_id": BLOB,
    "journey": TEXT,
    "version": INT,
    "step": TEXT,
    "visit": INT,
    "channel": TEXT,
    "topic": TEXT,
    "template": TEXT,
    "planned_at": INT,
    "transactional": INT,
    "state": INT,
    "reason": TEXT,
    "expires": INT,
    "next_at": INT,
    "attempts": INT,
    "lost": INT,
    "claimed_by": TEXT,
    "claimed_until": INT,
    "address": TEXT,
    "sent_at": INT,
    "updated_at": INT,
    "payload": TEXT,
}
_PLACES: Final = {name: place for place, name in enumerate(COLUMNS)}
"""The columns are the fields of Message, in their order."""
_TOLD: Final = (_PLACES["reason"], _PLACES["address"])
_TRANSACTIONAL: Final = _PLACES["transactional"]
_STATE: Final = _PLACES["state"]
_PAYLOAD: Final = _PLACES["payload"]
_NAMES: Final = ", ".join(COLUMNS)
_PLAN: Final = Batch(
    f"INSERT INTO messages (workspace_id, {_NAMES}) SELECT :workspace, {_NAMES} FROM given WHERE true ON CONFLICT DO NOTHING", COLUMNS
)
_TAKE: Final = (
    "WITH picked AS MATERIALIZED (SELECT id FROM messages WHERE workspace_id = :workspace AND {which} LIMIT :limit {skip_locked})"
    f" UPDATE messages SET state = {_CLAIMED}, {{counts}}, claimed_by = :owner, claimed_until = :lease_until"
    f" WHERE workspace_id = :workspace AND id IN (SELECT id FROM picked) RETURNING {_NAMES}"
)
_ATTEMPT: Final = "attempts = attempts + 1"
_CLAIMS: Final[dict[Claim, tuple[str, str]]] = {
    "due": (f"state = {_PLANNED} AND lost = 0 AND next_at <= :at ORDER BY planned_at", _ATTEMPT),
    "suspect": (f"state = {_PLANNED} AND lost > 0 AND next_at <= :at ORDER BY lost, planned_at", _ATTEMPT),
    "lapsed": (f"state = {_CLAIMED} AND claimed_until < :at ORDER BY planned_at", "lost = lost + 1"),
}
_TAKES: Final = {
    claim: Statement(_TAKE.replace("{which}", which).replace("{counts}", counts)) for claim, (which, counts) in _CLAIMS.items()
}
_SETTLE: Final = Batch(
    "UPDATE messages SET state = given.state, reason = given.reason, next_at = given.next_at, lost = given.lost, address = given.address,"
    " sent_at = given.sent_at, updated_at = given.updated_at,"
    f" claimed_by = CASE WHEN given.state = {_CLAIMED} THEN messages.claimed_by ELSE '' END,"
    f" claimed_until = CASE WHEN given.state = {_CLAIMED} THEN given.claimed_until ELSE 0 END"
    " FROM given WHERE messages.workspace_id = given.workspace AND messages.id = given.id{narrow messages.id id}",
    {name: COLUMNS[name] for name in ("id", "state", "reason", "next_at", "lost", "address", "sent_at", "updated_at", "claimed_until")},
)
_LOAD: Final = Batch(
    f"SELECT {', '.join(f'messages.{name}' for name in COLUMNS)} FROM given CROSS JOIN messages"
    " WHERE messages.workspace_id = :workspace AND messages.id = given.id{narrow messages.id id}",
    {"id": BLOB},
)
_NEWEST: Final = Statement(
    f"SELECT {_NAMES} FROM messages WHERE workspace_id = :workspace AND state = :state"
    " AND planned_at <= :at AND (planned_at < :at OR id < :id) ORDER BY planned_at DESC, id DESC LIMIT :limit"
)
_OF_CONTACT: Final = Statement(
    f"SELECT {_NAMES} FROM messages WHERE workspace_id = :workspace AND contact = :contact"
    " AND planned_at <= :at AND (planned_at < :at OR id < :id) ORDER BY planned_at DESC, id DESC"
)
_COUNTS: Final = Statement("SELECT state, count(*) FROM messages WHERE workspace_id = :workspace GROUP BY state")
_KEEP_LINKS: Final = Batch(
    "INSERT INTO links (workspace_id, message_id, number, url) SELECT :workspace, message_id, number, url FROM given WHERE true"
    " ON CONFLICT DO NOTHING",
    {"message_id": BLOB, "number": INT, "url": TEXT},
)
_LINK: Final = Statement("SELECT url FROM links WHERE workspace_id = :workspace AND message_id = :message_id AND number = :number")


def _row_of(message: Message) -> Row:
    return (
        message.id,
        message.contact,
        message.run_id,
        message.journey,
        message.version,
        message.step,
        message.visit,
        message.channel,
        message.topic,
        message.template,
        message.planned_at,
        int(message.transactional),
        STATE_CODES[message.state],
        keep(message.reason),
        message.expires,
        message.next_at,
        message.attempts,
        message.lost,
        message.claimed_by,
        message.claimed_until,
        keep(message.address),
        message.sent_at,
        message.updated_at,
        to_json(message.payload),
    )


def message_of(values: Row) -> Message:
    """A message from its columns."""
    fields = list(values)
    for place in _TOLD:
        fields[place] = told(fields[place])
    fields[_TRANSACTIONAL] = bool(fields[_TRANSACTIONAL])
    fields[_STATE] = STATES[fields[_STATE]]
    fields[_PAYLOAD] = from_json(fields[_PAYLOAD])
    return Message(*fields)


def _place(message: Message) -> Place:
    return (message.planned_at, message.id)


class SqlMessages:
    """The outbox of one workspace and what became of each message."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def plan(self, messages: Sequence[Message], /) -> None:
        """Keep intents; one whose id or unique key is known already is left as it is."""
        self._session.each(_PLAN, [_row_of(message) for message in messages])

    def claim(self, which: Claim, owner: str, at: int, lease_until: int, limit: int, /) -> list[Message]:
        """Take messages that are due, suspects, or lapsed claims; oldest planned first."""
        rows = self._session.all(_TAKES[which], owner=owner, at=at, lease_until=lease_until, limit=limit)
        return sorted((message_of(values) for values in rows), key=lambda message: (message.planned_at, message.id))

    def settle(self, messages: Sequence[Message], /) -> None:
        """Write what became of messages; releases the claim unless the state is claimed: then it lasts until the given `claimed_until`."""
        rows = [
            (m.id, STATE_CODES[m.state], keep(m.reason), m.next_at, m.lost, keep(m.address), m.sent_at, m.updated_at, m.claimed_until)
            for m in messages
        ]
        self._session.each(_SETTLE, rows)

    def load(self, ids: Sequence[bytes], /) -> dict[bytes, Message]:
        """The messages by id; unknown ids are left out."""
        loaded = (message_of(values) for values in self._session.all_of(_LOAD, keys(ids)))
        return {message.id: message for message in loaded}

    def find(self, contact: int | None, states: Sequence[MessageState], before: Place, limit: int, /) -> list[Message]:
        """Newest planned first, those whose (planned_at, id) is less than `before`; contact None = all; no states = all."""
        at, identity = before
        if contact is not None:
            own = (message_of(values) for values in self._session.all(_OF_CONTACT, contact=contact, at=at, id=identity))
            return [message for message in own if not states or message.state in states][:limit]
        found: list[Message] = []
        for state in states or STATES:
            rows = self._session.all(_NEWEST, state=STATE_CODES[state], at=at, id=identity, limit=limit)
            found += [message_of(values) for values in rows]
        return sorted(found, key=_place, reverse=True)[:limit]

    def counts(self) -> dict[str, int]:
        """Messages by state; states without any are left out."""
        return {STATES[code].value: int(count) for code, count in self._session.all(_COUNTS)}

    def keep_links(self, links: Sequence[StoredLink], /) -> None:
        """Keep destinations; a (message, number) already kept is left as it is."""
        self._session.each(_KEEP_LINKS, [(link.message_id, link.number, keep(link.url)) for link in links])

    def link(self, message_id: bytes, number: int, /) -> StoredLink | None:
        """The destination, None when unknown."""
        rows = self._session.all(_LINK, message_id=message_id, number=number)
        return StoredLink(message_id, number, told(rows[0][0])) if rows else None
