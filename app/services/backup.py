"""Backups: the database as one moment saw it, and every file that it names; and the way back.

A backup is a folder: `database.dump`, `blobs/` laid out as a store is, and `backup.json`, written last.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, func, select, text
from sqlalchemy.orm import Session

from app import __version__
from app.db import dump, removal
from app.db.migrate import alembic_config, migrate
from app.db.session import psycopg_url
from app.storage.blobs import BlobStore
from app.storage.copying import copy_blobs

_DUMP, _NEW_DUMP, _BLOBS, _TOLD = "database.dump", "database.dump.new", "blobs", "backup.json"
_TABLES = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")


class BackupError(Exception):
    """The backup cannot be used, or there is no room for it."""


@dataclass(frozen=True)
class Told:
    """What a backup says of itself."""

    version: str
    revision: str
    taken_at: str
    dump_sha256: str
    files: int
    missing: int  # files that rows name, but the store did not have


@dataclass(frozen=True)
class Done:
    """What was written now: files of the store, and their bytes; and what the backup says of itself."""

    files: int
    bytes: int
    told: Told


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(psycopg_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def take(url: str, store: BlobStore, folder: Path) -> Done:
    """Back a running service up into a folder; what an earlier backup left there is not copied again.

    Raises ProgramFailed, BlobDamaged, OSError; the earlier backup's database then stays as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = BlobStore(str(folder / _BLOBS))
    with _connected(url) as connection:
        # First, and in a transaction of its own: what the snapshot names must not go before it is copied.
        with Session(connection) as session:
            removal.let_nobody_remove(session)
            session.commit()
        taken_at = datetime.now(UTC)
        steady = connection.execution_options(isolation_level="REPEATABLE READ")
        with Session(steady) as session:
            snapshot = session.scalar(select(func.pg_export_snapshot()))
            dump.dump(url, str(snapshot), folder / _NEW_DUMP)
            named, elsewhere = removal.every_file(session), removal.left_elsewhere(session)
            revision = session.scalar(text("SELECT version_num FROM alembic_version"))
        copied = copy_blobs(store, target, named)
    missing = copied.missing - elsewhere
    told = Told(
        version=__version__,
        revision=str(revision),
        taken_at=taken_at.isoformat(),
        dump_sha256=_hash_of(folder / _NEW_DUMP),
        files=len(named) - len(copied.missing),
        missing=len(missing),
    )
    (folder / _NEW_DUMP).replace(folder / _DUMP)
    (folder / _TOLD).write_text(json.dumps(asdict(told), indent=2) + "\n")
    for one in list(target.listed()):
        if one.sha not in named:
            target.delete_renditions(one.sha)
            target.delete(one.sha)
    return Done(copied.files, copied.bytes, told)


def put_back(url: str, store: BlobStore, folder: Path) -> Done:
    """Fill an empty database and an empty store from a backup; every file is checked by its hash.

    Files come first, so that a database is there only when all is; a try that failed can be made again.
    Raises BackupError, ProgramFailed, BlobDamaged, OSError.
    """
    told = read(folder)
    source = BlobStore(str(folder / _BLOBS))
    with _connected(url) as connection:
        if connection.scalar(_TABLES):
            raise BackupError("The database is not empty. Restore into a new one.")
    kept = {one.sha for one in source.listed() if one.rendition is None}
    if any(one.sha not in kept for one in store.listed() if one.rendition is None):
        raise BackupError("The store of files holds others than the backup's. Restore into an empty one.")
    copied = copy_blobs(source, store, None)
    dump.load(url, folder / _DUMP)
    with _connected(url) as connection, Session(connection) as session:
        missing = len(removal.every_file(session) - removal.left_elsewhere(session) - kept)
    if missing > told.missing:
        raise BackupError(f"{missing - told.missing} files that the database names are not in the backup.")
    migrate(url)
    return Done(copied.files, copied.bytes, told)


def read(folder: Path) -> Told:
    """Return what a backup says of itself, if its database is whole; raises BackupError."""
    try:
        told = Told(**json.loads((folder / _TOLD).read_text()))
    except (FileNotFoundError, NotADirectoryError):
        raise BackupError(f"There is no backup in {folder}, or it was not finished.") from None
    except (TypeError, ValueError) as error:
        raise BackupError(f"{folder / _TOLD} cannot be read: {error}") from error
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config("")).walk_revisions()}
    if told.revision not in known:
        raise BackupError(f"The backup is of version {told.version}, newer than this one, {__version__}.")
    if not (folder / _DUMP).is_file() or _hash_of(folder / _DUMP) != told.dump_sha256:
        raise BackupError(f"{folder / _DUMP} is missing or damaged.")
    return told


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
