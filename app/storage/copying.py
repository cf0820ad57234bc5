"""Copying blobs and renditions from one store into another, each checked by its hash on the way."""

import shutil
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from app.storage.batches import Batch
from app.storage.blobs import PARTS, BlobStore
from app.storage.keys import RenditionName
from app.storage.listing import Stored

_FILES_AT_ONCE = 200
_SMALL_BYTES = 16 << 20  # larger ones are not read into memory


class BlobDamaged(Exception):
    """A blob is not what its name says."""


@dataclass
class Copied:
    """What was copied, and which of the wanted blobs the source does not have."""

    files: int = 0
    bytes: int = 0
    missing: set[str] = field(default_factory=set)


def copy_blobs(source: BlobStore, target: BlobStore, wanted: Set[str] | None) -> Copied:
    """Copy wanted blobs (None: all) with their renditions; what the target has is not copied again.

    Raises BlobDamaged, OSError. What was copied until then stays, and is whole.
    """
    done = Copied(missing=set(wanted or ()))
    for part in range(PARTS):
        there = {(one.sha, one.rendition): one.bytes for one in target.listed_in(part)}
        lacking = _lacking(source, part, wanted, there, done)
        while some := list(islice(lacking, _FILES_AT_ONCE)):
            with target.batch() as batch:
                for one in some:
                    _copy(source, target, batch, one)
                batch.keep()
            done.files += len(some)
            done.bytes += sum(one.bytes for one in some)
    return done


def _lacking(
    source: BlobStore,
    part: int,
    wanted: Set[str] | None,
    there: dict[tuple[str, RenditionName | None], int],
    done: Copied,
) -> Iterator[Stored]:
    for one in source.listed_in(part):
        if wanted is None or one.sha in wanted:
            if one.rendition is None:
                done.missing.discard(one.sha)
            if there.get((one.sha, one.rendition)) != one.bytes:
                yield one


def _copy(source: BlobStore, target: BlobStore, batch: Batch, one: Stored) -> None:
    if one.rendition is not None:
        picture = source.read_rendition(one.sha, one.rendition)
        if picture is not None:
            batch.put_rendition(one.sha, one.rendition, picture)
        return
    if one.bytes <= _SMALL_BYTES:
        found = batch.put(source.read(one.sha))
    else:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "blob"
            with source.open(one.sha) as file, path.open("wb") as out:
                shutil.copyfileobj(file, out, 1 << 20)
            found = target.put_file(path)
    if found != one.sha:
        raise BlobDamaged(f"The file {one.sha} is damaged: its content has the hash {found}.")
