"""who was told"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crossing",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("conversation_id", AutoString(), nullable=False),
        sa.Column("clock", AutoString(), nullable=False),
        sa.Column("episode", AutoString(), nullable=False),
        sa.Column("deadline", AutoString(), nullable=False),
        sa.Column("threshold", AutoString(), nullable=False),
        sa.Column("crossed_at", UTCDateTime(), nullable=False),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.Column("outcome", AutoString(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "conversation_id", "clock", "episode", "deadline", "threshold"),
    )
    op.create_index("ix_crossing_at", "crossing", ["workspace", "crossed_at"])
    with op.batch_alter_table("sla_clock", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ending", AutoString(), nullable=True))
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", AutoString(), nullable=True))
        batch_op.add_column(sa.Column("route", AutoString(), nullable=True))
        batch_op.add_column(sa.Column("burst", AutoString(), nullable=True))
        batch_op.drop_index("ix_alert_refresh_at")
        batch_op.create_index("ix_alert_refresh", ["workspace", "refresh_at"])
        batch_op.create_index("ix_alert_burst", ["workspace", "burst"])
        batch_op.create_index("ix_alert_rang", ["workspace", "channel", "rang_at"])


def downgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index("ix_alert_rang")
        batch_op.drop_index("ix_alert_burst")
        batch_op.drop_index("ix_alert_refresh")
        batch_op.create_index("ix_alert_refresh_at", ["refresh_at"])
        batch_op.drop_column("burst")
        batch_op.drop_column("route")
        batch_op.drop_column("channel")
    with op.batch_alter_table("sla_clock", schema=None) as batch_op:
        batch_op.drop_column("ending")
    op.drop_index("ix_crossing_at", "crossing")
    op.drop_table("crossing")
