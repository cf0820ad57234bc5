"""Imports over HTTP: a multipart upload, or JSON that names a place. Nothing is kept in memory."""

import shutil
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from app.api.access import Member
from app.api.transaction import Turns
from app.config import get_settings
from app.db.models import Job
from app.db.session import UnitOfWork
from app.domain.enums import ImportLabels, ImportMode
from app.domain.errors import Invalid
from app.schemas.imports import ImportFromUri
from app.services import imports
from app.storage import uploads

_LABELS = {"type": "string", "enum": [value.value for value in ImportLabels], "default": "ignore"}
_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}}
_URI = {"type": "string", "description": ImportFromUri.model_fields["uri"].description}
_MODE = {
    "type": "string",
    "enum": [value.value for value in ImportMode],
    "default": "copy",
    "description": ImportFromUri.model_fields["mode"].description,
}
_PREVIEW = {
    "type": "boolean",
    "default": False,
    "description": "say what would happen, and import nothing yet",
}
_HOW = {"labels": _LABELS, "preview": _PREVIEW}
_FROM_URI = {"type": "object", "required": ["uri"], "properties": {"uri": _URI, "mode": _MODE, **_HOW}}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": _FILES, **_HOW},
                }
            },
            "application/json": {"schema": _FROM_URI},
        },
    }
}


async def read_import(request: Request, work: UnitOfWork, member: Member) -> Job:
    """Take the body of an import request, and ask for the job; raises Invalid, TooLarge."""
    turns: Turns = request.app.state.turns
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with turns.aside():
            form = await request.form(max_files=10_000, max_fields=10)
        try:
            return await run_in_threadpool(_from_form, form, work, member)
        finally:
            await form.close()
    try:
        body = ImportFromUri.model_validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError([e | {"loc": ("body", *e["loc"])} for e in error.errors()]) from error
    return await run_in_threadpool(imports.from_uri, work, member.project_id, member.user.id, body)


def _from_form(form: FormData, work: UnitOfWork, member: Member) -> Job:
    files = [file for file in form.getlist("file") if isinstance(file, UploadFile)]
    if not files:
        raise Invalid("The form has no field `file` with a file in it.", field="file")
    if any("\0" in (file.filename or "") for file in files):
        raise Invalid("The name of a file holds the character NUL.", field="file")
    try:
        labels = ImportLabels(str(form.get("labels") or ImportLabels.IGNORE))
    except ValueError as error:
        raise Invalid("`labels` must be ignore, use, validation or test.", field="labels") from error
    preview = str(form.get("preview") or "false").lower()
    if preview not in ("true", "false"):
        raise Invalid("`preview` must be true or false.", field="preview")
    root, folder = get_settings().data_dir, uploads.new_folder()
    try:
        kept = [(_keep(root, folder / str(n), file), file.filename or "file") for n, file in enumerate(files)]
        return imports.from_uploads(
            work, member.project_id, member.user.id, kept, labels, preview=preview == "true"
        )
    except BaseException:
        uploads.remove_folder(folder.name)
        raise


def _keep(root: Path, place: Path, file: UploadFile) -> str:
    with (root / place).open("wb") as target:
        shutil.copyfileobj(file.file, target, 1 << 20)
    return place.as_posix()
