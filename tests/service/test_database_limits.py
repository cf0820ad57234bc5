"""How the service uses its connections: what may take how long, and what a pooler between allows."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from sqlalchemy import create_engine, text
from sqlalchemy.exc import InternalError, OperationalError

from app.api.errors import add_error_handlers
from app.config import get_settings
from app.db.session import connect_args, new_unit_of_work, psycopg_url
from tests.stack import Stack


@pytest.fixture
def url(stack: Stack) -> Iterator[str]:
    """The tests' database, with settings that are read anew, then and afterwards."""
    found = get_settings().database_url
    assert found
    get_settings.cache_clear()
    yield found
    get_settings.cache_clear()


def shown(url: str, *, limit_statements: bool) -> list[str]:
    with psycopg.connect(url, **connect_args(limit_statements=limit_statements)) as connection:
        query = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
        return list(connection.execute(query).fetchall()[0])


def test_statements_of_requests_and_waits_for_locks_end_at_their_limits(url: str) -> None:
    assert shown(url, limit_statements=True) == ["1min", "30s"]
    assert shown(url, limit_statements=False) == ["0", "30s"]


def test_with_a_pooler_nothing_is_left_on_its_connections(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTBATCH_DATABASE_POOLER", "true")
    get_settings.cache_clear()
    with psycopg.connect(url, **connect_args(limit_statements=True)) as connection:
        for number in range(10):
            connection.execute("SELECT %s::int", [number])
        assert connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)
    assert shown(url, limit_statements=True) == ["0", "0"]


def test_what_only_reads_is_kept_from_writing(stack: Stack) -> None:
    work = new_unit_of_work(reading=True)
    with work.session, pytest.raises(InternalError, match="read-only transaction"):
        work.session.execute(text("UPDATE users SET name = name"))


def test_what_only_reads_may_begin_to_write(stack: Stack) -> None:
    work = new_unit_of_work(reading=True)
    with work.session:
        assert work.session.scalar(text("SELECT current_setting('transaction_read_only')")) == "on"
        work.begin()
        work.session.execute(text("SET LOCAL statement_timeout = 1234"))
        assert work.session.scalar(text("SELECT current_setting('statement_timeout')")) == "1234ms"
        assert work.session.scalar(text("SELECT current_setting('transaction_read_only')")) == "off"


def test_a_statement_that_took_too_long_is_told_as_such(url: str) -> None:
    engine = create_engine(psycopg_url(url), connect_args={"options": "-c statement_timeout=10"})
    with engine.connect() as connection, pytest.raises(OperationalError) as slow:
        connection.execute(text("SELECT pg_sleep(5)"))
    engine.dispose()
    api = FastAPI()
    add_error_handlers(api)
    handler: Any = api.exception_handlers[OperationalError]
    answer: JSONResponse = handler(None, slow.value)
    assert answer.status_code == 503
    assert json.loads(bytes(answer.body))["error"]["code"] == "database_busy"
