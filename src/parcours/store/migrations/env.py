"""Runs migrations on the connection that `parcours.store.upgrading` opened; Alembic loads this file by its place."""

from alembic import context

from parcours.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
