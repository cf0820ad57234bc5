"""Statements of SQL as spans: their text without values, how long they took, and the class of an error."""

import time
from typing import Any

from asyncpg.connection import LoggedQuery
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from app.traces.spans import fail, tracer


def watch(engine: Engine) -> None:
    """Let each statement of an engine be a span of the trace that it belongs to, if it belongs to one."""
    event.listen(engine, "before_cursor_execute", _begins)
    event.listen(engine, "after_cursor_execute", _ends)
    event.listen(engine, "handle_error", _fails)


def ended_in_loop(logged: LoggedQuery) -> None:
    """Take a statement of asyncpg's. It is called in the context of whoever awaited the statement."""
    ended = time.time_ns()
    _write(logged.query, ended - round(logged.elapsed * 1e9), ended, logged.exception)


def _begins(
    _connection: object, _cursor: object, _sql: str, _values: object, execution: Any, _: bool
) -> None:
    execution.nextbatch_begun = time.time_ns()


def _ends(_connection: object, _cursor: object, sql: str, _values: object, execution: Any, _: bool) -> None:
    _write(sql, execution.nextbatch_begun, time.time_ns())


def _fails(failure: ExceptionContext) -> None:
    begun = getattr(failure.execution_context, "nextbatch_begun", None)
    if begun is not None and failure.statement is not None:
        _write(failure.statement, begun, time.time_ns(), failure.original_exception)


def _write(sql: str, begun: int, ended: int, error: BaseException | None = None) -> None:
    """Write a span below the current one, which may have ended a moment ago. Times are nanoseconds."""
    if not trace.get_current_span().get_span_context().trace_flags.sampled:
        return
    verb = sql.split(maxsplit=1)[0].rstrip(";").upper()
    said = {"db.system.name": "postgresql", "db.operation.name": verb, "db.query.text": sql}
    written = tracer.start_span(verb, kind=SpanKind.CLIENT, attributes=said, start_time=begun)
    if error is not None:
        fail(written, error)
    written.end(ended)
