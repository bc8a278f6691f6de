"""Segments, event codes, counters."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables."""
    _segments()
    _event_codes()
    _counters()


def _segments() -> None:
    op.create_table(
        "segments",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "path", name="pk_segments"),
    )
    op.create_index("ix_segments_partition", "segments", ["workspace_id", "partition", "created"], unique=False)


def _event_codes() -> None:
    op.create_table(
        "event_codes",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name="pk_event_codes"),
    )
    op.create_index("ux_event_codes_code", "event_codes", ["workspace_id", "code"], unique=True)


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name="pk_counters"),
    )
