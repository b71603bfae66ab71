"""how each person left their App Home"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "home_look",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("slack_user_id", AutoString(), nullable=False),
        sa.Column("show", AutoString(), nullable=False),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("mine_page", sa.Integer(), nullable=False),
        sa.Column("next_page", sa.Integer(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=True),
        sa.Column("drawn", AutoString(), nullable=False),
        sa.Column("drawn_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "slack_user_id"),
    )
    with op.batch_alter_table("home_look", schema=None) as batch_op:
        batch_op.create_index("ix_home_look_opened", ["workspace", "opened_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("home_look", schema=None) as batch_op:
        batch_op.drop_index("ix_home_look_opened")
    op.drop_table("home_look")
