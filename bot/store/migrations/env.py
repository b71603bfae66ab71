"""Alembic's entrance: migrate the engine that was handed in."""

from alembic import context
from sqlalchemy import text

from bot.store.tables import metadata
from bot.store.writer import LINE

with context.config.attributes["engine"].connect() as connection:
    if connection.dialect.name == "postgresql":
        # Replicas that start together migrate one after the other, and a migration may take its time.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        connection.execute(text("SELECT pg_advisory_xact_lock(:line)"), {"line": LINE})
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        user_module_prefix="",
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
