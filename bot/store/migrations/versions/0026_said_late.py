"""which promises were late when they were first told of"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said_late", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Of these nobody was called, and nobody is to be called now.
    op.execute("UPDATE alert SET said_late = true WHERE rang_at > rung_for")


def downgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_column("said_late")
