"""files that reps were handed, with an account's words in them"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exported_file",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("file_id", AutoString(), nullable=False),
        sa.Column("account_id", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "file_id"),
    )
    with op.batch_alter_table("exported_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exported_file_account_id"), ["account_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("exported_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exported_file_account_id"))
    op.drop_table("exported_file")
