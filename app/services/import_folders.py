"""What may be imported from the server's own folders: below the roots that the administrator allows."""

from itertools import islice
from pathlib import Path

from app.config import get_settings
from app.domain.errors import Invalid
from app.schemas.imports import FolderEntry, FolderOut
from app.storage.allowed import allowed_path, roots

MOST_ENTRIES = 1000
_LOOKED_AT = 100_000


def listing(path: str | None) -> FolderOut:
    """Return what lies in a folder: its folders and zips, by name; without a path, the roots."""
    if path is None:
        entries = [_entry(root, str(root)) for root in roots() if root.is_dir()]
        return FolderOut(path=None, entries=entries, addresses=get_settings().import_urls)
    folder = allowed_path(Path(path))
    try:
        names = sorted(child.name for child in islice(folder.iterdir(), _LOOKED_AT))
    except OSError as error:
        raise Invalid("The folder cannot be read.", field="path", why="unreadable_folder") from error
    found: list[FolderEntry] = []
    files = 0
    for name in names:
        child = folder / name
        if name.startswith(".") or child.is_symlink():  # imports do not follow links either
            continue
        if child.is_dir() or name.lower().endswith(".zip"):
            found.append(_entry(child, name))
        else:
            files += 1
    return FolderOut(
        path=str(folder),
        parent=None if folder in roots() else str(folder.parent),
        entries=found[:MOST_ENTRIES],
        left_off=max(0, len(found) - MOST_ENTRIES),
        files=files,
    )


def _entry(path: Path, name: str) -> FolderEntry:
    return FolderEntry(name=name, path=str(path), is_folder=path.is_dir())
