"""what is forgotten"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("erased_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "kind", "id"),
    )
    for table in ("conversation", "intent"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("cleared_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    for table in ("intent", "conversation"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("cleared_at")
    op.drop_table("erased")
