"""Exports: the accepted labels, and the images on request, or a task model, in one file."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import projects
from app.db.models import Export, Label, Project
from app.db.session import unit_of_work
from app.domain.enums import ExportFormat, ProjectTask
from app.storage.blobs import blob_store
from workers.ml.said import Said
from workers.pipelines.claim import Claim
from workers.pipelines.export_folders import add_images, write_hugging_face, write_image_folder
from workers.pipelines.export_model import export_model
from workers.pipelines.export_rows import LabelRow, label_rows
from workers.pipelines.export_tables import WRITERS, counted, label_studio_setup, write_label_studio

log = structlog.get_logger()


def run(claim: Claim) -> None:
    """Write the file and store it."""
    with unit_of_work() as work:
        export = work.session.scalars(select(Export).where(Export.job_id == claim.job_id)).one()
    if export.model_id is not None:
        export_model(claim, export.id, export.model_id)
        return
    with TemporaryDirectory() as name, unit_of_work() as work:
        written = _Writing(claim, work.session, export, Path(name))
        sha = blob_store().put_file(written.file())
    log.info(f"{written.count} labels written", format=export.format.value, with_images=export.images)
    with claim.finish({"rows": written.count}) as work:
        row = work.session.get_one(Export, export.id)
        row.sha256, row.rows = sha, written.count


class _Writing:
    """One export of labels; rows stream through it, so that its memory does not grow with them."""

    def __init__(self, claim: Claim, session: Session, export: Export, folder: Path) -> None:
        self.count = 0
        self._claim, self._export, self._folder = claim, export, folder
        self._classes = [row.name for row in projects.classes(session, claim.project_id)]
        task = session.get_one(Project, claim.project_id).task
        self._several = task is ProjectTask.MULTI_LABEL_CLASSIFICATION
        of_project = select(func.count()).where(Label.project_id == claim.project_id)
        self._total = session.scalar(of_project) or 0
        self._rows: Iterator[LabelRow] = counted(label_rows(session, claim.project_id), self._tell)

    def file(self) -> Path:
        """Write it; returns where."""
        form = self._export.format
        if form is ExportFormat.IMAGEFOLDER:
            write_image_folder(path := self._folder / "export.zip", self._rows, self._classes)
            return path
        if form is ExportFormat.HUGGINGFACE:
            path = self._folder / "export.zip"
            write_hugging_face(path, self._rows, self._folder, several=self._several)
            return path
        path = self._folder / form.file_name
        if not self._export.images:
            WRITERS[form](path, self._rows, self._several)
            return path
        return self._with_images(path)

    def _with_images(self, table: Path) -> Path:
        """Pack the table and `images/`; images are compressed already, so they are stored."""
        target, form = table.with_name("export.zip"), self._export.format
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            rows = add_images(archive, self._rows)
            if form is ExportFormat.LABEL_STUDIO:
                folder = f"export-{self._export.id}"  # as the zip is called, and so what it unpacks to
                write_label_studio(table, rows, self._several, folder)
                setup = label_studio_setup(self._classes, several=self._several)
                archive.writestr("labelling-setup.xml", setup)
            else:
                WRITERS[form](table, rows, self._several)
            archive.write(table, table.name, zipfile.ZIP_DEFLATED)
        return target

    def _tell(self, count: int) -> None:
        self.count = count
        told = Said("exported", "{done} of {total} labels written", done=count, total=self._total)
        self._claim.progress(count / max(1, self._total), told)
