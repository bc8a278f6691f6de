"""An operator's SQL over segments: one SELECT, over views, within limits of memory and time."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from parcours.app.ports import SegmentFile
from parcours.app.ports.sql import Answer, SqlFault
from parcours.lake.duck import connect, read_parquet

_FETCH: Final = 1000
_EMPTY: Final = (
    "SELECT 0::BIGINT AS contact, 0::BIGINT AS seq, 0::INTEGER AS event, 0::BIGINT AS occurred, 0::BIGINT AS received, 0::BIGINT AS turned,"
    " 0::INTEGER AS source, 0::UTINYINT AS kind, false AS history, ''::BLOB AS message_id, '' AS properties WHERE false"
)
_VIEW: Final = """
CREATE VIEW events AS SELECT
    rows.contact, rows.seq, event_names.name AS event,
    make_timestamp(rows.occurred) AS occurred, make_timestamp(rows.received) AS received, make_timestamp(rows.turned) AS turned,
    rows.source, ['customer', 'receipt', 'run', 'workspace'][rows.kind + 1] AS kind, rows.history,
    lower(hex(rows.message_id)) AS message_id, rows.properties::JSON AS properties
FROM ({source}) AS rows JOIN event_names ON event_names.code = rows.event
WHERE NOT EXISTS (SELECT 1 FROM hidden_contacts WHERE hidden_contacts.contact = rows.contact)
"""


class SegmentSql:
    """SQL over segments under `root`. `seconds` is how long one question may take, `memory` and `threads` what it may use."""

    def __init__(self, root: Path, *, seconds: float = 60, memory: str = "1GB", threads: int = 2) -> None:
        self._root = root
        self._seconds = seconds
        self._memory = memory
        self._threads = threads

    def ask(self, segments: Sequence[SegmentFile], names: Mapping[int, str], hidden: Sequence[int], text: str, /) -> Answer:
        """Run one SELECT over `events`. Raises SqlFault for any other statement, and for what DuckDB refuses."""
        files = [self._root / segment.path for segment in segments]
        connection = connect(files, threads=self._threads, memory=self._memory)
        timer = threading.Timer(self._seconds, connection.interrupt)
        timer.daemon = True
        try:
            _only_a_select(connection, text)
            _prepare(connection, files, names, hidden)
            timer.start()
            connection.execute(text)
        except duckdb.Error as error:
            _end(connection, timer)
            raise self._fault(error) from error
        except SqlFault:
            connection.close()
            raise
        return Answer([column[0] for column in connection.description], self._rows(connection, timer))

    def _rows(self, connection: Any, timer: threading.Timer) -> Iterator[tuple[Any, ...]]:
        try:
            while rows := connection.fetchmany(_FETCH):
                yield from rows
        except duckdb.Error as error:
            raise self._fault(error) from error
        finally:
            _end(connection, timer)

    def _fault(self, error: Exception) -> SqlFault:
        if isinstance(error, duckdb.InterruptException):
            return SqlFault(f"The question took longer than {self._seconds:g} seconds and was stopped: ask for less.")
        return SqlFault(str(error))


def _only_a_select(connection: Any, text: str) -> None:
    statements = connection.extract_statements(text)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise SqlFault("Ask with one SELECT statement; nothing can be changed here.")


def _prepare(connection: Any, files: Sequence[Path], names: Mapping[int, str], hidden: Sequence[int]) -> None:
    connection.execute("CREATE TABLE event_names (code INTEGER, name VARCHAR)")
    connection.execute(
        "INSERT INTO event_names SELECT unnest(CAST(? AS INTEGER[])), unnest(CAST(? AS VARCHAR[]))", [list(names), list(names.values())]
    )
    connection.execute("CREATE TABLE hidden_contacts AS SELECT unnest(CAST(? AS BIGINT[])) AS contact", [list(hidden)])
    connection.execute(_VIEW.format(source=f"SELECT * FROM {read_parquet(files)}" if files else _EMPTY))


def _end(connection: Any, timer: threading.Timer) -> None:
    timer.cancel()
    connection.close()
