"""Opening SQLite as Parcours needs it, and refusing versions that can damage a database."""

from pathlib import Path
from typing import Final

import pysqlite3.dbapi2 as sqlite

from parcours.store.faults import WrongDatabase

OLDEST: Final = (3, 51, 3)
BACKPORTS: Final = ((3, 44, 6), (3, 50, 7))
_CACHED_STATEMENTS: Final = 1024
_CACHE_KIB: Final = 64 * 1024
_CHECKPOINT_PAGES: Final = 4000


def check_version(version: tuple[int, ...]) -> None:
    """Raises WrongDatabase for a SQLite in which a checkpoint can meet a write and lose it (fixed in 3.51.3, 3.50.7 and 3.44.6)."""
    if version < OLDEST and not any(version[:2] == backport[:2] and version >= backport for backport in BACKPORTS):
        raise WrongDatabase(
            f"SQLite {'.'.join(map(str, version))} can damage a database in WAL mode: install pysqlite3 0.6.1 or newer,"
            " which brings SQLite 3.51.3 or newer."
        )


def connect(path: Path, *, writable: bool = False) -> sqlite.Connection:
    """A connection in autocommit; a writable one creates the file, others may only read. Raises WrongDatabase."""
    check_version(sqlite.sqlite_version_info)
    mode = "rwc" if writable else "ro"
    try:
        connection = sqlite.connect(
            f"file:{_quoted(path)}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_CACHED_STATEMENTS,
            timeout=30,
        )
    except sqlite.OperationalError as error:
        raise WrongDatabase(f"{path} cannot be opened: {error}. Run `parcours init` first, or check its permissions.") from error
    try:
        for pragma in ("foreign_keys=ON", f"cache_size=-{_CACHE_KIB}", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        if writable:
            _make_durable(connection)
        else:
            connection.execute("PRAGMA query_only=ON")
    except sqlite.DatabaseError as error:
        connection.close()
        raise WrongDatabase(f"{path} is no usable SQLite database: {error}.") from error
    return connection


def _make_durable(connection: sqlite.Connection) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise sqlite.DatabaseError(f"write-ahead logging is not possible here (the journal mode stays {mode})")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, also in pages that become free
    connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA journal_size_limit={64 * 1024 * 1024}")


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
