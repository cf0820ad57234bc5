"""What lies in a store, as its file system lists it."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]

from app.storage.keys import RENDITIONS, RenditionName

_FILE = re.compile(rf"([0-9a-f]{{64}})(?:\.({'|'.join(RENDITIONS)})\.webp)?")
# Each protocol has its own word for it.
_WRITTEN = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")


@dataclass(frozen=True, slots=True)
class Stored:
    """A blob, or a rendition of one: the blob's SHA-256, the file's bytes, when it was written (epoch)."""

    sha: str
    rendition: RenditionName | None
    bytes: int
    written: float


def stored_below(fs: AbstractFileSystem, folder: str) -> Iterator[Stored]:
    """Every blob and rendition below a folder; raises FileNotFoundError, OSError."""
    for path, info in fs.find(folder, detail=True).items():
        name = _FILE.fullmatch(str(path).rsplit("/", 1)[-1])
        if name:
            rendition = cast("RenditionName | None", name[2])
            yield Stored(name[1], rendition, int(info["size"] or 0), _written(info))


def _written(info: dict[str, Any]) -> float:
    """When a file was written, seconds since the epoch: now, if the store does not tell."""
    told = next((info[key] for key in _WRITTEN if info.get(key)), time.time())
    if isinstance(told, str):
        told = datetime.fromisoformat(told)
    return told.timestamp() if isinstance(told, datetime) else float(told)
