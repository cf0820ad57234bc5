"""`nextbatch doctor`: nothing is ill in a good deployment, and each trouble is named with what to do."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Engine, delete, text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from app.cli import app
from app.config import get_settings
from app.db.models import WorkerHeartbeat
from app.db.session import unit_of_work
from app.embedded import free_port
from app.services import doctor
from tests.service.test_migrations import empty, migrate
from tests.stack import Stack

__all__ = ["empty"]
CHECKS = [
    "database",
    "migration",
    "clock",
    "workers",
    "broker",
    "store",
    "free space",
    "cookies",
    "import roots",
]


@pytest.fixture(autouse=True)
def settings_read_again(monkeypatch: pytest.MonkeyPatch) -> Any:
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


def run(*arguments: str) -> tuple[int, dict[str, str]]:
    """The exit code, and of each check what is wrong and what to do; nothing if it is well."""
    get_settings.cache_clear()
    done = CliRunner().invoke(app, ["doctor", *arguments])
    found = re.findall(r"^(ok|ill) +(.+)\n((?:    .+\n)*)", done.stdout, re.MULTILINE)
    assert all((state == "ill") == bool(told) for state, _, told in found)
    return done.exit_code, {name: told for _, name, told in found}


def test_a_good_deployment_is_well(stack: Stack) -> None:
    assert run() == (0, dict.fromkeys(CHECKS, ""))


@pytest.mark.parametrize(
    ("setting", "value", "check", "wrong", "advice"),
    [
        ("REDIS_URL", "redis://127.0.0.1:{port}/0", "broker", "cannot be reached", "NEXTBATCH_REDIS_URL"),
        ("BLOB_STORE", "{file}", "store", "takes no files", "NEXTBATCH_BLOB_STORE"),
        ("IMPORT_ROOTS", '["{folder}/none"]', "import roots", "There is no folder", "NEXTBATCH_IMPORT_ROOTS"),
        ("IMPORT_ROOTS", '["{file}"]', "import roots", "There is no folder", "NEXTBATCH_IMPORT_ROOTS"),
        ("HOST", "0.0.0.0", "cookies", "over plain HTTP", "NEXTBATCH_SECURE_COOKIES=true"),
    ],
)
def test_a_setting_that_does_not_hold_is_named(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *,
    setting: str, value: str, check: str, wrong: str, advice: str,
) -> None:  # fmt: skip
    file = tmp_path / "file"
    file.touch()
    value = value.format(port=free_port(), file=file, folder=tmp_path)
    monkeypatch.setenv(f"NEXTBATCH_{setting}", value)
    code, found = run()
    assert code == 1
    assert [name for name, told in found.items() if told] == [check]
    first, second = found[check].splitlines()
    assert wrong in first
    assert advice in second


def test_without_a_database_the_rest_is_looked_at_all_the_same(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEXTBATCH_DATABASE_URL", f"postgresql://me:hidden@127.0.0.1:{free_port()}/none")
    code, found = run()
    assert code == 1
    assert "cannot be reached" in found["database"]
    assert "hidden" not in found["database"]
    assert list(found) == [name for name in CHECKS if name not in ("migration", "clock", "workers")]


def test_servers_of_its_own_are_looked_at_where_they_lie(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TemporaryDirectory(prefix="nb") as folder:
        for name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(f"NEXTBATCH_{name}")
        monkeypatch.setenv("NEXTBATCH_DATA_DIR", folder)
        code, found = run()
    assert code == 1
    assert [name for name, told in found.items() if told] == ["migration", "workers"]
    assert "broker" not in found


@pytest.mark.parametrize(
    ("url", "host", "secure", "well"),
    [
        ("https://labels.example.org", "0.0.0.0", "true", True),
        ("https://labels.example.org", "127.0.0.1", "false", False),
        ("http://labels.example.org", "127.0.0.1", "false", False),
        ("http://labels.example.org", "127.0.0.1", "true", False),
        ("http://localhost:8321", "127.0.0.1", "false", True),
        ("http://[::1]:8321", "127.0.0.1", "false", True),
        (None, "127.0.0.1", "true", True),
        (None, "::", "false", False),
        (None, "::", "true", True),
    ],
)
def test_cookies_are_safe_where_others_could_listen(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, *, url: str | None, host: str, secure: str, well: bool
) -> None:
    monkeypatch.setenv("NEXTBATCH_HOST", host)
    monkeypatch.setenv("NEXTBATCH_SECURE_COOKIES", secure)
    code, found = run(*(["--url", url] if url else []))
    assert (code == 0, not found["cookies"]) == (well, well)


def test_a_disk_that_is_almost_full_is_named(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_LEAST_FREE", 2**62)
    code, found = run()
    assert (code, "nextbatch prune" in found["free space"]) == (1, True)


def test_a_database_without_living_workers_is_named(stack: Stack) -> None:
    with unit_of_work() as work:
        work.session.execute(delete(WorkerHeartbeat))
        with pytest.raises(doctor.Ill, match="No worker"):
            doctor._workers(work.session)
        work.session.rollback()


@pytest.mark.parametrize(("seconds", "well"), [(0, True), (60, False), (-60, False)])
def test_clocks_that_are_apart_are_named(seconds: int, well: bool) -> None:
    there = datetime.now(UTC) + timedelta(seconds=seconds)
    session = SimpleNamespace(execute=lambda _: SimpleNamespace(scalar_one=lambda: there))
    if well:
        doctor._clock(cast(Session, session))
        return
    with pytest.raises(doctor.Ill, match="60 s apart"):
        doctor._clock(cast(Session, session))


def test_tables_of_another_version_are_named(empty: Engine) -> None:
    with Session(empty) as session, pytest.raises(doctor.Ill, match="no version") as raised:
        doctor._migration(session)
    assert "nextbatch migrate" in raised.value.advice
    migrate(empty, "0029")
    with Session(empty) as session, pytest.raises(doctor.Ill, match="0029"):
        doctor._migration(session)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with Session(empty) as session, pytest.raises(doctor.Ill, match="newer version: 9999"):
        doctor._migration(session)
