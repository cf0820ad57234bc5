"""The import: files in, images with their renditions and pixels out."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray

from app.db import imports
from app.db.models import Project
from app.db.session import unit_of_work
from app.domain.enums import ImportLabels, Split
from app.domain.project_settings import ProjectSettings
from app.storage import uploads
from workers.images.decode import BadImage, decode
from workers.images.found import Rejected, SourceFile
from workers.images.renditions import renditions, training_pixels
from workers.ml.device import usable_cores
from workers.ml.said import Said
from workers.pipelines.claim import Claim
from workers.pipelines.import_files import count, read, sources_of
from workers.pipelines.pixels import blob_store, limits, open_cache

log = structlog.get_logger()

_CHUNK = 64
_LISTED = 1000
_SPLITS = {"train": Split.POOL, "validation": Split.VALIDATION, "test": Split.TEST}
_UNKNOWN_CLASS = "The project has no class of this folder's name, and a held-out image needs one."


@dataclass
class Report:
    """What an import did, for the job's result."""

    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[dict[str, str]] = field(default_factory=list)
    unknown_folders: Counter[str] = field(default_factory=Counter)

    def reject(self, item: Rejected) -> None:
        """Note one file that was not taken."""
        self.counts["rejected"] += 1
        log.warning(f"left out {item.name}: {item.reason}")
        if len(self.rejected) < _LISTED:
            self.rejected.append({"name": item.name, "code": item.code, "reason": item.reason})

    def as_result(self) -> dict[str, Any]:
        """Return the report as JSON takes it."""
        return {
            "imported": self.counts["imported"],
            "duplicates": self.counts["duplicates"],
            "labelled": self.counts["labelled"],
            "rejected_count": self.counts["rejected"],
            "rejected": self.rejected,
            "unknown_folders": dict(self.unknown_folders.most_common(100)),
        }


@dataclass(frozen=True)
class Prepared:
    """One image, stored and measured, on its way into the tables."""

    row: imports.NewImage
    pixels: NDArray[np.uint8]


def run(claim: Claim) -> None:
    """Import all files of the job; what is broken is reported and stops nothing."""
    mode = ImportLabels(claim.params["labels"])
    with unit_of_work() as work:
        project = work.session.get_one(Project, claim.project_id)
        size = ProjectSettings.model_validate(project.settings).image_size
        classes = imports.ClassNames(work.session, claim.project_id)
    if mode is not ImportLabels.IGNORE:
        classes.may_grow = claim.params.get("create_classes", not classes.ids)
    sources = sources_of(claim.params["files"])
    total = max(1, count(sources))
    cache, report, done = open_cache(claim.project_id, size), Report(), 0
    with ThreadPoolExecutor(usable_cores()) as pool:
        files = read(sources)
        while chunk := list(islice(files, _CHUNK)):
            done += len(chunk)
            prepared: list[Prepared] = []
            for item in pool.map(lambda file: _prepare(file, mode, size), chunk):
                report.reject(item) if isinstance(item, Rejected) else prepared.append(item)
            cache.add_many((p.row.sha256, p.pixels) for p in prepared)
            with claim.step() as work:
                _save(work.session, claim.project_id, classes, prepared, report)
            claim.progress(done / total, Said("files", "{done} of {total} files", done=done, total=total))
    log.info(
        f"{report.counts['imported']} images imported",
        duplicates=report.counts["duplicates"],
        labelled=report.counts["labelled"],
        left_out=report.counts["rejected"],
    )
    with claim.finish(report.as_result()):
        pass
    uploads.remove(claim.params["files"])


def _prepare(item: SourceFile | Rejected, mode: ImportLabels, size: int) -> Prepared | Rejected:
    """Decode one file and store its bytes and renditions."""
    if isinstance(item, Rejected):
        return item
    try:
        decoded = decode(item.data, limits())
    except BadImage as error:
        return Rejected(item.name, error.code, error.reason)
    store = blob_store()
    sha = store.put(item.data)
    if store.rendition_path(sha, "thumb") is None:
        for name, data in renditions(decoded.image).items():
            store.put_rendition(sha, "thumb" if name == "thumb" else "display", data)
    split = {
        ImportLabels.IGNORE: Split.POOL,
        ImportLabels.USE: _SPLITS[item.split or "train"],
        ImportLabels.VALIDATION: Split.VALIDATION,
        ImportLabels.TEST: Split.TEST,
    }[mode]
    row = imports.NewImage(
        sha256=sha,
        filename=item.name,
        width=decoded.width,
        height=decoded.height,
        format=decoded.format,
        bytes=len(item.data),
        split=split,
        folder=None if mode is ImportLabels.IGNORE else item.folder,
    )
    return Prepared(row, training_pixels(decoded.image, size))


def _save(
    session: Any, project_id: UUID, classes: imports.ClassNames, prepared: list[Prepared], report: Report
) -> None:
    classes.read(session)
    rows: list[imports.NewImage] = []
    for row in (p.row for p in prepared):
        known = classes.said_by(session, row.folder) is not None
        if row.folder and not known:
            report.unknown_folders[row.folder] += 1
        if row.split is not Split.POOL and not known:
            report.reject(Rejected(row.filename, "unknown_class", _UNKNOWN_CLASS))
        else:
            rows.append(row)
    imported, labelled = imports.add_images(session, project_id, rows, classes)
    report.counts["imported"] += imported
    report.counts["duplicates"] += len(rows) - imported
    report.counts["labelled"] += labelled
