"""The migrations make exactly the tables that the code describes, and keep what is in them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from app.db.migrate import alembic_config
from app.db.session import psycopg_url
from app.domain.backtest import BacktestConfig
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
    with database_at(stack, "0001", {"strategy": strategy}) as (config, connection):
        command.upgrade(config, "head")
        found = connection.execute(text("SELECT settings, plan FROM projects, cycles")).one()
    settings, cycle = ProjectSettings.model_validate(found[0]), Plan.model_validate(found[1])
    assert settings.budget == 7
    assert settings.plan == plan or (plan is None and settings.resolved_plan().later == later)
    assert (cycle.later, cycle.scope, cycle.order) == (later, "pool_batch", "descending")


def test_epochs_of_a_backtest_become_trainings_and_back(stack: Stack) -> None:
    before = {"plans": ["random"], "budget": 5, "task_epochs": 3, "pretext_epochs": None}
    with database_at(stack, "0001", {"strategy": "random"}) as (config, connection):
        command.upgrade(config, "0002")
        connection.execute(
            text(
                "INSERT INTO backtests (id, project_id, job_id, config, summary) "
                "VALUES (:id, :id, :id, :config, '{}')"
            ),
            {"id": ID, "config": json.dumps(before)},
        )
        command.upgrade(config, "head")
        after = BacktestConfig.model_validate(connection.scalar(text("SELECT config FROM backtests")))
        command.downgrade(config, "0002")
        assert connection.scalar(text("SELECT config FROM backtests")) == before
    assert (after.task_training.epochs, after.pretext_training.epochs, after.budget) == (3, None, 5)


@contextmanager
def database_at(stack: Stack, revision: str, values: dict[str, str]) -> Iterator[tuple[Config, Connection]]:
    """A database of its own as it was at `revision`, with the rows of 0001 in it."""
    name = f"before_{uuid4().hex}"
    admin = create_engine(psycopg_url(stack.database_url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = admin.url.set(database=name)
    config = alembic_config(url.render_as_string(hide_password=False))
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        command.upgrade(config, revision)
        with engine.connect() as connection:
            for statement in ROWS.read_text().split(";"):
                connection.execute(text(statement), {"id": ID, **values})
            yield config, connection
    finally:
        engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()
