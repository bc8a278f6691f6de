"""Opening the store that a path or URL names, at the schema of this version."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pysqlite3.dbapi2 as sqlite

from parcours.app.ports import Store
from parcours.store.faults import WrongDatabase
from parcours.store.sqlite.connect import connect
from parcours.store.sqlite.store import SqliteStore

HEAD: Final = "0009"
"""The newest migration (a test compares it): a database that is there needs no migration, nor Alembic's slow import."""


def open_store(target: Path | str, *, writable: bool = True, on_fault: Callable[[str], None] | None = None, reserve: int = 0) -> Store:
    """The store of a database file or a `postgresql://` URL, brought to this version's schema when `writable`.

    `on_fault` is told, once, that the disk failed and nothing more can be written: the process should end. `reserve` bytes of the disk are
    kept for what must not be refused (a database file only).
    Raises WrongDatabase, with a sentence, when the database cannot be used.
    """
    if _revision(target) != HEAD:
        if not writable:
            raise WrongDatabase("This database is not at the schema of this version: `parcours serve` brings it there.")
        migrate(target)
    if isinstance(target, Path):
        return SqliteStore(target, writable=writable, on_fault=on_fault, reserve=reserve)
    from parcours.store.postgres.store import PostgresStore

    return PostgresStore(target, writable=writable)


def migrate(target: Path | str) -> None:
    """Bring a database file or URL to this version's schema. Raises WrongDatabase for a newer one."""
    from parcours.store.upgrading import upgrade  # Alembic takes half a second to import

    upgrade(target)


def _revision(target: Path | str) -> str | None:
    if isinstance(target, Path):
        return _sqlite_revision(target)
    try:
        from parcours.store.postgres.connect import revision
    except ModuleNotFoundError as error:
        raise WrongDatabase("PostgreSQL needs the driver psycopg: install `parcours[postgres]`.") from error
    return revision(target)


def _sqlite_revision(path: Path) -> str | None:
    if not path.exists():
        return None
    connection = connect(path)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite.OperationalError:
        return None
    finally:
        connection.close()
    return str(row[0]) if row else None
