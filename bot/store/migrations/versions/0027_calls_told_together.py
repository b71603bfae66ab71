"""calls of escalations, and the messages in which they stand"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "called",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("own", AutoString(), nullable=False),
        sa.Column("conversation_id", AutoString(), nullable=False),
        sa.Column("clock", AutoString(), nullable=False),
        sa.Column("episode", AutoString(), nullable=False),
        sa.Column("escalation", AutoString(), nullable=False),
        sa.Column("target", AutoString(), nullable=False),
        sa.Column("channel", AutoString(), nullable=False),
        sa.Column("called_at", UTCDateTime(), nullable=False),
        sa.Column("post", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "own"),
    )
    op.create_index("ix_called_target", "called", ["workspace", "target", "called_at"])
    op.create_index("ix_called_post", "called", ["workspace", "post"])
    op.create_index("ix_called_conversation", "called", ["workspace", "conversation_id"])


def downgrade() -> None:
    for name in ("conversation", "post", "target"):
        op.drop_index(f"ix_called_{name}", "called")
    op.drop_table("called")
