"""The migrations make exactly the tables that the code describes, and keep what is in them."""

from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from app.db.migrate import alembic_config
from app.db.session import psycopg_url
from app.domain.enums import ExportFormat
from app.domain.plans import Plan
from app.domain.project_settings import ProjectSettings
from tests.stack import Stack

ROWS = Path(__file__).parent / "rows_of_0001.sql"
ID = uuid4()


def test_nothing_is_left_to_migrate(stack: Stack) -> None:
    command.check(alembic_config(stack.database_url))


@pytest.mark.parametrize(
    ("strategy", "plan", "later"),
    [("least_confidence", "pt4al", "least_confidence"), ("random", None, "random")],
)
def test_strategies_of_0001_become_plans(stack: Stack, strategy: str, plan: str | None, later: str) -> None:
    name = f"before_{uuid4().hex}"
    admin = create_engine(psycopg_url(stack.database_url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    try:
        command.upgrade(alembic_config(url), "0001")
        engine = create_engine(url)
        with engine.begin() as connection:
            for statement in ROWS.read_text().split(";"):
                connection.execute(text(statement), {"id": ID, "strategy": strategy})
        command.upgrade(alembic_config(url), "head")
        with engine.connect() as connection:
            found = connection.execute(text("SELECT settings, plan FROM projects, cycles")).one()
        engine.dispose()
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()
    settings, cycle = ProjectSettings.model_validate(found[0]), Plan.model_validate(found[1])
    assert settings.budget == 7
    assert settings.plan == plan or (plan is None and settings.resolved_plan().later == later)
    assert (cycle.later, cycle.scope, cycle.order) == (later, "pool_batch", "descending")


def test_0003_can_be_undone_and_keeps_exports_of_labels(stack: Stack) -> None:
    name = f"undone_{uuid4().hex}"
    admin = create_engine(psycopg_url(stack.database_url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    engine = create_engine(url)
    try:
        command.upgrade(alembic_config(url), "0001")
        with engine.begin() as connection:
            for statement in ROWS.read_text().split(";"):
                connection.execute(text(statement), {"id": ID, "strategy": "random"})
            connection.execute(text(EXPORT.format(format="CSV")), {"id": ID, "export": ID})
        command.upgrade(alembic_config(url), "0003")
        with engine.begin() as connection:
            connection.execute(text(MODEL), {"id": ID})
            connection.execute(text(EXPORT.format(format="ONNX")), {"id": ID, "export": uuid4()})
            connection.execute(text("UPDATE exports SET model_id = :id WHERE format = 'ONNX'"), {"id": ID})
        command.downgrade(alembic_config(url), "0002")
        with engine.connect() as connection:
            assert connection.execute(text("SELECT id, format::text FROM exports")).all() == [(ID, "CSV")]
            assert connection.execute(text("SELECT count(*) FROM models")).scalar() == 1
        command.upgrade(alembic_config(url), "head")
        with engine.connect() as connection:
            values = connection.execute(text("SELECT unnest(enum_range(NULL::exportformat))::text")).scalars()
            assert set(values) == {value.name for value in ExportFormat}
    finally:
        engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


EXPORT = """INSERT INTO exports (id, project_id, job_id, format, images)
            SELECT :export, p.id, j.id, '{format}', false FROM projects p, jobs j LIMIT 1"""
MODEL = """INSERT INTO models (id, project_id, cycle_id, backbone, label_count, classes, metrics, history,
                               weights_sha256)
           SELECT :id, p.id, c.id, 'small_cnn', 1, '[]', '{}', '{}', 'x' FROM projects p, cycles c LIMIT 1"""
