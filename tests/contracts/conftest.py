"""The stores and histories that are held to the contracts: in memory, and the real ones."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from parcours.app.ports import History, Store
from parcours.lake import open_history
from parcours.store import migrate, open_store
from parcours.store.postgres.connect import dsn
from parcours.store.tables import metadata
from parcours.testing import MemoryHistory, MemoryStore
from parcours.testing.builders import naughty_texts
from tests.fixtures.postgres import PostgresServer

LIST_OF_NAUGHTY_STRINGS = Path(__file__).parents[1] / "data/naughty_strings/blns.json"


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database at the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "parcours.sqlite"
    migrate(path)
    return path


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    if request.param == "memory":
        yield MemoryStore()
    elif request.param == "sqlite":
        path = tmp_path / "parcours.sqlite"
        shutil.copy(request.getfixturevalue("empty_database"), path)
        with closing(open_store(path)) as opened:
            yield opened
    else:
        opened, url = request.getfixturevalue("postgres_store")
        _clear(url)
        yield opened


@pytest.fixture(scope="session")
def postgres_store(postgres_server: PostgresServer) -> Iterator[tuple[Store, str]]:
    """One store on PostgreSQL for the session, and its URL; a fresh database for each test would take a second each."""
    url = postgres_server.sqlalchemy_url(postgres_server.create())
    with closing(open_store(url)) as opened:
        yield opened, url


def _clear(url: str) -> None:
    with psycopg.connect(dsn(url)) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))


@pytest.fixture(params=["memory", "lake"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> History:
    """An empty history of each kind."""
    return MemoryHistory() if request.param == "memory" else open_history(tmp_path / "lake")


@pytest.fixture(scope="session")
def naughty() -> Sequence[str]:
    """Our own list and the well-known one, each text once."""
    return tuple(dict.fromkeys((*naughty_texts(), *json.loads(LIST_OF_NAUGHTY_STRINGS.read_text()))))
