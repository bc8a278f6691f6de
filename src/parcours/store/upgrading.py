"""Bringing a database to the schema of this version: the sum of the migrations, run by Alembic from within."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.pool import NullPool

from parcours.store.faults import WrongDatabase
from parcours.store.sqlite.connect import connect

_LOCK: Final = 0x70617263  # "parc": two processes that start at once migrate one after the other


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's settings; `connection` is what the migrations run on."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    settings.attributes["connection"] = connection
    return settings


def head() -> str:
    """The revision that this version of Parcours works with."""
    revision = ScriptDirectory.from_config(config()).get_current_head()
    assert revision is not None
    return revision


@contextmanager
def sqlite_engine(path: Path) -> Iterator[sa.Engine]:
    """An engine on a SQLite file, with the durability and version check of the store; DDL runs in transactions."""
    import pysqlite3.dbapi2 as sqlite

    engine = sa.create_engine("sqlite://", module=sqlite, creator=lambda: connect(path, writable=True), poolclass=NullPool)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def postgres_engine(url: str) -> Iterator[sa.Engine]:
    """An engine on PostgreSQL."""
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def upgrade(target: Path | str) -> None:
    """Bring the database of a path or URL to the newest schema; nothing to do, nothing done. Raises WrongDatabase for a newer one."""
    opened = sqlite_engine(target) if isinstance(target, Path) else postgres_engine(target)
    with opened as engine, engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        check_known(_revision(connection))
        command.upgrade(config(connection), "head")


def check_known(revision: str | None) -> None:
    """Raises WrongDatabase when the revision is not one of ours."""
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise WrongDatabase("This database was written by a newer version of Parcours: install that version, or restore a backup.")


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    row: Any = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if row is None else str(row)
