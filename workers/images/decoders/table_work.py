"""What a decoder of tables does, in its process: see `tables`."""

import json
from io import BytesIO
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from workers.images.manifest import BadManifest, read_table

READS_FILES = True  # time zones are files, and nobody knows which a table names

_some = BytesIO()
parquet.write_table(pa.table({"uri": [""]}), _some)
parquet.read_table(BytesIO(_some.getvalue()))


def work(asked: dict[str, Any], data: memoryview) -> tuple[dict[str, Any], list[bytes]]:
    """Read a table, as `read_table` does."""
    try:
        rows = read_table(asked["name"], bytes(data))
    except BadManifest as error:
        return {"refused": ["bad_manifest", str(error)]}, []
    told = [(file, listed.labels, listed.split, listed.metadata) for file, listed in rows]
    return {}, [json.dumps(told).encode()]
