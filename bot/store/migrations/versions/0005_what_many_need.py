"""what is found fast among very many"""

from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index("ix_conversation_state")
        batch_op.create_index(
            "ix_conversation_state", ["workspace", "state", "claimed_by", "waiting_since"], unique=False
        )
        batch_op.drop_index(batch_op.f("ix_conversation_details_due"))
        batch_op.create_index("ix_conversation_details", ["workspace", "details_due"], unique=False)
    with op.batch_alter_table("sla_clock", schema=None) as batch_op:
        batch_op.create_index("ix_sla_clock_running", ["workspace", "stopped_at", "due_at"], unique=False)
    with op.batch_alter_table("intent", schema=None) as batch_op:
        batch_op.create_index("ix_intent_subject", ["workspace", "subject"], unique=False)
        batch_op.drop_index("ix_intent_due")
        batch_op.create_index("ix_intent_due", ["workspace", "state", "due"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("intent", schema=None) as batch_op:
        batch_op.drop_index("ix_intent_due")
        batch_op.create_index("ix_intent_due", ["state", "due"], unique=False)
        batch_op.drop_index("ix_intent_subject")
    with op.batch_alter_table("sla_clock", schema=None) as batch_op:
        batch_op.drop_index("ix_sla_clock_running")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index("ix_conversation_state")
        batch_op.create_index("ix_conversation_state", ["workspace", "state"], unique=False)
        batch_op.drop_index("ix_conversation_details")
        batch_op.create_index(batch_op.f("ix_conversation_details_due"), ["details_due"], unique=False)
