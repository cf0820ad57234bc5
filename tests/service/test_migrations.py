"""The migrations make exactly the tables that the code describes, and keep what is in them."""

from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def fresh_database(stack: Stack) -> Iterator[str]:
    """The URL of an empty database, which is dropped afterwards."""
    name = f"before_{uuid4().hex}"
    admin = create_engine(psycopg_url(stack.database_url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield admin.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def test_nothing_is_left_to_migrate(stack: Stack) -> None:
    command.check(alembic_config(stack.database_url))


def test_0003_can_be_taken_back(stack: Stack) -> None:
    with fresh_database(stack) as url:
        config = alembic_config(url)
        command.upgrade(config, "0001")
        engine = create_engine(url)
        with engine.begin() as connection:
            for statement in ROWS.read_text().split(";"):
                connection.execute(text(statement), {"id": ID, "strategy": "random"})
        command.upgrade(config, "0003")
        with engine.begin() as connection:
            reviewed = text(
                "INSERT INTO users (id, created_at, email, name, password_hash, is_admin, active)"
                " VALUES (:id, now(), 'a@b.example', 'A', '', false, true);"
                "INSERT INTO images (id, project_id, sha256, filename, width, height, format, bytes, split)"
                " VALUES (:id, :id, '', 'a', 1, 1, 'PNG', 1, 'POOL');"
                "INSERT INTO classes (id, project_id, name, color, guideline, position)"
                " VALUES (:id, :id, 'cat', '', '', 0);"
                "INSERT INTO labels (image_id, project_id, class_id, source) VALUES (:id, :id, :id, 'REVIEW')"
            )
            for statement in str(reviewed).split(";"):
                connection.execute(text(statement), {"id": ID})
        command.downgrade(config, "0002")
        with engine.connect() as connection:
            source = connection.execute(text("SELECT source::text FROM labels")).scalar_one()
            kinds = connection.execute(text("SELECT enum_range(NULL::jobkind)::text")).scalar_one()
        command.upgrade(config, "head")
        command.check(config)
        engine.dispose()
    assert source == "ANNOTATION"
    assert "LABEL_CHECK" not in kinds


@pytest.mark.parametrize(
    ("strategy", "plan", "later"),
    [("least_confidence", "pt4al", "least_confidence"), ("random", None, "random")],
)
def test_strategies_of_0001_become_plans(stack: Stack, strategy: str, plan: str | None, later: str) -> None:
    with fresh_database(stack) as url:
        command.upgrade(alembic_config(url), "0001")
        engine = create_engine(url)
        with engine.begin() as connection:
            for statement in ROWS.read_text().split(";"):
                connection.execute(text(statement), {"id": ID, "strategy": strategy})
        command.upgrade(alembic_config(url), "head")
        with engine.connect() as connection:
            found = connection.execute(text("SELECT settings, plan FROM projects, cycles")).one()
        engine.dispose()
    settings, cycle = ProjectSettings.model_validate(found[0]), Plan.model_validate(found[1])
    assert settings.budget == 7
    assert settings.plan == plan or (plan is None and settings.resolved_plan().later == later)
    assert (cycle.later, cycle.scope, cycle.order) == (later, "pool_batch", "descending")
