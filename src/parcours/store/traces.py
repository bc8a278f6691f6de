"""The trace in SQL: rows in order of writing, never changed."""

from collections.abc import Sequence
from typing import Final

from parcours.app.ports import TraceRow
from parcours.store.session import Session
from parcours.store.statements import BLOB, INT, TEXT, Batch, Statement

_COLUMNS: Final = {
    "contact": INT,
    "at": INT,
    "journey": TEXT,
    "version": INT,
    "step": TEXT,
    "run_id": BLOB,
    "reason": INT,
    "v1": INT,
    "v2": INT,
}
_NAMES: Final = ", ".join(_COLUMNS)
_APPEND: Final = Batch(f"INSERT INTO trace (workspace_id, {_NAMES}) SELECT :workspace, {_NAMES} FROM given", _COLUMNS)
_OF: Final = Statement(f"SELECT {_NAMES} FROM trace WHERE workspace_id = :workspace AND contact = :contact ORDER BY row DESC LIMIT :limit")


class SqlTraces:
    """Edges taken and refused."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, rows: Sequence[TraceRow]) -> None:
        """Add rows in their order."""
        self._session.each(_APPEND, [(r.contact, r.at, r.journey, r.version, r.step, r.run_id, int(r.reason), r.v1, r.v2) for r in rows])

    def of(self, contact: int, limit: int) -> list[TraceRow]:
        """Rows of one contact, newest first."""
        return [
            TraceRow(number, at, journey, version, step, run_id, reason, v1, v2)
            for number, at, journey, version, step, run_id, reason, v1, v2 in self._session.all(_OF, contact=contact, limit=limit)
        ]
