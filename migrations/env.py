"""Alembic's entry: runs the migrations over the connection it is given."""

from collections.abc import Mapping

from alembic import context
from sqlalchemy import NullPool, create_engine

from app.config import get_settings
from app.db import models
from app.db.partitions import is_partition
from app.db.session import psycopg_url

url = context.config.get_main_option("sqlalchemy.url") or get_settings().database_url
if not url:
    raise SystemExit("Set NEXTBATCH_DATABASE_URL to the database that should be migrated.")


def is_described(name: str | None, kind: str, _parents: Mapping[str, str | None]) -> bool:
    """Tell whether the code describes a table by itself: partitions come and go with their months."""
    return kind != "table" or name is None or not is_partition(name)


with create_engine(psycopg_url(url), poolclass=NullPool).connect() as connection:
    # Two starting services must not migrate at once.
    connection.exec_driver_sql("SELECT pg_advisory_lock(7276)")
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=models.User.metadata,
        compare_type=True,
        include_name=is_described,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.exec_driver_sql("SELECT pg_advisory_unlock(7276)")
    connection.commit()
