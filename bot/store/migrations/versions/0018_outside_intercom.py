"""what was said outside Intercom, and the Slack channels that are an account's"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outside_message",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("account_id", AutoString(), nullable=True),
        sa.Column("contact_id", AutoString(), nullable=True),
        sa.Column("channel", AutoString(), nullable=False),
        sa.Column("place", AutoString(), nullable=False),
        sa.Column("author_id", AutoString(), nullable=False),
        sa.Column("author_name", AutoString(), nullable=False),
        sa.Column("author_kind", AutoString(), nullable=False),
        sa.Column("address", AutoString(), nullable=True),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("thread", AutoString(), nullable=False),
        sa.Column("in_thread", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("edited_at", UTCDateTime(), nullable=True),
        sa.Column("conversation_id", AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "source", "id"),
    )
    op.create_index("ix_outside_account", "outside_message", ["workspace", "account_id", "at"])
    op.create_index("ix_outside_source", "outside_message", ["workspace", "source", "at"])
    op.create_index("ix_outside_at", "outside_message", ["workspace", "at"])
    op.create_index("ix_outside_author", "outside_message", ["workspace", "author_id", "at"])
    op.create_index("ix_outside_address", "outside_message", ["workspace", "address"])
    op.create_index(op.f("ix_outside_message_contact_id"), "outside_message", ["contact_id"])
    op.create_table(
        "mapped_channel",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("channel_id", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("account_id", AutoString(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("mapped_by", AutoString(), nullable=False),
        sa.Column("mapped_at", UTCDateTime(), nullable=False),
        sa.Column("read_to", AutoString(), nullable=False),
        sa.Column("looked_at", UTCDateTime(), nullable=True),
        sa.Column("problem", AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "channel_id"),
    )
    op.create_index(op.f("ix_mapped_channel_account_id"), "mapped_channel", ["account_id"])


def downgrade() -> None:
    op.drop_table("mapped_channel")
    op.drop_table("outside_message")
