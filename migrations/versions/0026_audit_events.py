"""Audit events, in one partition a month; only added to."""

from alembic import op
from sqlalchemy.dialects.postgresql import ENUM

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ACTIONS = (
    "ACCOUNT_CREATED",
    "ACCOUNT_CHANGED",
    "PASSWORD_CHANGED",
    "TOKEN_CREATED",
    "TOKEN_REVOKED",
    "PROJECT_CREATED",
    "PROJECT_RENAMED",
    "SETTINGS_CHANGED",
    "PROJECT_DELETED",
    "PROJECT_RESTORED",
    "PROJECT_REMOVED",
    "MEMBER_ADDED",
    "MEMBER_CHANGED",
    "MEMBER_REMOVED",
    "INVITATION_CREATED",
    "INVITATION_REVOKED",
    "INVITATION_USED",
    "SCHEMA_CHANGED",
    "GUIDELINES_CHANGED",
    "EXAMPLE_ADDED",
    "EXAMPLE_CHANGED",
    "EXAMPLE_REMOVED",
    "LABEL_SET",
    "IMAGE_RETURNED",
    "CONTROL_MARKED",
    "CONTROL_UNMARKED",
    "CONTROLS_DRAWN",
    "EXPORT_STARTED",
    "JOB_CANCELLED",
    "JOB_RETRIED",
)
TABLE = """
CREATE TABLE audit_events (
    id uuid NOT NULL,
    at timestamptz DEFAULT now() NOT NULL,
    user_id uuid,
    project_id uuid,
    subject_id uuid,
    action auditaction NOT NULL,
    details jsonb NOT NULL,
    CONSTRAINT pk_audit_events PRIMARY KEY (id, at)
) PARTITION BY RANGE (at)
"""
PARTITIONS = """
DO $$
DECLARE month timestamp;
BEGIN
    FOR month IN SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + n * interval '1 month'
        FROM generate_series(0, 3) n
    LOOP
        EXECUTE format('CREATE TABLE audit_events_%s PARTITION OF audit_events FOR VALUES FROM (%L) TO (%L)',
            to_char(month, 'YYYY_MM'), month AT TIME ZONE 'UTC',
            (month + interval '1 month') AT TIME ZONE 'UTC');
    END LOOP;
END $$
"""
# No project lets its events go: who deleted it is what they tell.
FUNCTION = """
CREATE FUNCTION keep_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are only added: % is refused.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    ENUM(*ACTIONS, name="auditaction").create(op.get_bind())
    op.execute(TABLE)
    op.create_index("ix_audit_events_project_id_id", "audit_events", ["project_id", "id"])
    op.execute(PARTITIONS)
    op.execute("CREATE TABLE audit_events_rest PARTITION OF audit_events DEFAULT")
    op.execute(FUNCTION)
    op.execute(
        "CREATE TRIGGER keep_events BEFORE UPDATE OR DELETE ON audit_events"
        " FOR EACH ROW EXECUTE FUNCTION keep_events()"
    )
    op.execute(
        "CREATE TRIGGER keep_all_events BEFORE TRUNCATE ON audit_events"
        " FOR EACH STATEMENT EXECUTE FUNCTION keep_events()"
    )


def downgrade() -> None:
    op.execute("DROP TABLE audit_events")
    op.execute("DROP FUNCTION keep_events()")
    op.execute("DROP TYPE auditaction")
