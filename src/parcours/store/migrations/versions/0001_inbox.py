"""The inbox and the ids of what left it."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    _inbox()
    _seen()


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.LargeBinary(), nullable=False),
        sa.Column("client_message_id", sa.Text(), nullable=False),
        sa.Column("call", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("history", sa.SmallInteger(), nullable=False),
        sa.Column("kept_forever", sa.SmallInteger(), nullable=False),
        sa.Column("occurred", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("partition", sa.SmallInteger(), nullable=True),
        sa.Column("turned", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("anonymous_id", sa.Text(), nullable=True),
        sa.Column("previous_id", sa.Text(), nullable=True),
        sa.Column("properties", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row", name="pk_inbox"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_inbox_contact",
        "inbox",
        ["workspace_id", "contact", "seq"],
        unique=False,
        sqlite_where=sa.text("seq IS NOT NULL"),
        postgresql_where=sa.text("seq IS NOT NULL"),
    )
    op.create_index(
        "ix_inbox_turned",
        "inbox",
        ["workspace_id", "partition", "row"],
        unique=False,
        sqlite_where=sa.text("turned IS NOT NULL"),
        postgresql_where=sa.text("turned IS NOT NULL"),
    )
    op.create_index(
        "ix_inbox_unrouted",
        "inbox",
        ["workspace_id", "row"],
        unique=False,
        sqlite_where=sa.text("seq IS NULL"),
        postgresql_where=sa.text("seq IS NULL"),
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["workspace_id", "row", "partition", "contact"],
        unique=False,
        sqlite_where=sa.text("seq IS NOT NULL AND turned IS NULL"),
        postgresql_where=sa.text("seq IS NOT NULL AND turned IS NULL"),
    )
    op.create_index("ux_inbox_message", "inbox", ["workspace_id", "source", "message_id"], unique=True)


def _seen() -> None:
    op.create_table(
        "seen",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "source", "message_id", name="pk_seen"),
        sqlite_with_rowid=False,
    )
