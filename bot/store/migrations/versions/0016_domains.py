"""which domain a person writes from, and whether Intercom named their company"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("domain", AutoString(), nullable=True))
        batch_op.add_column(sa.Column("named", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.create_index("ix_contact_domain", ["workspace", "domain"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_domain")
        batch_op.drop_column("named")
        batch_op.drop_column("domain")
