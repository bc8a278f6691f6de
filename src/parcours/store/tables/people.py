"""Contacts, how they are known, and what erasure leaves."""

import sqlalchemy as sa

from parcours.store.tables.columns import blob, integer, metadata, partial, row, small, text, workspace

contacts = sa.Table(
    "contacts",
    metadata,
    workspace(),
    integer("id"),
    blob("public_id"),
    small("partition"),
    integer("created"),
    integer("last_seen"),
    integer("next_seq"),
    integer("merged_into", nullable=True),
    small("erased"),
    text("user_id", nullable=True),
    text("stage"),
    text("tags"),
    text("consents"),
    text("holds"),
    text("attributes"),
    text("search"),
    sa.PrimaryKeyConstraint("workspace_id", "id"),
    sa.Index("ux_contacts_public_id", "workspace_id", "public_id", unique=True),
    partial("ix_contacts_stage", "workspace_id", "stage", where="erased = 0 AND merged_into IS NULL"),
    partial("ix_contacts_merged", "workspace_id", "merged_into", where="merged_into IS NOT NULL"),
)

identities = sa.Table(
    "identities",
    metadata,
    row(),
    workspace(),
    small("kind"),
    text("value"),
    integer("contact"),
    sa.Index("ux_identities_value", "workspace_id", "kind", "value", unique=True),
    sa.Index("ix_identities_contact", "workspace_id", "contact"),
    sqlite_autoincrement=True,
)

owed_erasures = sa.Table(
    "owed_erasures",
    metadata,
    workspace(),
    integer("contact"),
    integer("at"),
    sa.PrimaryKeyConstraint("workspace_id", "contact"),
)

suppressed_addresses = sa.Table(
    "suppressed_addresses",
    metadata,
    workspace(),
    blob("digest"),
    integer("at"),
    sa.PrimaryKeyConstraint("workspace_id", "digest"),
)
