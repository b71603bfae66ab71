"""what is to be judged anew stands in its key's own order, not in a table and an index beside it"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rebuilt(" WITHOUT ROWID")


def downgrade() -> None:
    _rebuilt("")


def _rebuilt(kind: str) -> None:
    """SQLite only: PostgreSQL has one way to store a table."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(
        "CREATE TABLE recheck_rebuilt ("
        "workspace VARCHAR NOT NULL, kind VARCHAR NOT NULL, subject_id VARCHAR NOT NULL, "
        "asked_at DATETIME NOT NULL, urgent BOOLEAN DEFAULT 0 NOT NULL, "
        f"PRIMARY KEY (workspace, kind, subject_id)){kind}"
    )
    op.execute(
        "INSERT INTO recheck_rebuilt (workspace, kind, subject_id, asked_at, urgent) "
        "SELECT workspace, kind, subject_id, asked_at, urgent FROM recheck"
    )
    op.execute("DROP TABLE recheck")
    op.execute("ALTER TABLE recheck_rebuilt RENAME TO recheck")
