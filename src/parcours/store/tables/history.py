"""Which segments make up the history, and codes and counters that are never reused."""

import sqlalchemy as sa

from parcours.store.tables.columns import integer, metadata, small, text, workspace

segments = sa.Table(
    "segments",
    metadata,
    workspace(),
    text("path"),
    small("partition"),
    integer("rows"),
    integer("size"),
    text("sha256"),
    integer("first"),
    integer("last"),
    integer("created"),
    sa.PrimaryKeyConstraint("workspace_id", "path"),
    sa.Index("ix_segments_partition", "workspace_id", "partition", "created"),
)

event_codes = sa.Table(
    "event_codes",
    metadata,
    workspace(),
    text("name"),
    integer("code"),
    sa.PrimaryKeyConstraint("workspace_id", "name"),
    sa.Index("ux_event_codes_code", "workspace_id", "code", unique=True),
)

counters = sa.Table(
    "counters",
    metadata,
    workspace(),
    text("name"),
    integer("value"),
    sa.PrimaryKeyConstraint("workspace_id", "name"),
)
