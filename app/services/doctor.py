"""Looks a deployment over: what is ill, and what to do about it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

import httpx2
from alembic.script import ScriptDirectory
from redis.exceptions import RedisError
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.config import get_settings
from app.db.heartbeats import living_workers
from app.db.migrate import alembic_config
from app.domain.issuers import is_loopback
from app.services.discovery import Unusable, document_of, read
from app.services.readiness import ask_broker, probing_session
from app.storage.blobs import blob_store

_LEAST_FREE = 2**30
_CLOCK_SECONDS = 5.0
_PROVIDER_SECONDS = 10.0


@dataclass(frozen=True)
class Finding:
    """What a check came to: nothing is `wrong`, or `advice` says what to do."""

    check: str
    wrong: str | None = None
    advice: str = ""


class Ill(Exception):
    """A check failed."""

    def __init__(self, wrong: str, advice: str) -> None:
        super().__init__(wrong)
        self.wrong, self.advice = wrong, advice


def examine(url: str | None, *, embedded_broker: bool) -> Iterator[Finding]:
    """Yield what each check comes to; `url` is the address that browsers open, if it is known.

    An embedded broker is known to its own service only, and ends with it: the workers tell of both.
    """
    try:
        with probing_session() as session:
            session.execute(text("SELECT 1"))
            yield Finding("database")
            for name, check in _IN_DATABASE.items():
                yield _finding(name, partial(check, session))
    except (SQLAlchemyError, RuntimeError) as error:
        wrong = f"It cannot be reached: {_first_line(error)}"
        advice = "See that PostgreSQL runs, lets this machine in, and is what NEXTBATCH_DATABASE_URL says."
        yield Finding("database", wrong, advice)
    if not embedded_broker:
        yield _finding("broker", _broker)
    yield _finding("store", _store)
    yield _finding("free space", _space)
    yield _finding("cookies", lambda: _cookies(url))
    yield _finding("import roots", _import_roots)
    if get_settings().oidc_issuer:
        yield _finding("OpenID provider", _provider)


def _finding(name: str, check: Callable[[], None]) -> Finding:
    try:
        check()
    except Ill as ill:
        return Finding(name, ill.wrong, ill.advice)
    return Finding(name)


def _first_line(error: Exception) -> str:
    said = str(getattr(error, "orig", None) or error)
    return next(iter(said.splitlines()), type(error).__name__)


def _migration(session: Session) -> None:
    scripts = ScriptDirectory.from_config(alembic_config(""))
    newest = scripts.get_current_head()
    there = None
    if inspect(session.connection()).has_table("alembic_version"):
        there = session.scalar(text("SELECT version_num FROM alembic_version"))
    if there == newest:
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if there is None or there in known:
        wrong = f"Its tables are those of {there or 'no version'}; this version's are {newest}."
        raise Ill(wrong, "Make a backup, and run `nextbatch migrate`.")
    wrong = f"Its tables are of a newer version: {there}, not {newest}."
    raise Ill(wrong, "Run the version that migrated it, here and on every machine.")


def _clock(session: Session) -> None:
    before = datetime.now(UTC)
    theirs: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    after = datetime.now(UTC)
    apart = max((before - theirs).total_seconds(), (theirs - after).total_seconds())
    if apart > _CLOCK_SECONDS:
        wrong = f"This machine's clock and the database's are {apart:.0f} s apart."
        raise Ill(wrong, "Let NTP (chrony, systemd-timesyncd) set both: ids and leases go by the clock.")


def _workers(session: Session) -> None:
    if not inspect(session.connection()).has_table("worker_heartbeats") or not living_workers(session):
        raise Ill(
            "No worker was heard of in the last 30 seconds: jobs wait.",
            "Start one (`nextbatch up`, or the containers `worker-gpu` and `worker-cpu`), or read its log.",
        )


# What is asked of a database that answers.
_IN_DATABASE: dict[str, Callable[[Session], None]] = {
    "migration": _migration,
    "clock": _clock,
    "workers": _workers,
}


def _broker() -> None:
    try:
        ask_broker()
    except (RedisError, ValueError, OSError) as error:
        raise Ill(
            f"It cannot be reached: {_first_line(error)}",
            "See that Redis or Valkey runs, and is what NEXTBATCH_REDIS_URL says. No work is lost meanwhile.",
        ) from error


def _store() -> None:
    try:
        blob_store().try_writing()
    except (OSError, ImportError) as error:  # of a bucket's library
        raise Ill(
            f"{get_settings().blob_root} takes no files: {error}",
            "Let API and workers (or the bucket's keys) write there, or set NEXTBATCH_BLOB_STORE.",
        ) from error


def _space() -> None:
    free = blob_store().free_bytes()
    if free is not None and free < _LEAST_FREE:
        wrong = f"{free / 2**20:,.0f} MiB are left where images and models lie."
        raise Ill(wrong, "Enlarge the disk, or see with `nextbatch prune` what may go.")


def _cookies(url: str | None) -> None:
    settings = get_settings()
    address = urlsplit(url or f"http://{settings.host}")
    set_it = "Put HTTPS in front, and set NEXTBATCH_SECURE_COOKIES=true."
    if settings.secure_cookies:
        if url and address.scheme == "http":
            wrong = "Session cookies go over HTTPS only, and the address is http://: nobody can sign in."
            raise Ill(wrong, "Put HTTPS in front.")
        return
    if address.scheme == "https":
        raise Ill("Session cookies would go over plain HTTP, too.", "Set NEXTBATCH_SECURE_COOKIES=true.")
    if not is_loopback(address.hostname or settings.host):
        raise Ill(f"Other machines reach {address.hostname or settings.host} over plain HTTP.", set_it)


def _import_roots() -> None:
    for root in get_settings().import_roots:
        if not root.is_dir():
            raise Ill(
                f"There is no folder {root}.", "Make or mount it, or take it out of NEXTBATCH_IMPORT_ROOTS."
            )
        if not os.access(root, os.R_OK | os.X_OK):
            raise Ill(f"{root} cannot be read.", "Let the user of API and workers read it.")


def _provider() -> None:
    issuer = get_settings().oidc_issuer or ""
    address = document_of(issuer)
    try:
        read(httpx2.get(address, timeout=_PROVIDER_SECONDS).raise_for_status().content, issuer)
    except (httpx2.HTTPError, httpx2.InvalidURL, Unusable) as error:
        raise Ill(
            f"{address}: {error}",
            "See that this machine reaches it, and that NEXTBATCH_OIDC_ISSUER is what it calls itself.",
        ) from error
