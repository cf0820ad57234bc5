"""What may be imported from the server's own folders: below the roots that the administrator allows."""

from itertools import islice
from pathlib import Path

from app.config import get_settings
from app.domain.errors import Invalid
from app.schemas.imports import FolderEntry, FolderOut

MOST_ENTRIES = 1000
_LOOKED_AT = 100_000


class OutsideImportRoots(Invalid):
    """A `file://` import may only read below the configured roots."""

    code = "outside_import_roots"


def roots() -> list[Path]:
    """Return the folders that imports may read, links resolved."""
    return [root.resolve() for root in get_settings().import_roots]


def allowed(path: Path) -> Path:
    """Return a path with its links resolved; raises OutsideImportRoots, or Invalid if nothing is there."""
    try:
        resolved = path.resolve()
        if not any(resolved.is_relative_to(root) for root in roots()):
            raise OutsideImportRoots(
                "The path is not below a folder of NEXTBATCH_IMPORT_ROOTS.",
                roots=[str(root) for root in roots()],
            )
        if not resolved.exists():
            raise Invalid("There is no such file or folder.", field="path", why="no_such_path")
    except (OSError, ValueError) as error:  # a loop of links, a NUL, a name that is too long
        raise Invalid("There is no such file or folder.", field="path", why="no_such_path") from error
    return resolved


def listing(path: str | None) -> FolderOut:
    """Return what lies in a folder: its folders and zips, by name; without a path, the roots."""
    if path is None:
        return FolderOut(path=None, entries=[_entry(root, str(root)) for root in roots() if root.is_dir()])
    folder = allowed(Path(path))
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
