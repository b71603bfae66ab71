"""the audit log stays: triggers that refuse changes and deletions"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_POSTGRES = (
    """
    CREATE FUNCTION watchbell_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'TRUNCATE' AND EXISTS (SELECT 1 FROM audit_gate) THEN
            RETURN COALESCE(NEW, OLD);
        END IF;
        RAISE EXCEPTION 'the audit log stays as it was written';
    END $$
    """,
    """
    CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION watchbell_audit_stays()
    """,
    """
    CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION watchbell_audit_stays()
    """,
)
_SQLITE = (
    """
    CREATE TRIGGER audit_stays_on_update BEFORE UPDATE ON audit_entry
    WHEN NOT EXISTS (SELECT 1 FROM audit_gate)
    BEGIN SELECT RAISE(ABORT, 'the audit log stays as it was written'); END
    """,
    """
    CREATE TRIGGER audit_stays_on_delete BEFORE DELETE ON audit_entry
    WHEN NOT EXISTS (SELECT 1 FROM audit_gate)
    BEGIN SELECT RAISE(ABORT, 'the audit log stays as it was written'); END
    """,
)


def upgrade() -> None:
    op.create_table(
        "audit_gate",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("workspace"),
    )
    for statement in _POSTGRES if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_is_not_emptied ON audit_entry")
        op.execute("DROP TRIGGER audit_stays ON audit_entry")
        op.execute("DROP FUNCTION watchbell_audit_stays()")
    else:
        op.execute("DROP TRIGGER audit_stays_on_update")
        op.execute("DROP TRIGGER audit_stays_on_delete")
    op.drop_table("audit_gate")
