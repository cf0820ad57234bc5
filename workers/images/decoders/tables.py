"""Tables that foreign code reads, in a process of its own."""

from pathlib import PurePosixPath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from workers.images.decoders.pool import NONSENSE, Decoders, Refused
from workers.images.found import Split, printable
from workers.images.limits import Limits
from workers.images.manifest import BadManifest, Listed, read_table

_WORK = "workers.images.decoders.table_work"
_Row = tuple[str, tuple[str, ...] | None, Split | None, dict[str, Any]]
_ROWS = TypeAdapter(list[_Row])


def read_table_apart(name: str, data: bytes, limits: Limits) -> list[tuple[str, Listed]]:
    """Read a table as `read_table` does: Parquet, which is read in C++, where it ends nothing but itself.

    Raises BadManifest.
    """
    if PurePosixPath(name).suffix.lower() != ".parquet":
        return read_table(name, data)
    try:
        with Decoders(1, limits, _WORK) as decoders:
            _, (told,) = decoders.ask({"name": name}, data)
        rows = _ROWS.validate_json(bytes(told))
        return [(file, Listed(labels, split, metadata)) for file, labels, split, metadata in rows]
    except Refused as error:
        known = error.code == "bad_manifest"
        reason = error.reason if known else f"{name} cannot be read: {error.reason}"
        raise BadManifest(printable(reason)) from error
    except (ValidationError, ValueError) as error:
        raise BadManifest(printable(f"{name} cannot be read: {NONSENSE}")) from error
