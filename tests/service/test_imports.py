"""Imports through REST."""

import json
import os
import signal
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image

from app.db import jobs
from app.db.models import Job
from app.db.session import unit_of_work
from app.domain.enums import JobKind
from tests.digits import digits, zip_of
from tests.service.test_jobs import wait_until
from tests.stack import MakeProject, Project, Stack, quiet


def send(project: Project, files: list[tuple[str, bytes]], labels: str = "ignore") -> dict[str, Any]:
    """Upload files under their names; the import's report."""
    parts = [("file", (name, data)) for name, data in files]
    answer = project.client.call(
        "POST", f"/projects/{project.id}/imports", files=parts, data={"labels": labels}
    )
    job = project.client.wait_for_job(answer["job"]["id"], quiet)
    result: dict[str, Any] = job["result"]
    return result


def images(project: Project, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = project.client.call(
        "GET", f"/projects/{project.id}/images?limit=1000{query}"
    )["items"]
    return items


def png(colour: str, size: tuple[int, int] = (20, 10)) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def test_the_same_file_twice_is_one_image(make_project: MakeProject) -> None:
    project = make_project()
    first = send(project, [("a.png", png("red")), ("b.png", png("red")), ("c.png", png("blue"))])
    second = send(project, [("d.png", png("red"))])
    assert (first["imported"], first["duplicates"]) == (2, 1)
    assert (second["imported"], second["duplicates"]) == (0, 1)
    assert len(images(project)) == 2


def test_a_project_tells_how_many_bytes_its_images_have(make_project: MakeProject) -> None:
    project = make_project(pool=3, test=2)
    counts = project.client.call("GET", f"/projects/{project.id}")["counts"]
    assert (counts["images"], counts["pool"], counts["test"]) == (5, 3, 2)
    assert counts["bytes"] == sum(image["bytes"] for image in images(project)) > 0


def test_what_is_broken_is_named_and_stops_nothing(make_project: MakeProject) -> None:
    project = make_project()
    report = send(
        project, [("good.png", png("red")), ("broken.png", png("blue")[:45]), ("words.txt", b"hello")]
    )
    assert report["imported"] == 1
    assert {(r["name"], r["code"]) for r in report["rejected"]} == {
        ("broken.png", "corrupt"),
        ("words.txt", "not_an_image"),
    }


def test_a_hostile_zip_writes_nothing_outside(make_project: MakeProject, stack: Stack) -> None:
    project = make_project()
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../escaped.png", png("red"))
        archive.writestr("fine.png", png("green"))
    report = send(project, [("a.zip", buffer.getvalue())])
    assert (report["imported"], report["rejected"][0]["code"]) == (1, "unsafe_path")
    assert not list(stack.data_dir.rglob("escaped.png"))


def test_folders_become_labels_and_splits(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project()
    with zipfile.ZipFile(tmp_path / "tree.zip", "w") as archive:
        for place, (data, label) in enumerate(digits()[:9]):
            archive.writestr(f"{('train', 'val', 'test')[place % 3]}/{label}/{place}.png", data)
    report = send(project, [("tree.zip", (tmp_path / "tree.zip").read_bytes())], "use")
    assert (report["imported"], report["labelled"]) == (9, 9)
    found = {image["sha256"]: (image["split"], image["label"]) for image in images(project)}
    expected = {sha: project.truth[sha] for sha in found}
    assert {sha: label for sha, (_, label) in found.items()} == expected
    assert sorted(split for split, _ in found.values()) == ["pool"] * 3 + ["test"] * 3 + ["validation"] * 3


def test_a_project_without_classes_takes_those_of_the_folders(make_project: MakeProject) -> None:
    project = make_project()
    project.client.call("PATCH", f"/projects/{project.id}", json={"classes": []})
    send(project, [("cat/1.png", png("red")), ("dog/1.png", png("blue"))], "use")
    classes = project.client.call("GET", f"/projects/{project.id}")["classes"]
    assert [entry["name"] for entry in classes] == ["cat", "dog"]


def test_held_out_images_of_no_known_class_are_left_out_and_named(make_project: MakeProject) -> None:
    project = make_project()
    report = send(project, [("zebra/1.png", png("red"))], "test")
    assert (report["imported"], report["rejected"][0]["code"]) == (0, "unknown_class")
    assert report["unknown_folders"] == {"zebra": 1}


def test_renditions_are_small_webp_and_never_change(make_project: MakeProject) -> None:
    project = make_project()
    send(project, [("big.png", png("red", (2000, 1000)))])
    image = images(project)[0]
    sizes = {}
    for size in ("full", "display", "thumb"):
        answer = project.client.request("GET", f"/images/{image['id']}/content?size={size}")
        sizes[size] = Image.open(BytesIO(answer.content)).size
        again = project.client.request(
            "GET",
            f"/images/{image['id']}/content?size={size}",
            headers={"If-None-Match": answer.headers["etag"]},
        )
        assert (again.status_code, again.content) == (304, b"")
        assert "immutable" in answer.headers["cache-control"]
    assert sizes == {"full": (2000, 1000), "display": (1600, 800), "thumb": (256, 128)}


def test_a_small_jpeg_is_shown_as_it_is_and_stored_once(
    make_project: MakeProject, stack: Stack, tmp_path: Path
) -> None:
    project = make_project()
    buffer = BytesIO()
    Image.linear_gradient("L").resize((20, 10)).save(buffer, "JPEG", comment=tmp_path.name)
    send(project, [("small.jpg", buffer.getvalue())])
    image = images(project)[0]
    for size in ("full", "display", "thumb"):
        answer = project.client.request("GET", f"/images/{image['id']}/content?size={size}")
        assert (answer.content, answer.headers["content-type"]) == (buffer.getvalue(), "image/jpeg")
        part = {"Range": "bytes=2-5"}
        answer = project.client.request("GET", f"/images/{image['id']}/content?size={size}", headers=part)
        assert (answer.status_code, answer.content) == (206, buffer.getvalue()[2:6])
    stored = (stack.data_dir / "blobs").glob(f"*/*/{image['sha256']}*")
    assert [path.name for path in stored] == [image["sha256"]]


def test_a_small_jpeg_that_stays_where_it_is_has_a_thumb_here(
    make_project: MakeProject, stack: Stack, tmp_path: Path
) -> None:
    project = make_project()
    folder = stack.data_dir / "imports" / project.id
    folder.mkdir()
    path = folder / "small.jpg"
    Image.linear_gradient("L").resize((20, 10)).save(path, "JPEG", comment=tmp_path.name)
    body = {"uri": path.as_uri(), "mode": "reference"}
    project.wait(project.client.call("POST", f"/projects/{project.id}/imports", json=body))
    path.unlink()
    answer = project.client.request("GET", f"/images/{images(project)[0]['id']}/content?size=thumb")
    assert answer.headers["content-type"] == "image/webp"
    assert Image.open(BytesIO(answer.content)).size == (20, 10)


def test_parts_of_a_picture_are_handed_out_as_they_are_asked_for(make_project: MakeProject) -> None:
    project = make_project()
    send(project, [("big.png", png("red", (2000, 1000)))])
    path = f"/images/{images(project)[0]['id']}/content"
    for size in ("full", "display", "thumb"):
        whole = project.client.request("GET", f"{path}?size={size}")
        part = project.client.request("GET", f"{path}?size={size}", headers={"Range": "bytes=2-5"})
        assert (part.status_code, part.content) == (206, whole.content[2:6])
        assert part.headers["content-range"] == f"bytes 2-5/{len(whole.content)}"


def test_a_folder_on_the_server_is_read_below_the_import_roots_only(
    make_project: MakeProject, stack: Stack, tmp_path: Path
) -> None:
    project = make_project()
    inside = stack.data_dir / "imports" / project.id
    inside.mkdir()
    (inside / "a.png").write_bytes(png("red"))
    path = f"/projects/{project.id}/imports"
    done = project.wait(project.client.call("POST", path, json={"uri": inside.as_uri()}))
    assert done["result"]["imported"] == 1  # type: ignore[index]
    for uri, code in (
        (tmp_path.as_uri(), "outside_import_roots"),
        (f"file://{stack.data_dir}/imports/../postgres", "outside_import_roots"),
        ("s3://bucket/folder", "address_not_allowed"),
        ("ftp://host/folder", "no_address"),
    ):
        answer = project.client.request("POST", path, json={"uri": uri})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"files": [("other", ("a.png", b"x"))]}, "no field `file`"),
        ({"files": [("file", ("a.png", b"x"))], "data": {"labels": "all"}}, "`labels`"),
    ],
)
def test_a_form_that_cannot_be_meant_says_why(
    make_project: MakeProject, fields: dict[str, Any], message: str
) -> None:
    project = make_project()
    answer: httpx.Response = project.client.request("POST", f"/projects/{project.id}/imports", **fields)
    assert answer.status_code == 422
    assert message in answer.json()["error"]["message"]


def test_images_page_in_every_order(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(pool=7)
    project.rank(pool_batches=2)
    everything = {image["id"]: image["pretext_loss"] for image in images(project)}
    for order in ("oldest", "newest", "hardest", "easiest"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = project.client.call(
                "GET", f"/projects/{project.id}/images?limit=3&order={order}&cursor={cursor}"
            )
            seen += [image["id"] for image in page["items"]]
            cursor = page["next_cursor"]
        keys = {
            "oldest": sorted(everything),
            "newest": sorted(everything, reverse=True),
            "hardest": sorted(everything, key=lambda i: (everything[i], i), reverse=True),
            "easiest": sorted(everything, key=lambda i: (everything[i], i)),
        }
        assert seen == keys[order]
    assert len(images(project, "&pool_batch=1")) == 4
    assert images(project, "&labelled=true") == []


def test_a_zip_that_was_imported_leaves_no_upload_behind(
    make_project: MakeProject, stack: Stack, tmp_path: Path
) -> None:
    project = make_project()
    before = set((stack.data_dir / "uploads").glob("*"))
    path = zip_of(tmp_path / "a.zip", digits()[:3])
    project.client.wait_for_job(project.client.upload(project.id, path, "ignore"), quiet)
    left = set((stack.data_dir / "uploads").glob("*"))
    assert left <= before


def test_an_import_that_is_killed_goes_on_and_reports_as_if_nothing_had_happened(
    make_project: MakeProject, stack: Stack, tmp_path: Path
) -> None:
    project = make_project()
    # More than two chunks: what stands behind a picture's end makes it another file.
    shots = [(data + ending, label) for ending in (b"", b"again", b"once more") for data, label in digits()]
    files = [*shots, *shots[:5]]  # some come twice
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        archive.writestr("first.txt", "not an image")
        for place, (data, label) in enumerate(files):
            archive.writestr(f"{label}/{place}.png", data)
    begun = project.client.upload(project.id, tmp_path / "many.zip", "use")

    def done() -> int:
        with unit_of_work() as work:
            return int(work.session.get_one(Job, UUID(begun)).checkpoint.get("done", 0))

    wait_until(lambda: 0 < done() < len(files))
    (child,) = stack.children_of_jobs()
    os.kill(child, signal.SIGKILL)
    job = project.client.wait_for_job(begun, quiet)
    log = project.client.call("GET", f"/jobs/{begun}/log")["items"]
    assert any("going on after" in line["text"] for line in log)
    result = job["result"]
    assert (result["imported"], result["duplicates"], result["labelled"]) == (len(shots), 5, len(shots))
    assert (result["rejected_count"], [one["name"] for one in result["rejected"]]) == (1, ["first.txt"])
    assert job["attempts"] == 2


def test_files_that_changed_while_an_import_was_down_are_all_looked_at(
    make_project: MakeProject, stack: Stack
) -> None:
    project = make_project()
    folder = stack.data_dir / "imports" / project.id
    folder.mkdir()
    for name, colour in (("b", "red"), ("c", "green"), ("d", "blue")):
        (folder / f"{name}.png").write_bytes(png(colour))
    params = {"files": [{"path": str(folder)}], "labels": "ignore"}
    with unit_of_work() as work:  # as if an attempt had come to c before it died, and a were gone since
        job = jobs.enqueue(work, JobKind.IMPORT, UUID(project.id), None, params)
        jobs.keep_checkpoint(
            work.session,
            job.id,
            {"done": 3, "last": "c.png", "counts": {}, "rejected": [], "unknown_folders": {}},
        )
        ident = str(job.id)
        work.commit()
    result = project.client.wait_for_job(ident, quiet)["result"]
    assert (result["imported"], result["duplicates"]) == (3, 0)


def test_a_manifest_says_classes_and_splits_in_place_of_folders(make_project: MakeProject) -> None:
    project = make_project()
    table = "uri,label,split\nx/red.png,3,test\nx/blue.png,4,\nx/gone.png,5,train\n"
    files = {"x/red.png": png("red"), "x/blue.png": png("blue"), "x/green.png": png("green")}
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("manifest.csv", table)
        for name, data in files.items():
            archive.writestr(name, data)
    report = send(project, [("set.zip", buffer.getvalue())], "use")
    assert (report["imported"], report["labelled"], report["rejected_count"]) == (3, 2, 0)
    found = {image["filename"]: (image["split"], image["label"]) for image in images(project)}
    assert found == {"x/red.png": ("test", "3"), "x/blue.png": ("pool", "4"), "x/green.png": ("pool", None)}


def test_a_team_moves_over_with_label_studios_export_beside_its_images(make_project: MakeProject) -> None:
    project = make_project()
    tasks = [
        {
            "data": {"image": f"/data/upload/1/0a1b2c3d-{name}.png"},
            "annotations": [{"result": [{"type": "choices", "value": {"choices": [said]}}]}],
        }
        for name, said in (("red", "3"), ("blue", "4"))
    ]
    names = ("red", "blue", "green")
    files = [(f"{name}.png", png(name)) for name in names]
    report = send(project, [("project-1.json", json.dumps(tasks).encode()), *files], "use")
    assert (report["imported"], report["labelled"], report["rejected_count"]) == (3, 2, 0)
    assert {image["filename"]: image["label"] for image in images(project)} == {
        "red.png": "3", "blue.png": "4", "green.png": None,
    }  # fmt: skip


def test_a_manifest_that_cannot_be_read_imports_nothing_and_says_why(make_project: MakeProject) -> None:
    project = make_project()
    parts = [("file", ("manifest.csv", b"name,label\nx,1")), ("file", ("red.png", png("red")))]
    begun = project.client.call("POST", f"/projects/{project.id}/imports", files=parts)
    wait_until(lambda: project.client.call("GET", f"/jobs/{begun['job']['id']}")["status"] == "failed")
    job = project.client.call("GET", f"/jobs/{begun['job']['id']}")
    assert job["said"]["error"][0]["code"] == "manifest_invalid"
    assert "manifest.csv: each row needs one of the columns uri" in job["error"]
    assert images(project) == []


def test_what_we_export_comes_back_as_it_was(make_project: MakeProject) -> None:
    shots = digits()[:6]
    first, second = make_project(), make_project()
    send(first, [(f"{label}/{place}.png", data) for place, (data, label) in enumerate(shots)], "use")
    job = first.client.call("POST", f"/projects/{first.id}/exports", json={"format": "jsonl"})
    first.wait(job)
    table = first.client.request("GET", f"/exports/{job['export']['id']}/content").content
    files = [(f"{label}/{place}.png", data) for place, (data, label) in enumerate(shots)]
    report = send(second, [("manifest.jsonl", table), *files], "use")
    assert (report["imported"], report["labelled"]) == (6, 6)
    assert {i["sha256"]: i["label"] for i in images(second)} == {
        i["sha256"]: i["label"] for i in images(first)
    }
