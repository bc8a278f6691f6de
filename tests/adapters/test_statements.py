"""Statements are translated for both drivers, and none walks through a large table."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import parcours.store
from parcours.store import migrate
from parcours.store.sqlite.connect import connect
from parcours.store.statements import INT, LONGEST, TEXT, Batch, Statement, chunks, postgres_batch, sqlite_batch, translate

LARGE = ("inbox", "seen", "contacts", "identities", "contact_states", "runs", "trace", "messages", "links", "mails")
WALKS_IN_ORDER_OF_ARRIVAL = {"views._LATEST"}
COUNTS_EVERYTHING = {"people._COUNT", "views._INBOX", "views._ALL_STEPS", "views._STEPS_OF", "views._STAGES", "messages._COUNTS"}


def statements() -> Iterator[tuple[str, Statement | Batch]]:
    """Every statement of the store, by the module and name that hold it."""
    for module in pkgutil.walk_packages(parcours.store.__path__, "parcours.store."):
        if ".migrations" in module.name:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            held = value if isinstance(value, tuple) else (value,)
            yield from ((f"{module.name.rpartition('.')[2]}.{name}", each) for each in held if isinstance(each, Statement | Batch))


def test_no_statement_walks_through_a_large_table(tmp_path: Path) -> None:
    migrate(tmp_path / "db.sqlite")
    sizes = [2**power for power in range(LONGEST.bit_length())]
    walks = set()
    with closing(connect(tmp_path / "db.sqlite")) as connection:
        for name, each in statements():
            for size in [1] if isinstance(each, Statement) else sizes:
                text = translate(each.text, "sqlite") if isinstance(each, Statement) else sqlite_batch(each, size)
                values = 0 if isinstance(each, Statement) else 1 + size * len(each.columns)
                plan = connection.execute(f"EXPLAIN QUERY PLAN {text.text}", [None] * (values + len(text.names))).fetchall()
                if any(f"SCAN {table}" in step or "AUTOMATIC" in step for *_, step in plan for table in LARGE):
                    walks.add(name)
    assert walks - COUNTS_EVERYTHING == WALKS_IN_ORDER_OF_ARRIVAL


def test_a_walk_would_be_seen(tmp_path: Path) -> None:
    migrate(tmp_path / "db.sqlite")
    with closing(connect(tmp_path / "db.sqlite")) as connection:
        plan = connection.execute("EXPLAIN QUERY PLAN SELECT 1 FROM trace WHERE v1 = 5").fetchall()
    assert any("SCAN trace" in step for *_, step in plan)


def test_the_store_has_statements_to_check() -> None:
    assert len(list(statements())) > 80


def test_named_values_become_positions() -> None:
    text = "SELECT :a, ':no', b::text FROM t WHERE c = :b_2 {lock}"
    assert translate(text, "sqlite").names == ("a", "no", "b_2")
    assert translate("SELECT :a FROM t WHERE c = :b {lock}", "postgresql").text == "SELECT %s FROM t WHERE c = %s FOR UPDATE"
    assert translate("SELECT :a FROM t WHERE c = :b {lock}", "sqlite").text == "SELECT ? FROM t WHERE c = ? "
    assert translate("SELECT :b, :a", "sqlite").values({"a": 1, "b": 2}) == [2, 1]
    with pytest.raises(KeyError):
        translate("SELECT :b", "sqlite").values({"a": 1})


def test_a_batch_brings_its_rows_as_a_table() -> None:
    batch = Batch("DELETE FROM t WHERE w = :workspace AND k IN (SELECT k FROM given)", {"k": INT, "v": TEXT})
    assert sqlite_batch(batch, 2).text.startswith("WITH given(workspace,k,v) AS (VALUES (?1,?,?),(?1,?,?)) DELETE FROM t WHERE w = ? ")
    assert "unnest(%s::bigint[],%s::text[])" in postgres_batch(batch).text


def test_rows_are_cut_into_few_lengths() -> None:
    for number in (0, 1, 2, 3, 100, 127, 128, 129, 5000):
        parts = chunks([(each,) for each in range(number)])
        assert [row for part in parts for row in part] == [(each,) for each in range(number)]
        assert all(len(part) <= LONGEST and len(part).bit_count() == 1 for part in parts)
