"""Arrived events until the archive holds them, and the ids of those that left."""

import sqlalchemy as sa

from parcours.store.tables.columns import blob, integer, metadata, partial, row, small, text, workspace

inbox = sa.Table(
    "inbox",
    metadata,
    row(),
    workspace(),
    integer("source"),
    blob("message_id"),
    text("client_message_id"),
    small("call"),
    small("kind"),
    small("history"),
    small("kept_forever"),
    integer("occurred"),
    integer("received"),
    integer("contact", nullable=True),
    integer("seq", nullable=True),
    small("partition", nullable=True),
    integer("turned", nullable=True),
    text("name"),
    text("user_id", nullable=True),
    text("anonymous_id", nullable=True),
    text("previous_id", nullable=True),
    text("properties"),
    sa.Index("ux_inbox_message", "workspace_id", "source", "message_id", unique=True),
    partial("ix_inbox_unrouted", "workspace_id", "row", where="seq IS NULL"),
    partial("ix_inbox_waiting", "workspace_id", "row", "partition", "contact", where="seq IS NOT NULL AND turned IS NULL"),
    partial("ix_inbox_contact", "workspace_id", "contact", "seq", where="seq IS NOT NULL"),
    partial("ix_inbox_turned", "workspace_id", "partition", "row", where="turned IS NOT NULL"),
    sqlite_autoincrement=True,
)

seen = sa.Table(
    "seen",
    metadata,
    workspace(),
    integer("source"),
    blob("message_id"),
    integer("until"),
    sa.PrimaryKeyConstraint("workspace_id", "source", "message_id"),
    sqlite_with_rowid=False,
)
