"""Opening the store that a path or URL names, at the schema of this version."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pysqlite3.dbapi2 as sqlite

from parcours.store.sqlite.connect import WrongDatabase, connect
from parcours.store.sqlite.store import SqliteStore

HEAD: Final = "0007"
"""The newest migration (a test compares it): a database that is there needs no migration, nor Alembic's slow import."""


def open_store(target: Path | str, *, writable: bool = True, on_fault: Callable[[str], None] | None = None) -> SqliteStore:
    """The store of a database file or a `postgresql://` URL, brought to this version's schema when `writable`.

    `on_fault` is told, once, that the disk failed and nothing more can be written: the process should end.
    Raises WrongDatabase, with a sentence, when the database cannot be used.
    """
    path = Path(target)
    if _sqlite_revision(path) != HEAD:
        if not writable:
            raise WrongDatabase("This database is not at the schema of this version: `parcours serve` brings it there.")
        migrate(path)
    return SqliteStore(path, writable=writable, on_fault=on_fault)


def migrate(target: Path | str) -> None:
    """Bring a database file or URL to this version's schema. Raises WrongDatabase for a newer one."""
    from parcours.store.migrate import upgrade  # Alembic takes half a second to import

    upgrade(target)


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
