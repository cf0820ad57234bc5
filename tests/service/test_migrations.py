"""The migrations make exactly the tables that the code describes, and keep what is in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text

from app.db.migrate import alembic_config
from app.db.session import psycopg_url
from app.domain.plans import Plan
from app.domain.project_settings import ProjectSettings
from tests.stack import Stack

ROWS = Path(__file__).parent / "rows_of_0001.sql"
ANSWER = Path(__file__).parent / "answer_of_0002.sql"
ID = uuid4()


@contextmanager
def database_at(stack: Stack, revision: str) -> Iterator[Engine]:
    """An empty database of its own, migrated up to a revision."""
    name = f"before_{uuid4().hex}"
    admin = create_engine(psycopg_url(stack.database_url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = create_engine(admin.url.set(database=name))
    try:
        command.upgrade(alembic_config(url_of(engine)), revision)
        yield engine
    finally:
        engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def fill(engine: Engine, rows: Path, **values: object) -> None:
    with engine.begin() as connection:
        for statement in rows.read_text().split(";"):
            connection.execute(text(statement), {"id": ID, **values})


def test_answers_of_0002_are_neither_flagged_nor_taken_back(stack: Stack) -> None:
    with database_at(stack, "0001") as engine:
        fill(engine, ROWS, strategy="random")
        command.upgrade(alembic_config(url_of(engine)), "0002")
        fill(engine, ANSWER)
        command.upgrade(alembic_config(url_of(engine)), "0003")
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT preferences, note, flagged, retracted_at FROM users, annotations")
            ).one()
        command.downgrade(alembic_config(url_of(engine)), "0002")
        with engine.connect() as connection:
            kept = connection.execute(text("SELECT revision, elapsed_ms FROM annotations")).one()
    assert tuple(found) == ({}, None, False, None)
    assert tuple(kept) == (1, 900)


def test_nothing_is_left_to_migrate(stack: Stack) -> None:
    command.check(alembic_config(stack.database_url))


@pytest.mark.parametrize(
    ("strategy", "plan", "later"),
    [("least_confidence", "pt4al", "least_confidence"), ("random", None, "random")],
)
def test_strategies_of_0001_become_plans(stack: Stack, strategy: str, plan: str | None, later: str) -> None:
    with database_at(stack, "0001") as engine:
        fill(engine, ROWS, strategy=strategy)
        command.upgrade(alembic_config(url_of(engine)), "head")
        with engine.connect() as connection:
            found = connection.execute(text("SELECT settings, plan FROM projects, cycles")).one()
    settings, cycle = ProjectSettings.model_validate(found[0]), Plan.model_validate(found[1])
    assert settings.budget == 7
    assert settings.plan == plan or (plan is None and settings.resolved_plan().later == later)
    assert (cycle.later, cycle.scope, cycle.order) == (later, "pool_batch", "descending")
