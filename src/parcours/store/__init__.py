"""The system of record in SQL: SQLite in the data directory, or PostgreSQL 15 and newer."""

from parcours.store.opening import migrate, open_store
from parcours.store.sqlite.connect import WrongDatabase

__all__ = ["WrongDatabase", "migrate", "open_store"]
