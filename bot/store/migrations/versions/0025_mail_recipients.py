"""to whom outside the team a mail of the team's went"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outside_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recipients", sa.Text(), nullable=True))
    # The mailbox knows to whom the mails of before went: it is read once more, as after being numbered anew.
    op.execute("UPDATE mailbox_folder SET uidvalidity = 0, last_uid = 0")


def downgrade() -> None:
    with op.batch_alter_table("outside_message", schema=None) as batch_op:
        batch_op.drop_column("recipients")
