"""The system of record in SQL: SQLite in the data directory, or PostgreSQL 15 and newer."""

from parcours.store.faults import WrongDatabase
from parcours.store.opening import migrate, open_store

__all__ = ["WrongDatabase", "migrate", "open_store"]
