"""Intended sends, the links in them, and the built-in mailbox."""

import sqlalchemy as sa

from parcours.store.tables.columns import blob, integer, metadata, partial, row, small, text, workspace

messages = sa.Table(
    "messages",
    metadata,
    workspace(),
    blob("id"),
    integer("contact"),
    blob("run_id"),
    text("journey"),
    integer("version"),
    text("step"),
    integer("visit"),
    text("channel"),
    text("topic"),
    text("template"),
    integer("planned_at"),
    small("transactional"),
    small("state"),
    text("reason"),
    integer("expires"),
    integer("next_at"),
    integer("attempts"),
    integer("lost", server_default="0"),
    text("claimed_by"),
    integer("claimed_until"),
    text("address"),
    integer("sent_at"),
    integer("updated_at"),
    text("payload"),
    sa.PrimaryKeyConstraint("workspace_id", "id"),
    sa.Index("ux_messages_intent", "workspace_id", "contact", "run_id", "step", "visit", "channel", unique=True),
    sa.Index("ix_messages_state", "workspace_id", "state", "planned_at", "id"),
    partial("ix_messages_lost", "workspace_id", "lost", "planned_at", where="lost > 0"),
)

links = sa.Table(
    "links",
    metadata,
    workspace(),
    blob("message_id"),
    integer("number"),
    text("url"),
    sa.PrimaryKeyConstraint("workspace_id", "message_id", "number"),
)

clicks = sa.Table(
    "clicks",
    metadata,
    row(),
    workspace(),
    blob("message_id"),
    integer("number"),
    integer("at"),
    small("visit"),
    small("judged"),
    sa.Index("ix_clicks_at", "workspace_id", "judged", "at"),
    sa.Index("ix_clicks_message", "workspace_id", "message_id"),
    sqlite_autoincrement=True,
)

mails = sa.Table(
    "mails",
    metadata,
    row(),
    workspace(),
    blob("message_id"),
    integer("contact"),
    integer("at"),
    text("sender"),
    text("recipient"),
    text("subject"),
    text("search"),
    blob("raw"),
    sa.Index("ux_mails_message", "workspace_id", "message_id", unique=True),
    sa.Index("ix_mails_contact", "workspace_id", "contact", "row"),
    sqlite_autoincrement=True,
)
