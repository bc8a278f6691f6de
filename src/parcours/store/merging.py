"""Moving what a merged contact had to its survivor, in SQL."""

from itertools import chain
from typing import Final

from parcours.store.session import Session
from parcours.store.statements import INT, Batch, Statement

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
