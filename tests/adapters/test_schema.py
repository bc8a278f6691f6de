"""The schema is the sum of the migrations, on both databases, and every table belongs to workspaces."""

from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from parcours.store import WrongDatabase, migrate, open_store
from parcours.store.opening import HEAD
from parcours.store.tables import metadata
from parcours.store.upgrading import head, postgres_engine, sqlite_engine

ROW_NUMBERS = {"inbox", "identities", "trace", "mails", "clicks", "workspace_events"}
"""Tables whose rows are numbered in order of arrival over all workspaces."""


def differences(engine: sa.Engine) -> list[object]:
    """What Alembic would still change."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def test_migrated_sqlite_is_the_tables(tmp_path: Path) -> None:
    migrate(tmp_path / "db.sqlite")
    with sqlite_engine(tmp_path / "db.sqlite") as engine:
        assert differences(engine) == []


def test_a_missing_column_would_be_seen(tmp_path: Path) -> None:
    migrate(tmp_path / "db.sqlite")
    with sqlite_engine(tmp_path / "db.sqlite") as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE mails DROP COLUMN sender")
        assert len(differences(engine)) == 1


@pytest.mark.postgres
def test_migrated_postgresql_is_the_tables(postgres_url: str) -> None:
    migrate(postgres_url)
    migrate(postgres_url)
    with postgres_engine(postgres_url) as engine:
        assert differences(engine) == []


def test_every_table_and_key_belongs_to_a_workspace() -> None:
    for table in metadata.tables.values():
        assert "workspace_id" in table.columns, table.name
        if table.name in ROW_NUMBERS:
            assert [column.name for column in table.primary_key] == ["row"]
        else:
            assert next(iter(table.primary_key)).name == "workspace_id", table.name
        for index in table.indexes:
            assert next(iter(index.columns)).name == "workspace_id", index.name


def test_the_revision_worked_with_is_the_newest() -> None:
    assert head() == HEAD


def test_migrating_again_changes_nothing_and_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite"
    store = open_store(path)
    store.write(1, lambda tx: tx.definitions.set_setting("name", "kept"))
    store.close()
    migrate(path)
    store = open_store(path)
    assert store.read(1, lambda tx: tx.definitions.settings()) == {"name": "kept"}
    store.close()


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite"
    migrate(path)
    connection = sqlite.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(WrongDatabase, match="newer version"):
        open_store(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite"
    path.write_bytes(b"this is not a database, and it is long enough to be asked about" * 100)
    with pytest.raises(WrongDatabase):
        open_store(path)


def test_reading_needs_a_database(tmp_path: Path) -> None:
    with pytest.raises(WrongDatabase):
        open_store(tmp_path / "nowhere.sqlite", writable=False)
    assert not (tmp_path / "nowhere.sqlite").exists()
