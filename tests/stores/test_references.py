"""Images that stay where they are."""

import hashlib
import io
import shutil
import zipfile
from typing import Any
from uuid import UUID

import httpx
import numpy as np
import pytest

from app.config import get_settings
from app.domain.enums import Role
from app.domain.errors import AddressNotAllowed, OutsideImportRoots, SourceChanged, SourceMissing
from app.storage.blobs import blob_store
from app.storage.originals import link_to_original, read_original
from tests.service.test_deletion import delete_long_ago, there
from tests.service.test_exports import exported, unzipped
from tests.service.test_imports import images, png, send
from tests.service.test_jobs import wait_until
from tests.stack import MakeProject, Project, Stack, quiet
from tests.stores.conftest import Web
from tests.stores.test_imports import SHOTS, bring, fill
from workers.pipelines.pixels import cached_images


def picture(colour: str) -> bytes:
    """Large enough for a display rendition of its own."""
    return png(colour, (400, 300))


def content(project: Project, image: dict[str, Any], size: str = "full", **headers: str) -> Any:
    return project.client.request("GET", f"/images/{image['id']}/content?size={size}", headers=headers)


@pytest.fixture
def referenced(make_project: MakeProject, pictures: Any, folder: str) -> Project:
    """A project with one red image that lies in a bucket."""
    pictures.pipe_file(f"{folder}/red.png", picture("red"))
    project = make_project()
    assert bring(project, f"s3://{folder}", mode="reference")["imported"] == 1
    return project


def test_only_renditions_come_into_the_store(referenced: Project, folder: str) -> None:
    image = images(referenced)[0]
    assert not blob_store().exists(image["sha256"])
    assert blob_store().read_rendition(image["sha256"], "thumb")
    assert blob_store().read_rendition(image["sha256"], "display")
    told = referenced.client.call("GET", f"/images/{image['id']}")
    assert told["source_uri"] == f"s3://{folder}/red.png"


def test_an_address_is_for_engineers_to_see(referenced: Project, stack: Stack) -> None:
    annotator = stack.person()
    referenced.add(annotator, Role.ANNOTATOR)
    image = images(referenced)[0]
    assert annotator.client.call("GET", f"/images/{image['id']}")["source_uri"] is None


def test_the_original_is_handed_out_whole_and_in_parts(referenced: Project) -> None:
    image, data = images(referenced)[0], picture("red")
    whole = content(referenced, image)
    assert (whole.status_code, whole.content) == (200, data)
    assert whole.headers["content-type"] == "image/png"
    part = content(referenced, image, Range="bytes=-7")
    assert (part.status_code, part.content) == (206, data[-7:])
    assert content(referenced, image, Range=f"bytes={len(data)}-").status_code == 416
    same = content(referenced, image, **{"If-None-Match": whole.headers["etag"]})
    assert same.status_code == 304


def test_bytes_that_changed_or_are_gone_are_refused_by_name(
    referenced: Project, pictures: Any, folder: str
) -> None:
    image = images(referenced)[0]
    pictures.pipe_file(f"{folder}/red.png", picture("blue"))
    answer = content(referenced, image)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "source_changed")
    pictures.rm_file(f"{folder}/red.png")
    answer = content(referenced, image)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "source_missing")
    assert content(referenced, image, "display").status_code == 200


def test_a_copy_takes_the_place_of_a_reference_and_not_the_other_way(
    referenced: Project, pictures: Any, folder: str
) -> None:
    image = images(referenced)[0]
    bring(referenced, f"s3://{folder}", mode="copy")
    bring(referenced, f"s3://{folder}", mode="reference")
    pictures.rm_file(f"{folder}/red.png")
    assert referenced.client.call("GET", f"/images/{image['id']}")["source_uri"] is None
    assert content(referenced, image).content == picture("red")


def test_bytes_that_moved_are_found_again_by_importing_them_from_there(
    referenced: Project, pictures: Any, folder: str
) -> None:
    pictures.mv(f"{folder}/red.png", f"{folder}/moved/red.png")
    assert bring(referenced, f"s3://{folder}/moved", mode="reference")["duplicates"] == 1
    assert content(referenced, images(referenced)[0]).content == picture("red")


def test_pixels_are_made_again_from_where_the_images_lie(
    make_project: MakeProject, pictures: Any, folder: str, stack: Stack
) -> None:
    fill(pictures, folder)
    project = make_project()
    bring(project, f"s3://{folder}", labels="use", mode="reference")
    shas = [image["sha256"] for image in images(project)]
    before = cached_images(UUID(project.id), 16, shas, quiet)
    pixels = before.minibatch(np.arange(len(shas))).clone()
    shutil.rmtree(stack.data_dir / "pixels" / project.id)
    again = cached_images(UUID(project.id), 16, shas, quiet)
    assert again.minibatch(np.arange(len(shas))).equal(pixels)
    pictures.rm(folder, recursive=True)
    shutil.rmtree(stack.data_dir / "pixels" / project.id)
    with pytest.raises(SourceMissing):
        cached_images(UUID(project.id), 16, shas, quiet)


def test_exports_with_images_take_them_from_where_they_lie(
    make_project: MakeProject, pictures: Any, folder: str
) -> None:
    fill(pictures, folder)
    project = make_project()
    bring(project, f"s3://{folder}", labels="use", mode="reference")
    expected = {hashlib.sha256(data).hexdigest() for data, _ in SHOTS}
    for body in (
        {"format": "imagefolder"},
        {"format": "huggingface"},
        {"format": "label-studio", "images": True},
        {"format": "csv", "images": True},
    ):
        files = unzipped(exported(project, **body))
        assert {
            hashlib.sha256(data).hexdigest() for name, data in files.items() if name[-4:] == ".png"
        } == expected


def test_what_lies_in_a_zip_cannot_be_referenced(
    make_project: MakeProject, pictures: Any, folder: str
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("red.png", png("red"))
    pictures.pipe_file(f"{folder}/packed.zip", packed.getvalue())
    report = bring(make_project(), f"s3://{folder}/packed.zip", mode="reference")
    assert (report["imported"], report["rejected"][0]["code"]) == (0, "in_archive")


def test_files_of_the_server_and_of_the_web_are_referenced_too(
    make_project: MakeProject, stack: Stack, web: Web
) -> None:
    project = make_project()
    inside = stack.data_dir / "imports" / project.id
    (inside / "a folder").mkdir(parents=True)
    (inside / "a folder" / "rot ü.png").write_bytes(png("#c0ffee"))
    web.files["/open/blue.png"] = png("#facade")
    bring(project, inside.as_uri(), mode="reference")
    bring(project, f"http://127.0.0.1:{web.server_port}/open/blue.png", mode="reference")
    found = {image["filename"]: image for image in images(project)}
    assert content(project, found["a folder/rot ü.png"]).content == png("#c0ffee")
    assert content(project, found["blue.png"]).content == png("#facade")
    assert not any(blob_store().exists(image["sha256"]) for image in found.values())


def test_a_link_that_leads_out_of_a_folder_is_not_followed_later_either(stack: Stack, tmp_path: Any) -> None:
    data = png("red")
    (tmp_path / "red.png").write_bytes(data)
    link = stack.data_dir / "imports" / "link.png"
    link.symlink_to(tmp_path / "red.png")
    with pytest.raises(OutsideImportRoots):
        read_original(blob_store(), hashlib.sha256(data).hexdigest(), link.as_uri())


def test_todays_allowed_addresses_count_and_not_those_of_the_import(
    pictures: Any, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = png("red")
    sha = hashlib.sha256(data).hexdigest()
    pictures.pipe_file(f"{folder}/red.png", data)
    assert read_original(blob_store(), sha, f"s3://{folder}/red.png") == data
    with pytest.raises(SourceChanged):
        read_original(blob_store(), "0" * 64, f"s3://{folder}/red.png")
    monkeypatch.setattr(get_settings(), "import_urls", ["s3://pictures/other"])
    with pytest.raises(AddressNotAllowed):
        read_original(blob_store(), sha, f"s3://{folder}/red.png")


def test_nobody_is_told_where_an_original_is_missing_but_engineers(
    referenced: Project, pictures: Any, folder: str
) -> None:
    pictures.rm_file(f"{folder}/red.png")
    error = content(referenced, images(referenced)[0]).json()["error"]
    assert folder not in str(error)


def test_a_link_leads_to_the_original_where_it_lies(
    pictures: Any, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = png("red")
    sha = hashlib.sha256(data).hexdigest()
    pictures.pipe_file(f"{folder}/red.png", data)
    link = link_to_original(blob_store(), sha, f"s3://{folder}/red.png", "image/png", 60)
    assert link
    picture = httpx.get(link)
    assert (picture.content, picture.headers["content-type"]) == (data, "image/png")
    assert link_to_original(blob_store(), sha, "https://images.org/red.png", "image/png", 60) is None
    monkeypatch.setattr(get_settings(), "import_urls", [])
    with pytest.raises(AddressNotAllowed):
        link_to_original(blob_store(), sha, f"s3://{folder}/red.png", "image/png", 60)


def test_a_project_is_removed_without_what_it_refers_to(
    referenced: Project, make_project: MakeProject, pictures: Any, folder: str
) -> None:
    sha, other = images(referenced)[0]["sha256"], make_project()
    send(other, [("red.png", picture("red"))])
    delete_long_ago(referenced)
    wait_until(lambda: not there(referenced))
    assert pictures.cat_file(f"{folder}/red.png") == picture("red")
    assert blob_store().read(sha) == picture("red")
