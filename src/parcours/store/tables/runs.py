"""Kernel state of contacts, their runs, the trace and its tallies, and the leases of shards."""

import sqlalchemy as sa

from parcours.store.tables.columns import blob, integer, metadata, partial, row, small, text, workspace

contact_states = sa.Table(
    "contact_states",
    metadata,
    workspace(),
    integer("contact"),
    small("partition"),
    integer("due"),
    integer("last_turned"),
    integer("last_seq"),
    text("zone", nullable=True),
    blob("ledger"),
    blob("pendings"),
    blob("context"),
    blob("registers"),
    sa.PrimaryKeyConstraint("workspace_id", "contact"),
    partial("ix_contact_states_due", "workspace_id", "due", "partition", "contact", where="due < 4611686018427387904"),
)

runs = sa.Table(
    "runs",
    metadata,
    workspace(),
    integer("contact"),
    blob("run_id"),
    text("journey"),
    integer("version"),
    text("instance"),
    integer("entry"),
    text("step"),
    integer("visit"),
    integer("entered"),
    integer("since"),
    integer("due"),
    integer("goal_until"),
    small("arm"),
    small("status"),
    small("ended_reason"),
    integer("steps_done"),
    blob("extra"),
    blob("context"),
    sa.PrimaryKeyConstraint("workspace_id", "contact", "run_id"),
    partial("ux_runs_live", "workspace_id", "journey", "contact", "instance", where="status = 0", unique=True),
)

trace = sa.Table(
    "trace",
    metadata,
    row(),
    workspace(),
    integer("contact"),
    integer("at"),
    integer("version"),
    small("reason"),
    integer("v1"),
    integer("v2"),
    text("journey"),
    text("step", nullable=True),
    blob("run_id", nullable=True),
    sa.Index("ix_trace_contact", "workspace_id", "contact", "row"),
    sqlite_autoincrement=True,
)

tallies = sa.Table(
    "tallies",
    metadata,
    workspace(),
    text("journey"),
    text("step"),
    small("reason"),
    small("v1"),
    small("partition"),
    integer("count"),
    sa.PrimaryKeyConstraint("workspace_id", "journey", "step", "reason", "v1", "partition"),
    sqlite_with_rowid=False,
)

leases = sa.Table(
    "leases",
    metadata,
    workspace(),
    integer("shard"),
    text("owner"),
    integer("until"),
    integer("token"),
    sa.PrimaryKeyConstraint("workspace_id", "shard"),
)
