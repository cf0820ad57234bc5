"""Files of an import, as far as any worker can bring them: stored and measured, without a row yet."""

import json
from contextlib import closing
from functools import lru_cache
from itertools import islice
from uuid import UUID

from pydantic import BaseModel

from app.db.imports import NewImage
from app.storage.blobs import blob_store
from workers.images.found import ListFile, Rejected
from workers.ml.data import Progress
from workers.ml.said import Said
from workers.pipelines.import_files import Listing, listed, read
from workers.pipelines.pixels import open_cache
from workers.pipelines.prepared import Prepared, Ways, chunks
from workers.pipelines.shards.asked import Files


class OtherFiles(Exception):
    """The sources have another number of files than when the import began."""


class Outcome(BaseModel):
    """What became of one file: an image, or the reason why not."""

    image: NewImage | None = None
    rejected: Rejected | None = None
    is_list: bool = False

    @classmethod
    def of(cls, item: Prepared | Rejected) -> "Outcome":
        """Return it as it is written down."""
        if isinstance(item, Prepared):
            return cls(image=item.row)
        return cls(rejected=item, is_list=isinstance(item, ListFile))

    def as_rejected(self) -> Rejected | None:
        """Return the rejection, of the kind that it was."""
        if self.rejected is None or not self.is_list:
            return self.rejected
        return ListFile(self.rejected.name, self.rejected.code, self.rejected.reason)


class Outcomes(BaseModel):
    """What became of a shard's files. It bears the shard's name, so that no two jobs share such a file."""

    asked: str
    files: list[Outcome]


def prepared_files(project_id: UUID, asked: Files, name: str, progress: Progress) -> bytes:
    """Bring the files into the store, and their pixels into this machine's cache. Raises OtherFiles."""
    here = _listed(json.dumps(asked.sources))  # once in a process: the next shard is of the same files
    if here.total != asked.total:
        raise OtherFiles(f"There are {here.total} files now, and there were {asked.total}.")
    found = islice(read(here.sources, here.manifests, asked.passed, asked.mode), asked.count)
    wanted = asked.count or asked.total - asked.passed
    cache = open_cache(project_id, asked.size)
    outcomes: list[Outcome] = []
    with closing(chunks(found, Ways(asked.labels, asked.mode, asked.size))) as under_way:
        for chunk in under_way:
            items = chunk.prepared()
            chunk.batch.keep()
            cache.add_many((item.row.sha256, item.pixels) for item in items if isinstance(item, Prepared))
            outcomes += map(Outcome.of, items)
            told = Said("files", "{done} of {total} files", done=len(outcomes), total=wanted)
            progress(min(1.0, len(outcomes) / wanted), told)
    return Outcomes(asked=name, files=outcomes).model_dump_json().encode()


def outcomes_in(sha256: str) -> list[Outcome]:
    """Return what came of a shard; raises FileNotFoundError."""
    return Outcomes.model_validate_json(blob_store().read(sha256)).files


@lru_cache(maxsize=1)
def _listed(files: str) -> Listing:
    return listed(json.loads(files))
