"""where the reading of each folder of a mailbox stopped"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailbox_folder",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("folder", AutoString(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", UTCDateTime(), nullable=True),
        sa.Column("fault", AutoString(), nullable=True),
        sa.Column("mend", AutoString(), nullable=True),
        sa.Column("faulty_since", UTCDateTime(), nullable=True),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("nobodys", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Integer(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "folder"),
    )
    op.create_index("ix_outside_thread", "outside_message", ["workspace", "source", "thread"])


def downgrade() -> None:
    op.drop_index("ix_outside_thread", "outside_message")
    op.drop_table("mailbox_folder")
