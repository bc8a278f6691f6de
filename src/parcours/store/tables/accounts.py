"""Members, sessions and keys."""

import sqlalchemy as sa

from parcours.store.tables.columns import blob, integer, metadata, text, workspace

users = sa.Table(
    "users",
    metadata,
    workspace(),
    integer("id"),
    text("email"),
    text("password"),
    text("role"),
    integer("created"),
    text("language"),
    sa.PrimaryKeyConstraint("workspace_id", "id"),
    sa.Index("ux_users_email", "workspace_id", "email", unique=True),
)

sessions = sa.Table(
    "sessions",
    metadata,
    workspace(),
    blob("digest"),
    integer("user_id"),
    text("csrf"),
    integer("created"),
    integer("expires"),
    sa.PrimaryKeyConstraint("workspace_id", "digest"),
    sa.ForeignKeyConstraint(["workspace_id", "user_id"], ["users.workspace_id", "users.id"]),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    workspace(),
    text("prefix"),
    blob("digest"),
    text("kind"),
    integer("source"),
    integer("created"),
    text("text"),
    integer("revoked"),
    sa.PrimaryKeyConstraint("workspace_id", "prefix"),
)
