"""how often a thread speaks, and what changed in it"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account_thread", schema=None) as batch_op:
        batch_op.add_column(sa.Column("look_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("seen", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("changed", sa.JSON(), server_default="{}", nullable=False))
        batch_op.create_index("ix_account_thread_look_at", ["workspace", "look_at"], unique=False)
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shown_at", UTCDateTime(), nullable=True))
    # Every issue that is known has had its message.
    op.execute("UPDATE issue SET shown_at = updated_at")


def downgrade() -> None:
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.drop_column("shown_at")
    with op.batch_alter_table("account_thread", schema=None) as batch_op:
        batch_op.drop_index("ix_account_thread_look_at")
        batch_op.drop_column("changed")
        batch_op.drop_column("seen")
        batch_op.drop_column("look_at")
