"""which conversations of an issue are open, as their alerts tell it"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("open_ids", sa.JSON(), server_default="[]", nullable=False))
    # What was told until now: all of them.
    op.execute("UPDATE issue SET open_ids = conversation_ids")


def downgrade() -> None:
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.drop_column("open_ids")
