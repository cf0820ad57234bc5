"""The migrations make exactly the tables that the code describes."""

from alembic import command

from app.db.migrate import alembic_config
from tests.stack import Stack


def test_nothing_is_left_to_migrate(stack: Stack) -> None:
    command.check(alembic_config(stack.database_url))
