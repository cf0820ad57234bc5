"""The import: files in, images with their renditions and pixels out.

Files are read, decoded and saved in chunks, each while the next is being decoded. How far it came is saved
with each chunk, so that an import that was killed goes on from there.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from app.config import get_settings
from app.db import imports, shards
from app.db.jobs import keep_checkpoint
from app.db.models import Project
from app.db.session import unit_of_work
from app.domain.enums import ImportLabels, ImportMode, Split
from app.domain.project_settings import ProjectSettings
from app.storage import uploads
from workers.images.found import ENDS, ListFile, Rejected, SourceFile
from workers.ml.said import Said
from workers.pipelines.claim import Claim
from workers.pipelines.import_files import Listing, anybody_can_read, listed, read
from workers.pipelines.pixels import open_cache
from workers.pipelines.prepared import Prepared, Ways, chunks
from workers.pipelines.shards.asked import Files
from workers.pipelines.shards.files import outcomes_in
from workers.pipelines.shards.of_job import JobShards

log = structlog.get_logger()

_LISTED = 1000
_CHANGED = "the files changed meanwhile, and are read again from the first"
_UNKNOWN_CLASS = "The project has no class of this folder's name, and a held-out image needs one."


@dataclass
class Report:
    """What an import did, for the job's result."""

    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[dict[str, str]] = field(default_factory=list)
    unknown_folders: Counter[str] = field(default_factory=Counter)

    def reject(self, item: Rejected) -> None:
        """Note one file that was not taken; a manifest was, in its way."""
        if isinstance(item, ListFile):
            return
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

    def as_checkpoint(self, done: int, last: str) -> dict[str, Any]:
        """Return what to go on from after `done` files, of which `last` was the last."""
        parts = {"counts": self.counts, "rejected": self.rejected, "unknown_folders": self.unknown_folders}
        return {"done": done, "last": last} | parts

    @classmethod
    def of_checkpoint(cls, checkpoint: dict[str, Any]) -> "Report":
        """Return the report as it was."""
        counts, unknown = Counter(checkpoint["counts"]), Counter(checkpoint["unknown_folders"])
        return cls(counts, checkpoint["rejected"], unknown)


def run(claim: Claim) -> None:
    """Import all files of the job; what is broken is reported and stops nothing."""
    labels = ImportLabels(claim.params["labels"])
    with unit_of_work() as work:
        project = work.session.get_one(Project, claim.project_id)
        size = ProjectSettings.model_validate(project.settings).image_size
        classes = imports.ClassNames(work.session, claim.project_id)
    if labels is not ImportLabels.IGNORE:
        classes.may_grow = claim.params.get("create_classes", not classes.ids)
    ways = Ways(labels, ImportMode(claim.params.get("mode", ImportMode.COPY)), size)
    files = listed(claim.params["files"])
    if anybody_can_read(claim.params["files"], files.sources) and files.total > get_settings().shard_images:
        report = _by_all(claim, ways, classes, files.total)
    else:
        report = _here(claim, ways, classes, files)
    log.info(
        f"{report.counts['imported']} images imported",
        duplicates=report.counts["duplicates"],
        labelled=report.counts["labelled"],
        left_out=report.counts["rejected"],
    )
    with claim.finish(report.as_result()):
        pass
    uploads.remove(claim.params["files"])


def _here(claim: Claim, ways: Ways, classes: imports.ClassNames, listing: Listing) -> Report:
    """Read everything in this process: uploads and folders of this machine may be out of others' reach."""
    total = max(1, listing.total)
    report, done, files = _begin_or_go_on(claim.checkpoint, listing, ways.mode)
    cache = open_cache(claim.project_id, ways.size)
    with closing(chunks(files, ways)) as under_way:
        for chunk in under_way:
            found = chunk.prepared()
            prepared = [item for item in found if isinstance(item, Prepared)]
            for item in found:
                if isinstance(item, Rejected):
                    report.reject(item)
            # Files before rows: a crash leaves files that come again, and no rows without files.
            chunk.batch.keep()
            cache.add_many((p.row.sha256, p.pixels) for p in prepared)
            done += len(found)
            with claim.step() as work:
                _save(work.session, claim.project_id, classes, [p.row for p in prepared], report)
                keep_checkpoint(work.session, claim.job_id, report.as_checkpoint(done, chunk.last))
            claim.progress(done / total, Said("files", "{done} of {total} files", done=done, total=total))
    return report


def _by_all(claim: Claim, ways: Ways, classes: imports.ClassNames, total: int) -> Report:
    """Share the files of a bucket or a list out among all workers that have nothing else to do.

    Rows are written here alone, and in the files' order, so that the result is that of one worker.
    """
    size = get_settings().shard_images
    report, begun, mark = Report(), 0, f"{total} files"
    if claim.checkpoint.get("last") == mark:
        report, begun = Report.of_checkpoint(claim.checkpoint), int(claim.checkpoint["done"])
    elif claim.checkpoint:
        log.warning(_CHANGED)
    starts = range(begun, total, size)
    parts = [
        Files(
            sources=claim.params["files"],
            labels=ways.labels,
            mode=ways.mode,
            size=ways.size,
            passed=start,
            count=size if start + size < total else None,
            total=total,
        )
        for start in starts
    ]

    def tell(state: shards.State) -> None:
        done = min(begun + len(state.results) * size, total)
        claim.progress(done / total, Said("files", "{done} of {total} files", done=done, total=total))

    of_job = JobShards.lay_out(claim, parts)
    for start, sha in zip(starts, of_job.results(tell), strict=True):
        outcomes = outcomes_in(sha)
        rejected = [item for outcome in outcomes if (item := outcome.as_rejected())]
        for item in rejected:
            report.reject(item)
        rows = [outcome.image for outcome in outcomes if outcome.image]
        done = min(start + size, total)
        with claim.step() as work:
            _save(work.session, claim.project_id, classes, rows, report)
            keep_checkpoint(work.session, claim.job_id, report.as_checkpoint(done, mark))
        if any(item.code in ENDS for item in rejected):
            break  # the rest is beyond a limit, and would say so once more with each shard
    return report


def _begin_or_go_on(
    checkpoint: dict[str, Any], listing: Listing, mode: ImportMode
) -> tuple[Report, int, Iterator[SourceFile | Rejected]]:
    """The report so far, how many files it is of, and the files that follow.

    Files may have changed since: if the last one is not where it was, all are looked at again.
    """
    if checkpoint:
        done = int(checkpoint["done"])
        files = read(listing.sources, listing.manifests, done - 1, mode)
        last = next(files, None)
        if last is not None and last.name == checkpoint["last"]:
            log.info(f"going on after {done} files")
            return Report.of_checkpoint(checkpoint), done, files
        log.warning(_CHANGED)
    return Report(), 0, read(listing.sources, listing.manifests, mode=mode)


def _save(
    session: Session,
    project_id: UUID,
    classes: imports.ClassNames,
    found: list[imports.NewImage],
    report: Report,
) -> None:
    classes.read(session)
    rows: list[imports.NewImage] = []
    for row in found:
        known = classes.said_by(session, row.classes) is not None
        if row.classes and not known:
            report.unknown_folders[", ".join(row.classes)] += 1
        if row.split is not Split.POOL and not known:
            report.reject(Rejected(row.filename, "unknown_class", _UNKNOWN_CLASS))
        else:
            rows.append(row)
    imported, labelled = imports.add_images(session, project_id, rows, classes)
    report.counts["imported"] += imported
    report.counts["duplicates"] += len(rows) - imported
    report.counts["labelled"] += labelled
