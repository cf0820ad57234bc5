"""An import goes on when files end the processes that decode them."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.config import get_settings
from app.db.models import Job
from app.db.session import unit_of_work
from app.domain.enums import JobKind
from tests.images.decoders.bad_work import CRASH, HANG, HOARD
from tests.images.pictures import pack
from tests.second_worker import alone, claimed
from tests.service.test_imports import images, png
from tests.stack import MakeProject, Stack
from workers.images.decoders import pictures
from workers.pipelines import ingest, preview

__all__ = ["alone"]
BAD = {"b.png": CRASH, "d.png": HANG, "e.png": HOARD}
CODES = {"b.png": "decoder_crashed", "d.png": "too_slow", "e.png": "too_much_memory"}
NAMES = ["a.png", "b.png", "c.png", "d.png", "e.png", "f.png"]
COLOURS = ["red", "green", "blue", "white", "black", "yellow"]


@pytest.fixture
def source(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A zip of good images among such as end a decoder, which does what stands behind an image's end."""
    monkeypatch.setattr(pictures, "_WORK", "tests.images.decoders.bad_work")
    monkeypatch.setattr(get_settings(), "decode_seconds", 2)
    monkeypatch.setattr(get_settings(), "decode_mib", 256)
    files = [(name, png(colour) + BAD.get(name, b"")) for name, colour in zip(NAMES, COLOURS, strict=True)]
    return pack(stack.data_dir / "imports" / f"{tmp_path.name}.zip", *files)


def result_of(job_id: UUID) -> dict[str, Any]:
    with unit_of_work() as work:
        return dict(work.session.get_one(Job, job_id).result or {})


def test_each_is_refused_alone_and_all_others_come(
    make_project: MakeProject, source: Path, alone: None
) -> None:
    project = make_project()
    claim = claimed(project.id, JobKind.IMPORT, files=[{"path": str(source)}], labels="ignore")
    ingest.run(claim)
    result = result_of(claim.job_id)
    assert [(one["name"], one["code"]) for one in result["rejected"]] == list(CODES.items())
    assert result["imported"] == 3
    assert sorted(image["filename"] for image in images(project)) == ["a.png", "c.png", "f.png"]


def test_a_preview_tells_of_them(make_project: MakeProject, source: Path, alone: None) -> None:
    claim = claimed(make_project().id, JobKind.IMPORT_PREVIEW, files=[{"path": str(source)}])
    preview.run(claim)
    result = result_of(claim.job_id)
    assert (result["new"], {one["name"]: one["code"] for one in result["rejected"]}) == (3, CODES)
