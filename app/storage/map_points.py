"""The points of a map: one small file, in NumPy's npz format, without pickles.

Columns of equal length N: `ids` (N, 16) bytes, `x`, `y` 0..1, `loss`, and `confidence` 0..1, NaN where there
is none. 32 bytes an image: 20,000 points are 640 kB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float32]


@dataclass(frozen=True)
class MapPoints:
    """N images, where each lies, its pretext loss, and how sure a task model is of it."""

    ids: list[UUID]
    x: Column
    y: Column
    loss: Column
    confidence: Column

    @classmethod
    def of(cls, ids: Sequence[UUID], **columns: Any) -> "MapPoints":
        """Take columns of any kind that NumPy takes; raises ValueError if their lengths differ."""
        taken = {name: np.asarray(column, dtype=np.float32) for name, column in columns.items()}
        if any(column.shape != (len(ids),) for column in taken.values()):
            raise ValueError("Columns of a map differ in length.")
        return cls(list(ids), **taken)

    def as_bytes(self) -> bytes:
        """The file."""
        ids = np.frombuffer(b"".join(i.bytes for i in self.ids), dtype=np.uint8).reshape(-1, 16)
        file = BytesIO()
        np.savez_compressed(file, ids=ids, x=self.x, y=self.y, loss=self.loss, confidence=self.confidence)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "MapPoints":
        """Read a file; raises ValueError if it is none of ours."""
        try:
            with np.load(BytesIO(data), allow_pickle=False) as columns:
                ids = [UUID(bytes=row.tobytes()) for row in columns["ids"]]
                return cls.of(ids, **{name: columns[name] for name in ("x", "y", "loss", "confidence")})
        except (AttributeError, BadZipFile, EOFError, KeyError, TypeError, ValueError) as error:
            raise ValueError("This is no file of a map.") from error
