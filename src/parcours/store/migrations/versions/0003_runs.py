"""Kernel state, runs, trace, tallies, leases."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    _contact_states()
    _runs()
    _trace()
    _tallies()
    _leases()


def _contact_states() -> None:
    op.create_table(
        "contact_states",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("last_turned", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("ledger", sa.LargeBinary(), nullable=False),
        sa.Column("pendings", sa.LargeBinary(), nullable=False),
        sa.Column("context", sa.LargeBinary(), nullable=False),
        sa.Column("registers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "contact", name="pk_contact_states"),
    )
    op.create_index(
        "ix_contact_states_due",
        "contact_states",
        ["workspace_id", "due", "partition", "contact"],
        unique=False,
        sqlite_where=sa.text("due < 4611686018427387904"),
        postgresql_where=sa.text("due < 4611686018427387904"),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.LargeBinary(), nullable=False),
        sa.Column("journey", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("instance", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("visit", sa.BigInteger(), nullable=False),
        sa.Column("entered", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("goal_until", sa.BigInteger(), nullable=False),
        sa.Column("arm", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("ended_reason", sa.SmallInteger(), nullable=False),
        sa.Column("steps_done", sa.BigInteger(), nullable=False),
        sa.Column("extra", sa.LargeBinary(), nullable=False),
        sa.Column("context", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "contact", "run_id", name="pk_runs"),
    )
    op.create_index(
        "ux_runs_live",
        "runs",
        ["workspace_id", "journey", "contact", "instance"],
        unique=True,
        sqlite_where=sa.text("status = 0"),
        postgresql_where=sa.text("status = 0"),
    )


def _trace() -> None:
    op.create_table(
        "trace",
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.SmallInteger(), nullable=False),
        sa.Column("v1", sa.BigInteger(), nullable=False),
        sa.Column("v2", sa.BigInteger(), nullable=False),
        sa.Column("journey", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("run_id", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("row", name="pk_trace"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_trace_contact", "trace", ["workspace_id", "contact", "row"], unique=False)


def _tallies() -> None:
    op.create_table(
        "tallies",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("journey", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("reason", sa.SmallInteger(), nullable=False),
        sa.Column("v1", sa.SmallInteger(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "journey", "step", "reason", "v1", "partition", name="pk_tallies"),
        sqlite_with_rowid=False,
    )


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("shard", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "shard", name="pk_leases"),
    )
