"""Journeys and their versions, templates, settings, and what happened to them."""

import sqlalchemy as sa

from parcours.store.tables.columns import integer, metadata, row, small, text, workspace

journeys = sa.Table(
    "journeys",
    metadata,
    workspace(),
    text("journey"),
    text("status"),
    sa.PrimaryKeyConstraint("workspace_id", "journey"),
)

journey_versions = sa.Table(
    "journey_versions",
    metadata,
    workspace(),
    text("journey"),
    integer("version"),
    text("digest"),
    integer("published_at"),
    small("follow"),
    text("redirects"),
    text("document"),
    sa.PrimaryKeyConstraint("workspace_id", "journey", "version"),
    sa.ForeignKeyConstraint(["workspace_id", "journey"], ["journeys.workspace_id", "journeys.journey"]),
)

templates = sa.Table(
    "templates",
    metadata,
    workspace(),
    text("name"),
    text("digest"),
    integer("updated_at"),
    text("document"),
    sa.PrimaryKeyConstraint("workspace_id", "name"),
)

settings = sa.Table(
    "settings",
    metadata,
    workspace(),
    text("key"),
    text("value"),
    sa.PrimaryKeyConstraint("workspace_id", "key"),
)

workspace_events = sa.Table(
    "workspace_events",
    metadata,
    row(),
    workspace(),
    integer("at"),
    text("document"),
    sa.Index("ix_workspace_events_at", "workspace_id", "at", "row"),
    sqlite_autoincrement=True,
)
