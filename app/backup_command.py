"""`nextbatch backup` and `nextbatch restore`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from app.services.backup import Done

console = Console()
Folder = Annotated[Path, typer.Argument(help="Folder of the backup.", file_okay=False)]


def backup(folder: Folder) -> None:
    """Copy the database and all files into a folder, while the service runs.

    The same folder again copies only what is new. The folder then holds the newest backup.
    """
    from app.embedded import database  # noqa: PLC0415
    from app.services import backup as backups  # noqa: PLC0415
    from app.storage.blobs import blob_store  # noqa: PLC0415

    with _told(), database() as url:
        _report(backups.take(url, blob_store(), folder), "copied")


def restore(folder: Folder) -> None:
    """Fill an empty database and an empty store of files from a backup, and bring them to this version."""
    from app.embedded import database  # noqa: PLC0415
    from app.services import backup as backups  # noqa: PLC0415
    from app.storage.blobs import blob_store  # noqa: PLC0415

    with _told():
        backups.read(folder)
        with database() as url:
            _report(backups.put_back(url, blob_store(), folder), "restored")


def _report(done: "Done", word: str) -> None:
    told = done.told
    console.print(f"The database of {told.taken_at} and {told.files:,} files.")
    console.print(f"{done.files:,} files and thumbs {word} now, {done.bytes / 2**20:,.1f} MiB.")
    if told.missing:
        console.print(f"{told.missing:,} files that the database names were not in the store.")


@contextmanager
def _told() -> Iterator[None]:
    """Tell in one line what went wrong."""
    from app.db.dump import ProgramFailed  # noqa: PLC0415
    from app.services.backup import BackupError  # noqa: PLC0415
    from app.storage.copying import BlobDamaged  # noqa: PLC0415

    try:
        yield
    except (BackupError, BlobDamaged, ProgramFailed, OSError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
