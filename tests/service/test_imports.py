"""Imports through REST."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.digits import digits, zip_of
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
        ("s3://bucket/folder", "not_supported"),
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
