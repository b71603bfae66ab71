"""beside intercom"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comparison",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("conversation_id", AutoString(), nullable=False),
        sa.Column("verdict", AutoString(), nullable=False),
        sa.Column("what", AutoString(), nullable=False),
        sa.Column("cause", AutoString(), nullable=True),
        sa.Column("ours", AutoString(), nullable=False),
        sa.Column("theirs", AutoString(), nullable=False),
        sa.Column("compared_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "conversation_id"),
    )
    op.create_index("ix_comparison_verdict", "comparison", ["workspace", "verdict", "conversation_id"])
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("time_to_admin_reply", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("time_to_admin_reply")
    op.drop_index("ix_comparison_verdict", "comparison")
    op.drop_table("comparison")
