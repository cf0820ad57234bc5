"""Uploads that wait below the data folder until their import has read them."""

import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from app.config import get_settings

_FOLDER = "uploads"


def new_folder() -> Path:
    """Make a folder for one import's files; its path is relative to the data folder."""
    folder = Path(_FOLDER) / uuid4().hex
    (get_settings().data_dir / folder).mkdir(parents=True)
    return folder


def passing_folder() -> TemporaryDirectory[str]:
    """Make a folder that goes with this object; or, if that is killed, as an upload that nobody reads."""
    root = get_settings().data_dir / _FOLDER
    root.mkdir(parents=True, exist_ok=True)
    return TemporaryDirectory(dir=root)


def folders_of(files: Sequence[dict[str, str]]) -> set[str]:
    """Return the names of the folders in which the uploads among a job's files lie."""
    return {Path(entry["upload"]).parent.name for entry in files if "upload" in entry}


def remove(files: Sequence[dict[str, str]]) -> None:
    """Remove the uploads among a job's files; what lies elsewhere on the server stays."""
    for name in folders_of(files):
        remove_folder(name)


def remove_folder(name: str) -> None:
    """Remove one import's files."""
    shutil.rmtree(get_settings().data_dir / _FOLDER / name, ignore_errors=True)


def are_there(files: Sequence[dict[str, str]]) -> bool:
    """Tell whether the uploads among a job's files are still there."""
    root = get_settings().data_dir
    return all((root / entry["upload"]).is_file() for entry in files if "upload" in entry)


def older_than(seconds: float) -> Iterator[str]:
    """Name the folders that were filled longer ago."""
    root = get_settings().data_dir / _FOLDER
    if not root.is_dir():
        return
    before = time.time() - seconds
    for folder in root.iterdir():
        try:
            if folder.stat().st_mtime < before:
                yield folder.name
        except FileNotFoundError:  # its import ended just now
            continue
