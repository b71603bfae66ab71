"""over which mail of a folder the server hung up, how often, and which mails were left out"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mailbox_folder", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stuck_uid", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("stuck_alone", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("stuck_times", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("left_out", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("mailbox_folder", schema=None) as batch_op:
        batch_op.drop_column("left_out")
        batch_op.drop_column("stuck_times")
        batch_op.drop_column("stuck_alone")
        batch_op.drop_column("stuck_uid")
