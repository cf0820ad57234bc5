"""What a process says: one line an event, from structlog and logging alike, with the ids it belongs to."""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from app.config import get_settings

Ids = dict[str, Any]
# What this request or job is. One object, which threads that work for the request share.
ids: ContextVar[Ids | None] = ContextVar("ids", default=None)
_of_process: Ids = {}  # what a whole process works for, whatever thread of it speaks

# Libraries speak of what goes wrong; httpx, for one, would otherwise tell every address with its query.
_TALKING = ("app", "workers", "uvicorn", "celery")
_JOIN_LINK = re.compile(r"^(/join/)[^/]+")


def note(**more: Any) -> None:
    """Add ids to what is said from here on for the same request."""
    known = ids.get()
    if known is not None:
        known.update(more)


def note_for_process(**more: Any) -> None:
    """Add ids to all that this process says."""
    _of_process.update(more)


def known_ids() -> Ids:
    """Return the ids that are known here."""
    return _of_process | (ids.get() or {})


def set_up_logs(level: int = logging.INFO) -> None:
    """Let all that this process says go to stderr, in the form that the settings ask for."""
    pass_to_logging()
    handler = printing_handler()
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.WARNING
    for name in _TALKING:
        logging.getLogger(name).setLevel(level)
    for name in ("uvicorn", "uvicorn.access", "celery"):
        theirs = logging.getLogger(name)
        if theirs.handlers:  # without, as uvicorn.access by `--no-access-log`, it is to be silent
            theirs.handlers, theirs.propagate = [], True
    logging.getLogger("uvicorn.access").addFilter(_cut_secrets)
    logging.captureWarnings(capture=True)


def pass_to_logging() -> None:
    """Let structlog's events go the way of logging's records."""
    structlog.configure(
        processors=[ProcessorFormatter.wrap_for_formatter], logger_factory=structlog.stdlib.LoggerFactory()
    )


def printing_handler() -> "logging.StreamHandler[Any]":
    """Return what prints to stderr: JSON for machines, plain lines for people at a terminal."""
    wanted = get_settings().log_format
    as_json = wanted == "json" or (wanted == "auto" and not sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(_place, _json if as_json else _plain))
    return handler


def formatter(*last: Processor) -> ProcessorFormatter:
    """Return a formatter of both kinds of records, tracebacks as text; the last processor makes the line."""
    return ProcessorFormatter(processors=[_with_traceback, ProcessorFormatter.remove_processors_meta, *last])


def as_line(_logger: object, _method: str, event: EventDict) -> str:
    """Say what happened, then its values, then a traceback."""
    event.pop("_place", None)
    what, traceback = event.pop("event"), event.pop("exception", None)
    line = " ".join([str(what), *(f"{name}={value}" for name, value in event.items())])
    return f"{line}\n{traceback}" if traceback else line


def _with_traceback(logger: Any, method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    event["_place"] = (datetime.fromtimestamp(record.created, UTC), record.levelname.lower(), record.name)
    return structlog.processors.format_exc_info(logger, method, event)


def _place(_logger: object, _method: str, event: EventDict) -> EventDict:
    at, level, name = event.pop("_place")
    first = {"time": at.isoformat(timespec="milliseconds"), "level": level, "logger": name}
    return {**first, "event": event.pop("event"), **known_ids(), **event}


def _json(_logger: object, _method: str, event: EventDict) -> str:
    return json.dumps(event, default=str, ensure_ascii=False)


def _plain(logger: object, method: str, event: EventDict) -> str:
    time, level, name = (event.pop(key) for key in ("time", "level", "logger"))
    return f"{time} {level:<7} {name}: {as_line(logger, method, event)}"


def _cut_secrets(record: logging.LogRecord) -> bool:
    """Cut queries, and the secrets of invitations' links, out of uvicorn's lines about requests."""
    if isinstance(record.args, tuple) and len(record.args) == 5:
        client, method, path, *others = record.args
        record.args = (client, method, _JOIN_LINK.sub(r"\1...", str(path).partition("?")[0]), *others)
    return True
