"""saved replies of the team's own"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_reply",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("title", AutoString(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("saved_by", AutoString(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("used_by", AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "id"),
    )


def downgrade() -> None:
    op.drop_table("saved_reply")
