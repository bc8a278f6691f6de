"""Visits to tracked links, until it is judged whether a person made them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "clicks",
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("visit", sa.SmallInteger(), nullable=False),
        sa.Column("judged", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row", name="pk_clicks"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_clicks_at", "clicks", ["workspace_id", "judged", "at"], unique=False)
    op.create_index("ix_clicks_message", "clicks", ["workspace_id", "message_id"], unique=False)
