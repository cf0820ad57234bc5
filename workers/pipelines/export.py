"""Exports: the accepted labels, and the images on request, or a task model, in one file."""

import csv
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

import structlog
from sqlalchemy import select

from app.db import images
from app.db.class_sets import ClassSets
from app.db.models import Export, Image
from app.db.session import unit_of_work
from app.domain.enums import ExportFormat
from workers.ml.said import Said
from workers.pipelines.claim import Claim
from workers.pipelines.export_model import export_model
from workers.pipelines.pixels import blob_store

log = structlog.get_logger()

FIELDS = ("image_id", "filename", "sha256", "split", "class", "source", "cycle_id", "updated_at")
Row = dict[str, Any]


def run(claim: Claim) -> None:
    """Write the file and store it."""
    with unit_of_work() as work:
        export = work.session.scalars(select(Export).where(Export.job_id == claim.job_id)).one()
        rows = [] if export.format.of_model else list(_rows(claim, work.session))
    if export.model_id is not None:
        export_model(claim, export.id, export.model_id)
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"labels.{export.format.value}"
        with path.open("w", newline="", encoding="utf-8") as file:
            WRITERS[export.format](file, rows)
        if export.images:
            path = _zip(claim, path, rows)
        sha = blob_store().put_file(path)
    log.info(f"{len(rows)} labels written", format=export.format.value, with_images=export.images)
    with claim.finish({"rows": len(rows)}) as work:
        row = work.session.get_one(Export, export.id)
        row.sha256, row.rows = sha, len(rows)


def _rows(claim: Claim, session: Any) -> Iterator[Row]:
    sets = ClassSets(session, claim.project_id)
    for label, image, name in session.execute(images.labels(claim.project_id).order_by(Image.id)):
        values = (
            image.id, image.filename, image.sha256, image.split.value, name, label.source.value,
            label.cycle_id, label.updated_at.isoformat(),
        )  # fmt: skip
        row: Row = {
            field: None if value is None else str(value) for field, value in zip(FIELDS, values, strict=True)
        }
        if (names := sets.names(label.class_ids)) is not None:
            row = {("classes" if key == "class" else key): value for key, value in row.items()}
            row["classes"] = names
        yield row


def _csv(file: TextIO, rows: list[Row]) -> None:
    writer = csv.DictWriter(file, list(rows[0]) if rows else FIELDS)
    writer.writeheader()
    for row in rows:
        several = {"classes": "|".join(row["classes"])} if "classes" in row else {}
        writer.writerow(row | several)


def _jsonl(file: TextIO, rows: list[Row]) -> None:
    file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


WRITERS: dict[ExportFormat, Callable[[TextIO, list[Row]], None]] = {
    ExportFormat.CSV: _csv,
    ExportFormat.JSONL: _jsonl,
}


def _zip(claim: Claim, table: Path, rows: list[Row]) -> Path:
    """Pack the table and `images/<sha256><suffix>`; images are compressed already, so they are stored."""
    target = table.with_name("export.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.write(table, table.name, zipfile.ZIP_DEFLATED)
        for number, row in enumerate(rows, start=1):
            suffix = Path(row["filename"]).suffix.lower()
            archive.writestr(f"images/{row['sha256']}{suffix}", blob_store().read(row["sha256"]))
            packed = Said("packed", "{done} of {total} images packed", done=number, total=len(rows))
            claim.progress(number / len(rows), packed)
    return target
