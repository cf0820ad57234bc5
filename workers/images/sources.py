"""What an import contains, file by file: a zip, a folder on the server, or a single image.

One file is in memory at a time. Nothing is ever unpacked to disk.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
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
from workers.images.zip_source import read_lists as read_zip_lists

__all__ = [
    "LocalSource",
    "Rejected",
    "SourceFile",
    "UnreadableSource",
    "count_source",
    "read_lists",
    "read_source",
]

_Kind = Literal["folder", "zip", "single"]
# A file may become a symlink, or a pipe that never answers, between listing and opening.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def read_source(
    path: Path, limits: Limits, name: str | None = None, passed: int = 0
) -> Iterator[SourceFile | Rejected]:
    """Every file of the source at `path`, in a stable order, each either read whole or rejected.

    The first `passed` are passed over without being read; limits on the whole count them all the same.

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
            yield from _read_folder(path, limits, passed)
        case "zip":
            yield from read_zip(path, limits, name, passed)
        case "single" if passed == 0:
            yield _read_file(path.resolve(), name, None, limits)


def read_lists(
    path: Path, limits: Limits, wanted: Callable[[str], bool], name: str | None = None
) -> Iterator[tuple[str, bytes]]:
    """Files near the top of a source that `wanted` takes by their names: lists of what the images are.

    In the source itself or in a folder of it, no deeper. What cannot be read is left out here; `read_source`
    says why. Raises UnreadableSource as it does.
    """
    name = _base_name(name or path.name)
    match _kind(path, name):
        case "zip":
            yield from read_zip_lists(path, limits, wanted)
        case "folder":
            for entry in _near_top(path):
                place = entry.relative_to(path).as_posix()
                if wanted(place):
                    data = _bytes_of(entry, place, limits)
                    if isinstance(data, bytes):
                        yield place, data
        case "single" if wanted(name):
            data = _bytes_of(path.resolve(), name, limits)
            if isinstance(data, bytes):
                yield name, data


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


@dataclass(frozen=True)
class LocalSource:
    """A folder, zip or file of this machine; `name` is what its uploader calls it."""

    path: Path
    name: str | None = None

    @property
    def label(self) -> str:
        """The uploader's name for it, or its own."""
        return self.name or self.path.name

    def count(self, limits: Limits) -> int:
        """As `count_source`."""
        return count_source(self.path, limits, self.name)

    def read(self, limits: Limits, passed: int = 0) -> Iterator[SourceFile | Rejected]:
        """As `read_source`."""
        return read_source(self.path, limits, self.name, passed)

    def lists(self, limits: Limits, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
        """As `read_lists`."""
        return read_lists(self.path, limits, wanted, self.name)


def _read_folder(root: Path, limits: Limits, passed: int) -> Iterator[SourceFile | Rejected]:
    root = root.absolute()
    wrapper = _wrapper(root)
    total = 0
    for number, (entry, reason) in enumerate(_walk(root), start=1):
        name = entry.relative_to(root).as_posix()
        if number > limits.entries:
            yield too_many(root.name, limits.entries)
            return
        if number <= passed:
            total += _size(entry) if reason is None and not has_foreign_suffix(name) else 0
            continue
        if reason is not None:
            yield Rejected(printable(name), *reason)
            continue
        found = _read_file(entry, name, wrapper, limits)
        total += len(found.data) if isinstance(found, SourceFile) else 0
        if total > limits.total_bytes:
            yield too_much(name, limits.total_bytes)
            return
        yield found


def _near_top(root: Path) -> Iterator[Path]:
    """What lies in a folder and in its folders, by name; links are not followed, clutter is left out."""
    for child in sorted(root.iterdir()):
        if is_ignored((child.name,)) or child.is_symlink():
            continue
        yield child
        if child.is_dir():
            with suppress(OSError):  # the walk says so
                yield from sorted(entry for entry in child.iterdir() if not is_ignored((entry.name,)))


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


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
    data = _bytes_of(path, name, limits)
    return source_file(name, wrapper, data, path.as_uri()) if isinstance(data, bytes) else data


def _bytes_of(path: Path, name: str, limits: Limits) -> bytes | Rejected:
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
    return too_large(name, limits.file_bytes) if data is None else data
