"""Databases, people and large pools for benches; rows without bytes, since what is measured reads none."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.db.models import User

_IMAGES = """
    INSERT INTO images (id, created_at, project_id, sha256, filename, width, height, format, bytes, split,
        unsettled)
    SELECT uuidv7(), now(), :project, lpad(to_hex(n), 64, '0'), 'folder/' || n || '.png', 32, 32, 'PNG', 1000,
        'POOL', false
    FROM generate_series(1, :count) n
"""


@contextmanager
def database(folder: Path) -> Iterator[None]:
    """Run a database of its own, at this version's tables, for benches that need no service."""
    from app.db.migrate import migrate  # noqa: PLC0415  # like the app, not before the data folder is set
    from app.embedded import embedded_postgres  # noqa: PLC0415

    with embedded_postgres(folder / "postgres") as url:
        os.environ["NEXTBATCH_DATABASE_URL"] = url
        migrate(url)
        yield


def address(number: int) -> str:
    """The email address of a person."""
    return f"p{number}@bench.example"


def person(session: "Session", number: int = 0) -> tuple["User", str]:
    """A new account, and an API token of it; the first is an administrator's."""
    from app.schemas.accounts import TokenCreate, UserCreate  # noqa: PLC0415
    from app.services import accounts  # noqa: PLC0415

    fields = {"email": address(number), "name": f"P{number}", "password": "x" * 10}
    user = accounts.create_user(session, UserCreate(**fields, is_admin=number == 0))
    return user, accounts.create_token(session, user, TokenCreate(name="bench"))[1]


def execute(*statements: str, **values: object) -> None:
    """Run statements in one transaction."""
    from sqlalchemy import text  # noqa: PLC0415  # like the app, not before the data folder is set

    from app.db.session import unit_of_work  # noqa: PLC0415

    with unit_of_work() as work:
        for statement in statements:
            work.session.execute(text(statement), values)


def vacuum() -> None:
    """Do what autovacuum has done long before a pool is that large."""
    from sqlalchemy import text  # noqa: PLC0415

    from app.db.session import get_engine  # noqa: PLC0415

    with get_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def fill(project: UUID, count: int) -> None:
    """Give a project so many images of the pool."""
    execute(_IMAGES, project=project, count=count)
