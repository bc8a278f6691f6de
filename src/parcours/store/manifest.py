"""Which segments make up the history, and the codes of event names, in SQL."""

from collections.abc import Sequence
from typing import Final

from parcours.app.ports import SegmentFile
from parcours.store.counters import next_numbers
from parcours.store.session import Clash, Session, keys
from parcours.store.statements import INT, TEXT, Batch, Statement
from parcours.store.texts import keep, told

_COLUMNS: Final = {
    "path": TEXT,
    "partition": INT,
    "rows": INT,
    "size": INT,
    "sha256": TEXT,
    "first": INT,
    "last": INT,
    "created": INT,
}
_QUOTED: Final = ", ".join(f'"{name}"' for name in _COLUMNS)
_ADD: Final = Batch(
    f"INSERT INTO segments (workspace_id, {_QUOTED}) SELECT :workspace, {_QUOTED} FROM given",
    {f'"{name}"': kind for name, kind in _COLUMNS.items()},
)
_DROP: Final = Batch("DELETE FROM segments WHERE workspace_id = :workspace AND path IN (SELECT path FROM given)", {"path": TEXT})
_ALL: Final = Statement(f"SELECT {_QUOTED} FROM segments WHERE workspace_id = :workspace ORDER BY partition, created, path")
_OF: Final = Statement(f"SELECT {_QUOTED} FROM segments WHERE workspace_id = :workspace AND partition = :partition ORDER BY created, path")
_CODES: Final = Statement("SELECT name, code FROM event_codes WHERE workspace_id = :workspace ORDER BY code")
_NEW_CODE: Final = Batch(
    "INSERT INTO event_codes (workspace_id, name, code) SELECT :workspace, name, code FROM given WHERE true"
    " ON CONFLICT (workspace_id, name) DO NOTHING",
    {"name": TEXT, "code": INT},
)


class SqlManifest:
    """The list of files that make up the history of one workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def segments(self, partition: int | None = None, /) -> list[SegmentFile]:
        """Files of one partition or of all, by partition and age."""
        rows = self._session.all(_ALL) if partition is None else self._session.all(_OF, partition=partition)
        return [SegmentFile(*values) for values in rows]

    def swap(self, add: Sequence[SegmentFile], drop: Sequence[str], /) -> None:
        """Add and drop files in one step. Raises Clash when a file to drop is gone: somebody else rewrote it."""
        paths = keys(drop)
        if self._session.each(_DROP, paths) != len(paths):
            raise Clash("a segment to replace is no longer part of the history: read the list again")
        self._session.each(_ADD, [(f.path, f.partition, f.rows, f.size, f.sha256, f.first, f.last, f.created) for f in add])

    def codes(self, names: Sequence[str] = (), /) -> dict[str, int]:
        """All event codes, after giving new ones to unknown `names`."""
        known = self._codes()
        if any(name not in known for name in names):
            new = [keep(name) for name in dict.fromkeys(names) if name not in known]
            numbers = next_numbers(self._session, "event_code", len(new))
            self._session.each(_NEW_CODE, list(zip(new, numbers, strict=True)))
            known = self._codes()
        return known

    def _codes(self) -> dict[str, int]:
        return {told(name): code for name, code in self._session.all(_CODES)}
