"""what Intercom does not know: conversations, seats; and how new what it told of a person is"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("details_absent", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("updated_at", UTCDateTime(), nullable=True))
    with op.batch_alter_table("admin", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gone_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("admin", schema=None) as batch_op:
        batch_op.drop_column("gone_at")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_column("updated_at")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("details_absent")
