"""What a list says of an image beyond class and split: its other columns, kept as JSON."""

import json
import math
import re
from collections.abc import Collection, Mapping
from datetime import date, time
from typing import Any

METADATA_BYTES = 16 * 1024

# What PostgreSQL's JSON cannot hold.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
# Columns of our own exports, which tell of a label there and not of an image here.
_OURS = frozenset({"image_id", "filename", "sha256", "source", "cycle_id", "updated_at"})
_ONLY_OURS = frozenset({"image_id", "sha256", "cycle_id", "updated_at"})


def metadata_of(row: Mapping[Any, Any], taken: Collection[str]) -> dict[str, Any]:
    """The columns of a row but those `taken`, without empty ones. A column `metadata` is taken apart."""
    left_out = {*taken, *(_OURS if row.keys() >= _ONLY_OURS else ())}
    found: dict[str, Any] = {}
    for name, value in row.items():
        if not isinstance(name, str) or name in left_out:
            continue
        inner = _object(value) if name == "metadata" else None
        found |= {name: value} if inner is None else inner
    return {
        _text(str(name)): plain for name, value in found.items() if (plain := _plain(value)) not in (None, "")
    }


def size_of(metadata: Mapping[str, Any]) -> int:
    """Bytes of the metadata as JSON text."""
    return len(json.dumps(metadata, ensure_ascii=False).encode())


def _object(value: Any) -> dict[str, Any] | None:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, dict) else None


def _plain(value: Any) -> Any:
    """A value as JSON has it; None for what JSON has nothing for."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {_text(str(name)): _plain(one) for name, one in value.items()}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return None
    if value is None or isinstance(value, bool | int):
        return value
    return _text(value.isoformat() if isinstance(value, date | time) else str(value))


def _text(text: str) -> str:
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
