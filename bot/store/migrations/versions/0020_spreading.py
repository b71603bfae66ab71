"""one new problem that several accounts tell; conversations by their beginning"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spread",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("channel", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("announced_at", UTCDateTime(), nullable=False),
        sa.Column("grown_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", AutoString(), nullable=True),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("look_at", UTCDateTime(), nullable=True),
        sa.Column("seen", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("changed", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "number"),
    )
    op.create_index("ix_spread_state", "spread", ["workspace", "state"])
    op.create_index("ix_spread_look_at", "spread", ["workspace", "look_at"])
    op.create_table(
        "spread_member",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("conversation_id", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", AutoString(), nullable=True),
        sa.Column("joined_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "conversation_id"),
    )
    op.create_index("ix_spread_member_spread", "spread_member", ["workspace", "number"])
    op.create_index("ix_spread_member_account", "spread_member", ["workspace", "account_id"])
    op.create_index("ix_conversation_created", "conversation", ["workspace", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_conversation_created", table_name="conversation")
    op.drop_table("spread_member")
    op.drop_table("spread")
