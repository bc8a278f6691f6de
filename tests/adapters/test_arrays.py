"""Array literals: whatever a column holds, PostgreSQL reads the same values out of its literal."""

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.store.postgres.arrays import literal
from parcours.store.postgres.connect import dsn
from parcours.store.statements import BLOB, INT, TEXT

pytestmark = pytest.mark.postgres

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
AWKWARD = ["", "NULL", "null", '"', "\\", '\\"', "{}", "{a,b}", "a,b", "\n", "\t", "'", "é𝄞", "\\x41", "\x01", " a "]
VALUES = {
    INT: st.integers(-(2**63), 2**63 - 1) | st.booleans(),
    TEXT: TEXTS | st.sampled_from(AWKWARD),
    BLOB: st.binary(max_size=12),
}


@pytest.fixture(scope="module")
def connection(postgres_server) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    with psycopg.connect(dsn(postgres_server.url) + "/postgres", autocommit=True) as opened:
        yield opened


@pytest.mark.parametrize("kind", VALUES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_goes_in_comes_out(connection, kind, data):
    column = data.draw(st.lists(VALUES[kind] | st.none(), min_size=1, max_size=8))
    rows = connection.execute(f"SELECT value FROM unnest(%s::{kind}[]) AS given(value)", [literal(kind, column)]).fetchall()
    assert [value for (value,) in rows] == column


def test_every_awkward_text_at_once(connection):
    rows = connection.execute("SELECT value FROM unnest(%s::text[]) AS given(value)", [literal(TEXT, AWKWARD)]).fetchall()
    assert [value for (value,) in rows] == AWKWARD


def test_what_no_column_can_hold_is_refused():
    with pytest.raises(ValueError, match=r"U\+0000"):
        literal(TEXT, ["a", "b\x00c"])
    with pytest.raises(TypeError):
        literal(INT, ["1"])
    with pytest.raises(TypeError):
        literal(INT, [1.5])
