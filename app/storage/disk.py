"""Waiting until what was written to a local disk survives a power cut."""

import ctypes
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_AT_ONCE = 16
_syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if os.name == "posix" else None


def flush_folder(folder: Path | str) -> None:
    """Make the names in `folder` safe, where the system lets a folder be opened."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_all(root: str, files: Iterable[str], folders: Iterable[str]) -> None:
    """Make the bytes of files and the names in folders below `root` safe, all on one file system.

    Where the system can flush a whole file system (Linux), that is one wait, however many files there are.
    Raises OSError if the disk could not take them.
    """
    if _syncfs is None:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(_flush_file, files))
            list(pool.map(flush_folder, folders))
        return
    handle = os.open(root, os.O_RDONLY)
    try:
        if _syncfs(handle) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), root)
    finally:
        os.close(handle)


def _flush_file(path: str) -> None:
    with open(path, "rb") as file:
        os.fsync(file.fileno())
