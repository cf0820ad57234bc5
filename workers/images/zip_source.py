"""Reading a zip that a stranger made.

Nothing in its headers is trusted for more than an early refusal: sizes are enforced on what is really
read. Only stored and deflated entries are read, because Python's bz2 and lzma streams cannot be told how
much to unpack at once, so a few kilobytes of them could fill the memory.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Literal, Protocol

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
    too_large,
    too_many,
    too_much,
)
from workers.images.limits import Limits

_RATIO_FROM_BYTES = 2**20
_ENCRYPTED_FLAGS = 0x1 | 0x40  # traditional, strong
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_METHOD_NAMES = {9: "deflate64", 12: "bzip2", 14: "lzma", 93: "zstd"}
_DRIVE = re.compile(r"[A-Za-z]:")
_END_BYTES, _END_MARK = 22, b"PK\x05\x06"
_END64_BYTES, _END64_MARK = 56, b"PK\x06\x06"
_LOCATOR64_BYTES, _LOCATOR64_MARK = 20, b"PK\x06\x07"
_ENTRY_BYTES, _ENTRY_MARK = 46, b"PK\x01\x02"
# All that `zipfile` is known to raise over a damaged archive.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,
    IndexError,
)


class Openable(Protocol):
    """A path, or whatever can be opened like one."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Return it seekable; the caller closes it."""


def read_zip(path: Openable, limits: Limits, name: str, passed: int = 0) -> Iterator[SourceFile | Rejected]:
    """The entries of the zip at `path`, in the archive's order; see `sources.read_source`."""
    with path.open("rb") as file:
        if _has_more_entries(file, limits.entries):
            yield too_many(name, limits.entries)
            return
        with _open(file) as archive:
            wrapper = _wrapper(archive)
            total = 0
            entries = (info for info in archive.infolist() if not _is_skipped(info))
            for number, info in enumerate(entries, start=1):
                refused = _refuse_place(info) or _refuse_content(info, limits)
                if refused is not None:
                    if number > passed:
                        yield refused
                    continue
                total += info.file_size  # what is read never exceeds it: `zipfile` stops there
                if total > limits.total_bytes:
                    yield too_much(info.orig_filename, limits.total_bytes)
                    return
                if number > passed:
                    data = _read_entry(archive, info, limits)
                    name = "/".join(_parts(info))
                    yield source_file(name, wrapper, data) if isinstance(data, bytes) else data


def read_lists(path: Openable, limits: Limits, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Entries near the archive's top that `wanted` takes by their names; what cannot be read is left out."""
    with path.open("rb") as file:
        if _has_more_entries(file, limits.entries):
            return
        with _open(file) as archive:
            for info in archive.infolist():
                name = "/".join(_parts(info))
                if _is_skipped(info) or len(_parts(info)) > 2 or not wanted(name):
                    continue
                if _refuse_place(info) is None and _refuse_packing(info, limits) is None:
                    data = _read_entry(archive, info, limits)
                    if isinstance(data, bytes):
                        yield name, data


def count_zip(path: Openable, limits: Limits) -> int:
    """How many items `read_zip` yields when `total_bytes` does not end it. Raises UnreadableSource."""
    with path.open("rb") as file:
        if _has_more_entries(file, limits.entries):
            return 1
        with _open(file) as archive:
            return sum(not _is_skipped(info) for info in archive.infolist())


def _open(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise UnreadableSource("corrupt", f"The zip cannot be opened: {error}") from error


def _has_more_entries(file: BinaryIO, limit: int) -> bool:
    """Whether the archive's directory lists more than `limit` entries, counted in constant memory.

    `zipfile` builds an object for each before it hands out the first, and goes by the directory's size in
    bytes, not by the count beside it; so this walks the same bytes. Raises UnreadableSource if there is
    no directory where the zip's end record says.
    """
    size = file.seek(0, 2)
    tail_at = max(size - (1 << 16) - _END_BYTES, 0)
    file.seek(tail_at)
    tail = file.read()
    found = len(tail) - _END_BYTES
    if found < 0 or not (tail.startswith(_END_MARK, found) and tail.endswith(b"\0\0")):
        found = tail.rfind(_END_MARK)
    if found < 0 or len(tail) < found + _END_BYTES:
        raise UnreadableSource("not_a_zip", "This is not a zip file, or its end is missing.")
    (directory_bytes,) = struct.unpack_from("<L", tail, found + 12)
    end = tail_at + found
    before = end - _LOCATOR64_BYTES - _END64_BYTES
    if before >= 0:
        file.seek(before)
        end64, locator = file.read(_END64_BYTES), file.read(_LOCATOR64_BYTES)
        if end64.startswith(_END64_MARK) and locator.startswith(_LOCATOR64_MARK):
            (directory_bytes,) = struct.unpack_from("<Q", end64, 40)
            end = before
    if directory_bytes > end:
        raise UnreadableSource("corrupt", "The zip cannot be opened: its directory is incomplete.")
    return _walks_past(file, end - directory_bytes, end, limit)


def _walks_past(file: BinaryIO, start: int, end: int, limit: int) -> bool:
    """Whether more than `limit` directory entries lie between two offsets of the file, in bytes."""
    if limit * _ENTRY_BYTES >= end - start:
        return False
    position, count = start, 0
    file.seek(start)
    while position < end:
        entry = file.read(_ENTRY_BYTES)
        if len(entry) < _ENTRY_BYTES or not entry.startswith(_ENTRY_MARK):
            return False  # damaged; `zipfile` says so
        variable = sum(struct.unpack_from("<3H", entry, 28))
        file.read(variable)
        position += _ENTRY_BYTES + variable
        count += 1
        if count > limit:
            return True
    return False


def _parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    return tuple(part for part in info.orig_filename.split("/") if part not in ("", "."))


def _is_unsafe(info: zipfile.ZipInfo) -> bool:
    # The name as written: `filename` is already cut at NUL and may have had its separators changed.
    name = info.orig_filename
    absolute = name.startswith("/") or _DRIVE.match(name) is not None
    return absolute or "\\" in name or "\0" in name or ".." in name.split("/") or not _parts(info)


def _is_skipped(info: zipfile.ZipInfo) -> bool:
    if info.orig_filename.endswith("/"):
        return True
    return is_ignored(_parts(info)) and not _is_unsafe(info)


def _wrapper(archive: zipfile.ZipFile) -> str | None:
    """The one folder that holds every candidate, if it is not itself a label (it has subfolders)."""
    tops: set[str] = set()
    deepest = 0
    for info in archive.infolist():
        if _is_skipped(info) or _is_unsafe(info) or has_foreign_suffix(info.orig_filename):
            continue
        parts = _parts(info)
        tops.add(parts[0] if len(parts) > 1 else "")
        deepest = max(deepest, len(parts))
    return tops.pop() or None if len(tops) == 1 and deepest > 2 else None


def _refuse_place(info: zipfile.ZipInfo) -> Rejected | None:
    """Why an entry is not opened, judged by its name and kind; None if it may be."""
    name = printable(info.orig_filename)
    if _is_unsafe(info) or is_too_long(info.orig_filename):
        return Rejected(name, "unsafe_path", "The path is absolute, leaves the archive or is not portable.")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return Rejected(name, "link", "Symbolic links are not followed.")
    if kind not in (0, stat.S_IFREG):
        return Rejected(name, "not_a_file", "This is a directory, device, pipe or socket.")
    return None


def _refuse_content(info: zipfile.ZipInfo, limits: Limits) -> Rejected | None:
    """Why an entry is not opened as an image, judged by its header; None if it may be."""
    name = printable(info.orig_filename)
    if has_foreign_suffix(name) and not info.flag_bits & _ENCRYPTED_FLAGS:
        return not_an_image(name)
    return _refuse_packing(info, limits)


def _refuse_packing(info: zipfile.ZipInfo, limits: Limits) -> Rejected | None:
    """Why an entry is not unpacked, judged by its header; None if it may be."""
    name = printable(info.orig_filename)
    if info.flag_bits & _ENCRYPTED_FLAGS:
        return Rejected(name, "encrypted", "The entry is encrypted; pack it without a password.")
    if info.file_size > limits.file_bytes:
        return too_large(name, limits.file_bytes)
    if info.file_size > _RATIO_FROM_BYTES and info.file_size > limits.ratio * info.compress_size:
        return Rejected(name, "bomb", f"The entry unpacks to more than {limits.ratio} times its packed size.")
    if info.compress_type not in _METHODS:
        method = _METHOD_NAMES.get(info.compress_type, str(info.compress_type))
        reason = f"The compression method '{method}' is not supported; pack with deflate or store."
        return Rejected(name, "unsupported_compression", reason)
    return None


def _read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> bytes | Rejected:
    name = "/".join(_parts(info))
    try:
        with archive.open(info) as file:
            data = read_whole(file.read, info.file_size, limits.file_bytes)
    except _DAMAGE as error:
        reason = str(error) or "The entry is incomplete."
        return Rejected(printable(name), "corrupt", printable(f"The entry cannot be unpacked: {reason}"))
    if data is None:
        return too_large(name, limits.file_bytes)
    if len(data) != info.file_size:
        return Rejected(printable(name), "corrupt", "The entry is shorter than its header says.")
    return data
