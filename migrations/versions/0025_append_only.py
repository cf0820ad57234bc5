"""The history of answers and reviews is only added to, whoever asks."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# A row goes with its project only. Columns that a trigger names may be filled in once; all else stays as it is.
FUNCTION = """
CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE once text[] := coalesce(TG_ARGV, '{}');
BEGIN
    IF TG_OP = 'DELETE' AND OLD.project_id::text = current_setting('nextbatch.removing_project', true) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - once = to_jsonb(OLD) - once
        AND to_jsonb(NEW) @> jsonb_strip_nulls(to_jsonb(OLD))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Rows of % are only added: % is refused.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$
"""
ONCE = {"annotations": "'retracted_at'", "reviews": "", "returns": ""}


def upgrade() -> None:
    op.execute(FUNCTION)
    for table, once in ONCE.items():
        op.execute(
            f"CREATE TRIGGER keep_history BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION keep_history({once})"
        )
        op.execute(
            f"CREATE TRIGGER keep_all_history BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION keep_history()"
        )


def downgrade() -> None:
    for table in ONCE:
        op.execute(f"DROP TRIGGER keep_all_history ON {table}")
        op.execute(f"DROP TRIGGER keep_history ON {table}")
    op.execute("DROP FUNCTION keep_history()")
