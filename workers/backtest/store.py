"""What a backtest has done so far, on disk: killed at any moment, it goes on from here."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python


@dataclass(frozen=True)
class Store:
    """A folder of JSON records and of files that belong to them. Any number of processes may use it."""

    folder: Path

    def read(self, kind: str, key: str) -> dict[str, Any] | None:
        """A record, or None if it is not there. A record is whole or absent, never half-written."""
        try:
            found: dict[str, Any] = json.loads(self._record(kind, key).read_text())
        except FileNotFoundError:
            return None
        return found

    def write(self, kind: str, key: str, record: dict[str, Any]) -> None:
        """Keep a record, in one step."""
        path = self._record(kind, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        part.write_text(json.dumps(record))
        part.replace(path)

    def has(self, kind: str, key: str) -> bool:
        """Whether a record is there."""
        return self._record(kind, key).exists()

    def file(self, kind: str, key: str, suffix: str) -> Path:
        """Where a file that belongs to a record lies, or will lie."""
        path = self.folder / kind / f"{key}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    @contextmanager
    def alone(self, kind: str, key: str) -> Iterator[None]:
        """Let one process at a time work on a key; the system frees it when that process dies."""
        with self.file(kind, key, ".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _record(self, kind: str, key: str) -> Path:
        return self.folder / kind / f"{key}.json"


def key_of(*parts: object) -> str:
    """A short name that differs where any of `parts` (JSON-able, or models) differs."""
    text = json.dumps(parts, sort_keys=True, default=to_jsonable_python)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
