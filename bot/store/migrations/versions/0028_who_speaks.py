"""conversations by who began them on which channel, for what has gone quiet"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_conversation_begun", "conversation", ["workspace", "started_by", "channel", "created_at"]
    )


def downgrade() -> None:
    op.drop_index("ix_conversation_begun", "conversation")
