"""The migrations make exactly the tables that the code describes, and keep what is in them."""

from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from app.db.migrate import alembic_config
from app.db.session import psycopg_url
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
