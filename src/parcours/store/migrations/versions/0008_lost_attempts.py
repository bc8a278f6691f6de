"""Attempts to send that ended without an outcome; messages in pages by state."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Count attempts that were lost, and find the messages that have some."""
    op.add_column("messages", sa.Column("lost", sa.BigInteger(), nullable=False, server_default="0"))
    some = sa.text("lost > 0")
    columns = ["workspace_id", "lost", "planned_at"]
    op.create_index("ix_messages_lost", "messages", columns, unique=False, sqlite_where=some, postgresql_where=some)
    op.drop_index("ix_messages_state", "messages")
    op.create_index("ix_messages_state", "messages", ["workspace_id", "state", "planned_at", "id"], unique=False)
