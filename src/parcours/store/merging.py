"""Moving what a merged contact had to its survivor, in SQL."""

from collections.abc import Sequence
from itertools import chain
from typing import Final

from parcours.core.terms.events import NEVER, Event
from parcours.store.inbox import CALL_CODES
from parcours.store.session import Session, keys
from parcours.store.statements import BLOB, INT, TEXT, Batch, Statement
from parcours.store.texts import keep, to_json

_PLACED: Final = Statement(
    "SELECT row, turned IS NOT NULL FROM inbox WHERE workspace_id = :workspace AND contact = :loser AND seq IS NOT NULL ORDER BY seq"
)
_RENUMBER: Final = Batch(
    "UPDATE inbox SET contact = :survivor, partition = :partition, seq = given.seq FROM given"
    " WHERE inbox.workspace_id = given.workspace AND inbox.row = given.row{narrow inbox.row row}",
    {"row": INT, "seq": INT},
)
_UNPLACED: Final = Statement(
    "UPDATE inbox SET contact = :survivor WHERE workspace_id = :workspace AND contact = :loser AND seq IS NULL AND row > 0"
)
_OWN: Final = tuple(
    Statement(f"UPDATE {table} SET contact = :survivor WHERE workspace_id = :workspace AND contact = :loser")
    for table in ("identities", "messages", "mails", "trace")
)
_TOLD: Final = {
    "contact": INT,
    "seq": INT,
    "turned": INT,
    "occurred": INT,
    "received": INT,
    "kind": INT,
    "history": INT,
    "message_id": BLOB,
    "client_message_id": TEXT,
    "name": TEXT,
    "properties": TEXT,
}
_TELL: Final = Batch(
    f"INSERT INTO inbox (workspace_id, partition, source, call, kept_forever, {', '.join(_TOLD)})"
    f" SELECT :workspace, :partition, 0, :call, 0, {', '.join(_TOLD)} FROM given",
    _TOLD,
)
_ABSORBED: Final = Batch(
    "SELECT contacts.merged_into, contacts.id, contacts.partition FROM given CROSS JOIN contacts"
    " WHERE contacts.workspace_id = :workspace AND contacts.merged_into = given.id AND contacts.merged_into IS NOT NULL"
    "{narrow contacts.merged_into id}",
    {"id": INT},
)
_MERGED: Final = Statement("SELECT id, merged_into FROM contacts WHERE workspace_id = :workspace AND merged_into IS NOT NULL")


class SqlMerging:
    """Merges of one workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def move(self, loser: int, survivor: int, partition: int, next_seq: int, /) -> int:
        """Move identities, messages, mails, trace and inbox rows; answers the survivor's new next seq."""
        placed = self._session.all(_PLACED, loser=loser)
        waiting = [row for row, turned in placed if not turned]
        done = [row for row, turned in placed if turned]
        numbered = [(row, next_seq + place) for place, row in enumerate(chain(waiting, done))]
        self._session.each(_RENUMBER, numbered, survivor=survivor, partition=partition)
        for statement in (_UNPLACED, *_OWN):
            self._session.run(statement, loser=loser, survivor=survivor)
        return next_seq + len(numbered)

    def tell(self, partition: int, events: Sequence[Event], /) -> None:
        """Keep events that a merge itself tells."""
        rows = [
            (
                event.contact,
                event.seq,
                None if event.turned == NEVER else event.turned,
                event.occurred,
                event.received,
                int(event.kind),
                int(event.history),
                event.message_id,
                event.message_id.hex(),
                keep(event.name),
                to_json(event.properties),
            )
            for event in events
        ]
        self._session.each(_TELL, rows, partition=partition, call=CALL_CODES["internal"])

    def absorbed(self, contacts: Sequence[int], /) -> dict[int, list[tuple[int, int]]]:
        """(number, partition) of everybody who was merged into each of these, directly or through others."""
        found: dict[int, list[tuple[int, int]]] = {}
        homes = {contact: contact for contact in contacts}
        newest = list(homes)
        while newest:
            rows = sorted(self._session.all_of(_ABSORBED, keys(newest)))
            newest = [number for _, number, _ in rows if number not in homes]
            for survivor, number, partition in rows:
                if number not in homes:
                    homes[number] = homes[survivor]
                    found.setdefault(homes[survivor], []).append((number, partition))
        return found

    def merged_into(self) -> dict[int, int]:
        """Every merged contact and its (last) survivor."""
        into: dict[int, int] = dict(self._session.all(_MERGED))
        for loser, survivor in into.items():
            for _ in into:
                if survivor not in into:
                    break
                survivor = into[survivor]
            into[loser] = survivor
        return into
