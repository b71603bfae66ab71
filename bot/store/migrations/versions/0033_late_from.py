"""from when on a late promise gets later"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sla_clock", schema=None) as batch_op:
        batch_op.add_column(sa.Column("late_from", UTCDateTime(), nullable=True))
    # What is late was counted from its deadline on, and is so until it is judged next.
    op.execute(
        "UPDATE sla_clock SET late_from = due_at, late_seconds = 0 "
        "WHERE stopped_at IS NULL AND due_at IS NOT NULL AND state = 'breached'"
    )


def downgrade() -> None:
    with op.batch_alter_table("sla_clock", schema=None) as batch_op:
        batch_op.drop_column("late_from")
