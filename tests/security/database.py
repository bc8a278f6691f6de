"""What a database holds, to compare before and after."""

from contextlib import closing

from pysqlite3 import dbapi2

from parcours.app.services import Services


def database(services: Services) -> list[str]:
    """Every row of every table, but for sessions."""
    with closing(dbapi2.connect(f"file:{services.directory}/parcours.sqlite?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if name != "sessions"]
        return [f"{table} {row!r}" for table in sorted(tables) for row in connection.execute(f'SELECT * FROM "{table}"')]
