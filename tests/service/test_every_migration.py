"""From every revision the newest is reached with all that was there; a failing step changes nothing."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.db.migrate import alembic_config
from tests.service.test_migrations import empty, fill_0006, migrate

__all__ = ["empty"]
SCRIPTS = list(reversed(list(ScriptDirectory.from_config(alembic_config("")).walk_revisions())))
OLDEST = "0006"  # the first with an answer in it
STEPS = [(str(one.down_revision), one.revision) for one in SCRIPTS if one.revision > OLDEST]
FAIL = """
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'power cut'; END $$;
CREATE TRIGGER fail BEFORE UPDATE ON alembic_version FOR EACH ROW WHEN (NEW.version_num = '{}')
    EXECUTE FUNCTION fail()
"""
TABLES = text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1")
COLUMNS = text(
    "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
    " WHERE table_schema = 'public' ORDER BY 1, 2"
)


def all_rows(engine: Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        tables = connection.scalars(TABLES).all()
        return {
            table: list(connection.scalars(text(f'SELECT t::text FROM "{table}" t ORDER BY 1')))
            for table in tables
        }


def ids(engine: Engine) -> dict[str, set[str]]:
    """The ids in every table that has some."""
    with engine.connect() as connection:
        tables = [row[0] for row in connection.execute(COLUMNS) if row[1] == "id"]
        found = {t: set(connection.scalars(text(f'SELECT id::text FROM "{t}"'))) for t in tables}
    return {table: some for table, some in found.items() if some}


def columns(engine: Engine) -> list[tuple[str, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(COLUMNS)]


@pytest.mark.parametrize(("before", "failing"), STEPS, ids=str)
def test_a_step_that_fails_at_its_end_changes_nothing_and_can_be_made_again(
    empty: Engine, before: str, failing: str
) -> None:
    fill_0006(empty)
    migrate(empty, before)
    with empty.begin() as connection:
        connection.execute(text(FAIL.format(failing)))
    rows, shape, known = all_rows(empty), columns(empty), ids(empty)

    with pytest.raises(DBAPIError, match="power cut"):
        migrate(empty, "head")
    assert all_rows(empty) == rows
    assert columns(empty) == shape

    with empty.begin() as connection:
        connection.execute(text("DROP TRIGGER fail ON alembic_version"))
    migrate(empty, "head")
    after = ids(empty)
    assert {table: some - after.get(table, set()) for table, some in known.items()} == {
        table: set() for table in known
    }
    assert {"projects", "images", "annotations", "assignments", "jobs", "cycles"} <= known.keys()


def test_a_step_late_on_the_way_fails_the_whole_way(empty: Engine) -> None:
    fill_0006(empty)
    last = SCRIPTS[-1].revision
    with empty.begin() as connection:
        connection.execute(text(FAIL.format(last)))
    rows = all_rows(empty)
    with pytest.raises(DBAPIError, match="power cut"):
        migrate(empty, "head")
    assert all_rows(empty) == rows
