"""Contacts, identities, erasure."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    _contacts()
    _identities()
    _owed_erasures()
    _suppressed_addresses()


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("next_seq", sa.BigInteger(), nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("erased", sa.SmallInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("consents", sa.Text(), nullable=False),
        sa.Column("holds", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_contacts"),
    )
    op.create_index(
        "ix_contacts_merged",
        "contacts",
        ["workspace_id", "merged_into"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index(
        "ix_contacts_stage",
        "contacts",
        ["workspace_id", "stage"],
        unique=False,
        sqlite_where=sa.text("erased = 0 AND merged_into IS NULL"),
        postgresql_where=sa.text("erased = 0 AND merged_into IS NULL"),
    )
    op.create_index("ux_contacts_public_id", "contacts", ["workspace_id", "public_id"], unique=True)


def _identities() -> None:
    op.create_table(
        "identities",
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row", name="pk_identities"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_identities_contact", "identities", ["workspace_id", "contact"], unique=False)
    op.create_index("ux_identities_value", "identities", ["workspace_id", "kind", "value"], unique=True)


def _owed_erasures() -> None:
    op.create_table(
        "owed_erasures",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "contact", name="pk_owed_erasures"),
    )


def _suppressed_addresses() -> None:
    op.create_table(
        "suppressed_addresses",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "digest", name="pk_suppressed_addresses"),
    )
