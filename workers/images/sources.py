"""What an import contains, file by file: a zip, a folder on the server, or a single image.

One file is in memory at a time. Nothing is ever unpacked to disk.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

from workers.images.found import (
    Rejected,
    SourceFile,
    UnreadableSource,
    has_foreign_suffix,
    is_ignored,
    is_too_long,
    not_an_image,
    printable,
    read_whole,
    source_file,
    starts_like_zip,
    too_large,
    too_many,
    too_much,
)
from workers.images.limits import Limits
from workers.images.zip_source import count_zip, read_zip

__all__ = ["Rejected", "SourceFile", "UnreadableSource", "count_source", "read_source"]

_Kind = Literal["folder", "zip", "single"]
# A file may become a symlink, or a pipe that never answers, between listing and opening.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def read_source(path: Path, limits: Limits, name: str | None = None) -> Iterator[SourceFile | Rejected]:
    """Every file of the source at `path`, in a stable order, each either read whole or rejected.

    A zip is known by its content or by the suffix `.zip`; `name` is what the uploader called the file, if
    `path` is a temporary one. Clutter (hidden files, `__MACOSX`, `Thumbs.db`) and directories are passed
    over in silence. Symlinks inside the source are rejected; `path` itself may be one.

    Codes of rejections: `not_an_image`, `too_large`, `total_too_large`, `too_many_entries`, `unsafe_path`,
    `link`, `not_a_file`, `unreadable`, and of zip entries `encrypted`, `bomb`, `corrupt`,
    `unsupported_compression`. `total_too_large` and `too_many_entries` end the source.

    Raises UnreadableSource, at the first step of the iteration, if there is nothing to iterate over.
    """
    name = _base_name(name or path.name)
    match _kind(path, name):
        case "folder":
            yield from _read_folder(path, limits)
        case "zip":
            yield from read_zip(path, limits, name)
        case "single":
            yield _read_file(path.resolve(), name, None, limits)


def count_source(path: Path, limits: Limits | None = None, name: str | None = None) -> int:
    """How many items `read_source` yields when no limit on the whole ends it early, without reading files.

    Raises UnreadableSource as `read_source` does.
    """
    limits = limits or Limits()
    match _kind(path, _base_name(name or path.name)):
        case "folder":
            count = 0
            for count, _ in enumerate(_walk(path), start=1):
                if count > limits.entries:
                    break
            return count
        case "zip":
            return count_zip(path, limits)
        case "single":
            return 1


def _base_name(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name or "file"


def _kind(path: Path, name: str) -> _Kind:
    try:
        if path.is_dir():
            next(path.iterdir(), None)  # a folder that may not be listed is no empty folder
            return "folder"
        if not path.is_file():
            raise UnreadableSource("not_found", f"There is no file or folder {printable(name)}.")
        with path.open("rb") as file:
            head = file.read(4)
    except (OSError, ValueError) as error:
        raise UnreadableSource("unreadable", f"{printable(name)} cannot be opened.") from error
    return "zip" if starts_like_zip(head) or name.lower().endswith(".zip") else "single"


def _read_folder(root: Path, limits: Limits) -> Iterator[SourceFile | Rejected]:
    wrapper = _wrapper(root)
    total = 0
    for number, (entry, reason) in enumerate(_walk(root), start=1):
        name = entry.relative_to(root).as_posix()
        if number > limits.entries:
            yield too_many(root.name, limits.entries)
            return
        if reason is not None:
            yield Rejected(printable(name), *reason)
            continue
        found = _read_file(entry, name, wrapper, limits)
        total += len(found.data) if isinstance(found, SourceFile) else 0
        if total > limits.total_bytes:
            yield too_much(name, limits.total_bytes)
            return
        yield found


def _walk(root: Path) -> Iterator[tuple[Path, tuple[str, str] | None]]:
    """All below `root` but directories and clutter, by name; with a code and reason if it is not a file.

    An own stack instead of recursion: a folder may be nested deeper than Python's stack.
    """
    stack = [root]
    while stack:
        path = stack.pop()
        try:
            mode = path.lstat().st_mode if path != root else path.stat().st_mode
            if stat.S_ISDIR(mode):
                children = sorted((child.name for child in path.iterdir()), reverse=True)
                stack.extend(path / child for child in children if not is_ignored((child,)))
                continue
        except OSError as error:
            yield path, ("unreadable", error.strerror or "It cannot be read.")
            continue
        if stat.S_ISLNK(mode):
            yield path, ("link", "Symbolic links are not followed.")
        elif not stat.S_ISREG(mode):
            yield path, ("not_a_file", "This is a device, pipe or socket.")
        else:
            yield path, None


def _wrapper(root: Path) -> str | None:
    """The one folder that holds everything of `root`, if it is not itself a label (it has subfolders)."""
    top = [child for child in root.iterdir() if not is_ignored((child.name,))]
    folders = [child for child in top if child.is_dir() and not child.is_symlink()]
    if len(folders) != 1 or any(child not in folders and not has_foreign_suffix(child.name) for child in top):
        return None
    try:
        inside = [child for child in folders[0].iterdir() if not is_ignored((child.name,))]
    except OSError:  # the walk reports it
        return None
    return folders[0].name if any(child.is_dir() for child in inside) else None


def _read_file(path: Path, name: str, wrapper: str | None, limits: Limits) -> SourceFile | Rejected:
    if has_foreign_suffix(name):
        return not_an_image(name)
    if is_too_long(name) or "\\" in name:
        return Rejected(printable(name), "unsafe_path", "The path is too long or holds a backslash.")
    try:
        with os.fdopen(os.open(path, _OPEN_FLAGS), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return Rejected(printable(name), "not_a_file", "This is a device, pipe or socket.")
            data = read_whole(file.read, status.st_size, limits.file_bytes)
    except OSError as error:
        return Rejected(printable(name), "unreadable", error.strerror or "It cannot be read.")
    return too_large(name, limits.file_bytes) if data is None else source_file(name, wrapper, data)
