"""What a task model took held-out images for: one small file a model, in NumPy's npz format, without pickles.

Columns of equal length N: `sha256` (N, 32) bytes, `true` and `predicted` (N,) positions among the model's
classes, `confidence` (N,) 0..1. 40 bytes an image: 100,000 test images are 4 MB.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Predictions:
    """Content hashes of N images, and for each the positions of two classes and a confidence, 0..1."""

    shas: list[str]
    true: NDArray[np.int16]
    predicted: NDArray[np.int16]
    confidence: NDArray[np.float32]

    @classmethod
    def of(cls, shas: list[str], true: Any, predicted: Any, confidence: Any) -> "Predictions":
        """Take columns of any kind that NumPy takes; raises ValueError if their lengths differ."""
        columns = (
            np.asarray(true, dtype=np.int16),
            np.asarray(predicted, dtype=np.int16),
            np.asarray(confidence, dtype=np.float32),
        )
        if any(column.shape != (len(shas),) for column in columns):
            raise ValueError("Columns of predictions differ in length.")
        return cls(shas, *columns)

    def as_bytes(self) -> bytes:
        """The file."""
        hashes = np.frombuffer(bytes.fromhex("".join(self.shas)), dtype=np.uint8).reshape(-1, 32)
        file = BytesIO()
        np.savez(file, sha256=hashes, true=self.true, predicted=self.predicted, confidence=self.confidence)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Predictions":
        """Read a file; raises ValueError if it is none of ours."""
        try:
            with np.load(BytesIO(data), allow_pickle=False) as columns:
                shas = [row.tobytes().hex() for row in columns["sha256"]]
                return cls.of(shas, columns["true"], columns["predicted"], columns["confidence"])
        except (AttributeError, BadZipFile, EOFError, KeyError, TypeError, ValueError) as error:
            raise ValueError("This is no file of predictions.") from error

    def rows(self, true: int | None, predicted: int | None) -> list[int]:
        """Rows of one cell, row or column of the confusion matrix: the surest first, then by content."""
        chosen = np.ones(len(self.shas), dtype=bool)
        if true is not None:
            chosen &= self.true == true
        if predicted is not None:
            chosen &= self.predicted == predicted
        found = np.flatnonzero(chosen).tolist()
        return sorted(found, key=lambda row: (-float(self.confidence[row]), self.shas[row]))
