"""Column kinds and naming rules that all tables share."""

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    }
)


def integer(name: str, **options: Any) -> "sa.Column[int]":
    """A column of 64-bit integers: ids, counts, instants."""
    return sa.Column(name, sa.BigInteger, nullable=options.pop("nullable", False), **options)


def small(name: str, **options: Any) -> "sa.Column[int]":
    """A column of small integers: kinds, states, flags (0 and 1)."""
    return sa.Column(name, sa.SmallInteger, nullable=options.pop("nullable", False), **options)


def text(name: str, **options: Any) -> "sa.Column[str]":
    """A column of text; documents are JSON in it."""
    return sa.Column(name, sa.Text, nullable=options.pop("nullable", False), **options)


def blob(name: str, **options: Any) -> "sa.Column[bytes]":
    """A column of bytes."""
    return sa.Column(name, sa.LargeBinary, nullable=options.pop("nullable", False), **options)


def workspace() -> "sa.Column[int]":
    """The workspace; part of every key but those that only number rows."""
    return sa.Column("workspace_id", sa.BigInteger, nullable=False)


def row() -> "sa.Column[int]":
    """A number given in order of arrival, over all workspaces, never given twice."""
    return sa.Column("row", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(always=False), primary_key=True)


def partial(name: str, *columns: Any, where: str, unique: bool = False) -> sa.Index:
    """An index over the rows that fulfil a condition only, on both databases."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
