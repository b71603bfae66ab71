"""merged conversations"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("part", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_with", AutoString(), nullable=True))
        batch_op.add_column(sa.Column("waiting_since", UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("part", schema=None) as batch_op:
        batch_op.drop_column("waiting_since")
        batch_op.drop_column("merged_with")
