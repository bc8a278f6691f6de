"""Opening PostgreSQL as Parcours needs it."""

from typing import Final

import psycopg
from psycopg_pool import ConnectionPool

from parcours.store.faults import WrongDatabase
from parcours.store.statements import Row

OLDEST: Final = 150_000
# Statements look up few rows by their keys, whatever the disk: an index is always right, and nothing is worth compiling.
_LOOK_UP: Final = "SET random_page_cost = 1.1; SET jit = off"
# A process that stands still in the middle of a unit would keep what it locked from everybody else for as long as it stands.
_NOT_FROZEN: Final = "SET idle_in_transaction_session_timeout = '15s'"
_SURE: Final = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"


def dsn(url: str) -> str:
    """The URL as psycopg reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def check_version(version: int) -> None:
    """Raises WrongDatabase for a server older than PostgreSQL 15."""
    if version < OLDEST:
        raise WrongDatabase(f"PostgreSQL {version // 10_000} is too old: Parcours needs PostgreSQL 15 or newer.")


def revision(url: str) -> str | None:
    """The schema's revision, None in an empty database. Raises WrongDatabase when there is no usable server."""
    try:
        with psycopg.connect(dsn(url), connect_timeout=10) as connection:
            check_version(connection.info.server_version)
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    except psycopg.OperationalError as error:
        raise WrongDatabase(f"PostgreSQL does not answer at {_without_password(url)}: {str(error).strip()}") from error
    return str(row[0]) if row else None


def open_pool(url: str, size: int) -> "ConnectionPool[psycopg.Connection[Row]]":
    """A pool of connections whose commits are on the disk when they return; broken ones are replaced."""
    pool: ConnectionPool[psycopg.Connection[Row]] = ConnectionPool(
        dsn(url),
        min_size=1,
        max_size=size,
        timeout=10,
        configure=_configure,
        check=ConnectionPool.check_connection,
        open=False,
        name="store",
    )
    pool.open()
    return pool


def _configure(connection: "psycopg.Connection[Row]") -> None:
    connection.execute(_LOOK_UP)
    connection.execute(_NOT_FROZEN)
    connection.execute(_SURE)
    connection.commit()


def _without_password(url: str) -> str:
    info = psycopg.conninfo.conninfo_to_dict(dsn(url))
    return f"{info.get('host', 'localhost')}:{info.get('port', 5432)}/{info.get('dbname', '')}"
