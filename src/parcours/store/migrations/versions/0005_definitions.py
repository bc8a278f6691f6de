"""Journeys, templates, settings, workspace events."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    _journeys()
    _journey_versions()
    _templates()
    _settings()
    _workspace_events()


def _journeys() -> None:
    op.create_table(
        "journeys",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("journey", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "journey", name="pk_journeys"),
    )


def _journey_versions() -> None:
    op.create_table(
        "journey_versions",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("journey", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("follow", sa.SmallInteger(), nullable=False),
        sa.Column("redirects", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey"], ["journeys.workspace_id", "journeys.journey"], name="fk_journey_versions_workspace_id_journeys"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "journey", "version", name="pk_journey_versions"),
    )


def _templates() -> None:
    op.create_table(
        "templates",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name="pk_templates"),
    )


def _settings() -> None:
    op.create_table(
        "settings",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "key", name="pk_settings"),
    )


def _workspace_events() -> None:
    op.create_table(
        "workspace_events",
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row", name="pk_workspace_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_workspace_events_at", "workspace_events", ["workspace_id", "at", "row"], unique=False)
