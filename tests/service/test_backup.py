"""A backup of a running service, restored elsewhere, is the same, row by row and file by file."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, create_engine, delete, text

from app.db import removal
from app.db.models import Image
from app.db.session import psycopg_url, unit_of_work
from app.domain.enums import Split
from app.services import backup
from app.services.backup import BackupError
from app.storage.blobs import BlobStore, blob_store
from app.storage.copying import BlobDamaged
from tests.service.test_history import with_history
from tests.service.test_jobs import wait_until
from tests.service.test_removal import named, removed
from tests.stack import MakeProject, Stack

# Beats go on while nobody does anything.
UNSTEADY = {"worker_heartbeats"}
Rows = dict[str, list[str]]


@pytest.fixture
def new_url(stack: Stack) -> Iterator[str]:
    """The URL of an empty database."""
    name = f"restored_{uuid4().hex}"
    admin = create_engine(psycopg_url(stack.database_url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield admin.url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def rows(engine: Engine) -> Rows:
    """Every row of every table, as text."""
    with engine.connect() as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        ).all()
        return {
            table: list(connection.scalars(text(f'SELECT t::text FROM "{table}" t ORDER BY 1')))
            for table in tables
            if table not in UNSTEADY
        }


def at(url: str) -> Rows:
    engine = create_engine(psycopg_url(url))
    found = rows(engine)
    engine.dispose()
    return found


def files(store: BlobStore) -> dict[tuple[str, str | None], int]:
    return {(one.sha, one.rendition): one.bytes for one in store.listed()}


def test_restored_it_is_the_same_row_by_row_and_file_by_file(
    stack: Stack, make_project: MakeProject, tmp_path: Path, new_url: str
) -> None:
    project = with_history(make_project)
    asked = project.client.call("POST", f"/projects/{project.id}/exports", json={"format": "csv"})
    project.wait(asked)
    before = at(stack.database_url)
    done = backup.take(stack.database_url, blob_store(), tmp_path / "backup")
    after = at(stack.database_url)
    store = BlobStore(str(tmp_path / "store"))
    backup.put_back(new_url, store, tmp_path / "backup")
    restored = at(new_url)
    steady = {table for table in before if before[table] == after[table]}
    assert {"images", "annotations", "labels", "audit_events", "exports", "projects"} <= steady
    assert {table: restored[table] for table in steady} == {table: before[table] for table in steady}
    assert set(restored) == set(before)
    with unit_of_work() as work:
        named = removal.every_file(work.session)
    there = {key: size for key, size in files(blob_store()).items() if key[0] in named}
    assert files(store) == there
    assert len(there) > 16
    assert all(store.read(sha) == blob_store().read(sha) for sha, rendition in there if rendition is None)
    assert done.files == len(there)


def test_triggers_and_numbers_go_on_in_what_was_restored(
    stack: Stack, make_project: MakeProject, tmp_path: Path, new_url: str
) -> None:
    project = with_history(make_project)
    backup.take(stack.database_url, blob_store(), tmp_path / "backup")
    backup.put_back(new_url, BlobStore(str(tmp_path / "store")), tmp_path / "backup")
    engine = create_engine(psycopg_url(new_url))
    with engine.connect() as connection:
        line = (
            "INSERT INTO job_lines (job_id, at, level, text) SELECT id, now(), 'INFO', '' FROM jobs LIMIT 1"
        )
        highest = connection.scalar(text("SELECT max(number) FROM job_lines")) or 0
        assert connection.scalar(text(f"{line} RETURNING number")) > highest
        counted = "SELECT sum(images) FROM image_counts WHERE project_id = :id"
        count = connection.scalar(text(counted), {"id": project.id})
        one = "DELETE FROM images WHERE id = (SELECT id FROM images i WHERE project_id = :id AND NOT EXISTS "
        one += "(SELECT FROM annotations a WHERE a.image_id = i.id) LIMIT 1)"
        connection.execute(text(one), {"id": project.id})
        assert connection.scalar(text(counted), {"id": project.id}) == count - 1
    engine.dispose()


def test_the_same_folder_again_copies_what_is_new_and_lets_go_what_is_not_named(
    stack: Stack, make_project: MakeProject, tmp_path: Path
) -> None:
    make_project(pool=3)
    first = backup.take(stack.database_url, blob_store(), tmp_path)
    again = backup.take(stack.database_url, blob_store(), tmp_path)
    own = make_project()
    sha = blob_store().put(uuid4().bytes)
    named(own, "backtests.report_sha256", sha)
    third = backup.take(stack.database_url, blob_store(), tmp_path)
    kept = BlobStore(str(tmp_path / "blobs"))
    was_there = kept.exists(sha)
    removed(own)
    backup.take(stack.database_url, blob_store(), tmp_path)
    assert first.files > 0
    assert (again.files, third.files, was_there, kept.exists(sha)) == (0, 1, True, False)


def test_no_file_is_removed_while_a_backup_goes_on(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = []

    def during(*_: object) -> None:
        with unit_of_work() as work:
            allowed.append(removal.may_remove(work.session))
        raise InterruptedError

    monkeypatch.setattr(backup, "copy_blobs", during)
    with pytest.raises(InterruptedError):
        backup.take(stack.database_url, blob_store(), tmp_path)
    assert allowed == [False]

    def may_now() -> bool:
        with unit_of_work() as work:
            return removal.may_remove(work.session)

    wait_until(may_now)  # the server lets go of the lock when it notices that the connection has ended
    with pytest.raises(BackupError, match="not finished"):
        backup.read(tmp_path)


def test_a_file_that_is_lost_is_told_and_one_that_lies_elsewhere_is_not(
    stack: Stack, make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project()
    before = backup.take(stack.database_url, blob_store(), tmp_path).told.missing
    with unit_of_work() as work:
        for uri in (None, "https://pictures.example.org/1.png"):
            image = Image(
                project_id=UUID(project.id), sha256=sha256(uuid4().bytes).hexdigest(), filename="a.png",
                width=1, height=1, format="PNG", bytes=1, split=Split.POOL, source_uri=uri,
            )  # fmt: skip
            work.session.add(image)
    after = backup.take(stack.database_url, blob_store(), tmp_path).told.missing
    with unit_of_work() as work:
        work.session.execute(delete(Image).where(Image.project_id == project.id))
    assert after == before + 1


def test_a_damaged_file_is_found_and_the_database_stays_empty(
    stack: Stack, make_project: MakeProject, tmp_path: Path, new_url: str
) -> None:
    make_project(pool=3)
    backup.take(stack.database_url, blob_store(), tmp_path / "backup")
    kept = BlobStore(str(tmp_path / "backup" / "blobs"))
    path = kept.local_path(next(one.sha for one in kept.listed() if one.rendition is None))
    assert path
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    store = BlobStore(str(tmp_path / "store"))
    with pytest.raises(BlobDamaged):
        backup.put_back(new_url, store, tmp_path / "backup")
    assert at(new_url) == {}
    path.write_bytes(data)
    backup.put_back(new_url, store, tmp_path / "backup")  # the same again, now that it is whole
    assert at(new_url)["images"]


def test_a_place_that_is_not_empty_is_refused(
    stack: Stack, make_project: MakeProject, tmp_path: Path, new_url: str
) -> None:
    make_project(pool=1)
    backup.take(stack.database_url, blob_store(), tmp_path / "backup")
    other = BlobStore(str(tmp_path / "store"))
    other.put(b"of somebody else")
    with pytest.raises(BackupError, match="database is not empty"):
        backup.put_back(stack.database_url, BlobStore(str(tmp_path / "empty")), tmp_path / "backup")
    with pytest.raises(BackupError, match="holds others"):
        backup.put_back(new_url, other, tmp_path / "backup")
    assert at(new_url) == {}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"revision": "9999"}, "newer than this one"),
        ({"dump_sha256": "0" * 64}, "missing or damaged"),
        ({"more": 1}, "cannot be read"),
    ],
)
def test_a_backup_that_cannot_be_used_is_refused(
    stack: Stack, tmp_path: Path, change: dict[str, object], says: str
) -> None:
    backup.take(stack.database_url, blob_store(), tmp_path)
    told = json.loads((tmp_path / "backup.json").read_text())
    (tmp_path / "backup.json").write_text(json.dumps(told | change))
    with pytest.raises(BackupError, match=says):
        backup.read(tmp_path)
