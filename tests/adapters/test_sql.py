"""SQL over segments answers one SELECT, and reaches nothing else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from parcours.app.ports import SegmentFile
from parcours.app.ports.sql import SqlFault
from parcours.core.terms.events import NEVER, Kind
from parcours.lake import open_history, open_sql
from parcours.lake.sql import SegmentSql
from parcours.testing.builders import NOW
from parcours.testing.contracts.history import CODES, NAMES, row


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "l'ake"


@pytest.fixture
def segments(root: Path) -> list[SegmentFile]:
    history = open_history(root)
    first = [row(1, 1, properties={"total": 12.5}), row(2, 1, name="B", kind=Kind.RECEIPT, turned=NEVER), row(3, 1)]
    return [history.append(7, first, CODES), history.append(8, [row(4, 1, properties={"total": 7.5})], CODES)]


def ask(root: Path, segments: Sequence[SegmentFile], text: str, hidden: Sequence[int] = ()) -> list[tuple[Any, ...]]:
    """The rows of an answer."""
    return list(open_sql(root).ask(segments, NAMES, hidden, text).rows)


def test_events_are_a_view_with_names_and_instants(root: Path, segments: list[SegmentFile]) -> None:
    answer = open_sql(root).ask(segments, NAMES, [], "SELECT * FROM events ORDER BY contact LIMIT 2")
    expected = "contact seq event occurred received turned source kind history message_id properties"
    assert list(answer.columns) == expected.split()
    one, two = answer.rows
    assert one[:3] == (1, 1, "A")
    assert one[3] == datetime.fromtimestamp((NOW + 1) / 1e6, UTC).replace(tzinfo=None)
    assert (two[2], two[5], two[7]) == ("B", None, "receipt")


def test_properties_are_json(root: Path, segments: list[SegmentFile]) -> None:
    assert ask(root, segments, "SELECT sum((properties->>'total')::DOUBLE) FROM events") == [(20.0,)]


def test_hidden_contacts_are_left_out(root: Path, segments: list[SegmentFile]) -> None:
    assert ask(root, segments, "SELECT contact FROM events ORDER BY 1", hidden=[2, 3]) == [(1,), (4,)]


def test_no_segments_are_no_rows(root: Path) -> None:
    open_history(root)
    assert ask(root, [], "SELECT count(*), max(properties->>'x') FROM events") == [(0, None)]


def test_many_rows_come_in_turn(root: Path, segments: list[SegmentFile]) -> None:
    assert len(ask(root, segments, "SELECT * FROM events, range(1000)")) == 4000


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "SELECT 1; SELECT 2",
        "DELETE FROM event_names",
        "INSERT INTO event_names VALUES (1, 'x')",
        "DROP VIEW events",
        "CREATE TABLE t AS SELECT 1",
        "COPY (SELECT 1) TO '/tmp/parcours-escape.csv'",
        "ATTACH '/tmp/parcours-escape.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 1",
        "RESET enable_external_access",
        "PRAGMA database_list",
        "CALL pragma_version()",
        "EXPLAIN ANALYZE SELECT 1",
        "EXPORT DATABASE '/tmp/parcours-escape'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/etc/hostname')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_parquet('http://127.0.0.1:1/x.parquet')",
        "SELECT * FROM segments",
        "SELECT getenv('HOME')",
        "SELEC 1",
        "SELECT * FROM nowhere",
    ],
)
def test_everything_else_is_refused(root: Path, segments: list[SegmentFile], text: str) -> None:
    with pytest.raises(SqlFault):
        ask(root, segments, text)
    assert not Path("/tmp/parcours-escape.csv").exists()


def test_a_segment_that_is_not_part_of_the_question_cannot_be_read(root: Path, segments: list[SegmentFile]) -> None:
    with pytest.raises(SqlFault):
        ask(root, segments[:1], f"SELECT * FROM read_parquet('{str(root / segments[1].path).replace(chr(39), chr(39) * 2)}')")


def test_the_programs_own_variables_are_out_of_reach(root: Path, segments: list[SegmentFile]) -> None:
    secret = {"column": [1]}
    assert secret
    with pytest.raises(SqlFault):
        ask(root, segments, "SELECT * FROM secret")


def test_a_question_that_takes_too_long_is_stopped(root: Path, segments: list[SegmentFile]) -> None:
    slow = "SELECT count(*) FROM range(10000000) AS a, range(10000000) AS b WHERE a.range + b.range = 7"
    with pytest.raises(SqlFault, match=r"longer than 0\.3 seconds"):
        list(SegmentSql(root, seconds=0.3).ask(segments, NAMES, [], slow).rows)


def test_a_question_that_takes_too_much_memory_is_stopped(root: Path, segments: list[SegmentFile]) -> None:
    large = "SELECT list(range || 'x' ORDER BY hash(range)) FROM range(20000000)"
    with pytest.raises(SqlFault, match=r"(?i)memory"):
        list(SegmentSql(root, memory="50MB").ask(segments, NAMES, [], large).rows)
