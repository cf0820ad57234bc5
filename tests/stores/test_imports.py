"""Imports from buckets and from the web, through REST."""

import csv
import json
import zipfile
from io import BytesIO
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest
from pyarrow import parquet

from app.db import jobs
from app.db.session import unit_of_work
from app.domain.addresses import parse
from app.domain.enums import JobKind
from app.domain.errors import LibraryMissing
from app.storage import buckets
from tests.digits import digits
from tests.service.test_exports import exported
from tests.service.test_imports import images, png, send
from tests.service.test_jobs import wait_until
from tests.stack import MakeProject, Project, Stack, quiet
from tests.stores.conftest import Web
from workers.images.bucket_source import BucketSource
from workers.images.limits import Limits
from workers.images.sources import LocalSource

SHOTS = digits()[:6]


def bring(project: Project, uri: str, **how: object) -> dict[str, Any]:
    """Import from an address; the report."""
    body = {"uri": uri} | how
    job = project.wait(project.client.call("POST", f"/projects/{project.id}/imports", json=body))
    result: dict[str, Any] = job["result"]  # type: ignore[assignment]
    return result


def refusal(project: Project, uri: str) -> tuple[int, str]:
    answer = project.client.request("POST", f"/projects/{project.id}/imports", json={"uri": uri})
    return answer.status_code, answer.json()["error"]["code"]


def fill(pictures: Any, folder: str) -> None:
    for place, (data, label) in enumerate(SHOTS):
        pictures.pipe_file(f"{folder}/{('train', 'test')[place % 2]}/{label}/{place}.png", data)


def test_a_folder_of_a_bucket_tells_labels_and_splits(
    make_project: MakeProject, pictures: Any, folder: str
) -> None:
    fill(pictures, folder)
    pictures.pipe_file(f"{folder}/notes.txt", b"hello")
    pictures.pipe_file(f"{folder}/.hidden/1.png", SHOTS[0][0])
    project = make_project()
    report = bring(project, f"s3://{folder}/", labels="use")
    assert (report["imported"], report["labelled"]) == (6, 6)
    assert [(r["name"], r["code"]) for r in report["rejected"]] == [("notes.txt", "not_an_image")]
    found = images(project)
    assert {i["sha256"]: i["label"] for i in found} == {
        i["sha256"]: project.truth[i["sha256"]] for i in found
    }
    assert sorted(i["split"] for i in found) == ["pool"] * 3 + ["test"] * 3


def test_names_that_lead_out_of_a_folder_are_left_out(
    make_project: MakeProject, pictures: Any, folder: str
) -> None:
    pictures.pipe_file(f"{folder}/a b+c#d?e.png", png("red"))
    for name in ("%2e%2e/x.png", "a%2fb.png", "a\\b.png"):
        pictures.pipe_file(f"{folder}/{name}", png("red"))
    report = bring(make_project(), f"s3://{folder}")
    assert report["imported"] == 1
    assert {r["code"] for r in report["rejected"]} == {"unsafe_path"}
    assert len(report["rejected"]) == 3


def test_an_import_from_a_bucket_goes_on_after_what_is_done(
    make_project: MakeProject, pictures: Any, folder: str
) -> None:
    for place, (data, _) in enumerate(SHOTS):
        pictures.pipe_file(f"{folder}/{place}.png", data)
    project = make_project()
    params = {"files": [{"address": f"s3://{folder}"}], "labels": "ignore"}
    with unit_of_work() as work:  # as if an attempt had died after the third file
        job = jobs.enqueue(work, JobKind.IMPORT, UUID(project.id), None, params)
        told = {"counts": {"imported": 3}, "rejected": [], "unknown_folders": {}}
        jobs.keep_checkpoint(work.session, job.id, {"done": 3, "last": "2.png"} | told)
        ident = str(job.id)
        work.commit()
    assert project.client.wait_for_job(ident, quiet)["result"]["imported"] == 6
    assert sorted(image["filename"] for image in images(project)) == ["3.png", "4.png", "5.png"]


def test_a_bucket_is_previewed_and_then_confirmed(
    make_project: MakeProject, pictures: Any, folder: str
) -> None:
    fill(pictures, folder)
    project = make_project()
    body = {"uri": f"s3://{folder}", "preview": True}
    begun = project.client.call("POST", f"/projects/{project.id}/imports", json=body)
    assert project.wait(begun)["result"]["new"] == 6  # type: ignore[index]
    path = f"/imports/{begun['job']['id']}/confirmation"
    report = project.wait(project.client.call("POST", path, json={"labels": "test"}))["result"]
    assert (report["imported"], report["labelled"]) == (6, 6)  # type: ignore[index]


def test_a_zip_and_a_single_image_in_a_bucket(make_project: MakeProject, pictures: Any, folder: str) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/red.png", png("red"))
        archive.writestr("a/blue.png", png("blue"))
    pictures.pipe_file(f"{folder}/packed.zip", packed.getvalue())
    pictures.pipe_file(f"{folder}/green.png", png("green"))
    project = make_project()
    assert bring(project, f"s3://{folder}/packed.zip")["imported"] == 2
    assert bring(project, f"s3://{folder}/green.png")["imported"] == 1
    assert sorted(i["filename"] for i in images(project)) == ["a/blue.png", "a/red.png", "green.png"]


def test_only_what_is_below_an_allowed_address_is_imported(make_project: MakeProject, stack: Stack) -> None:
    project = make_project()
    for uri in (
        "s3://pictures/secret/",
        "s3://pictures",
        "s3://pictures/open-evil/",
        "s3://pictures-evil/open/",
        f"http://127.0.0.1:{stack.web_port}/secret.png",
        f"http://127.0.0.1:{stack.buckets_port}/pictures/secret/a.png",
    ):
        assert refusal(project, uri) == (422, "address_not_allowed")
    for uri in ("s3://pictures/open/../secret/", "s3://pictures/open/%2e%2e/secret/", "nowhere://x/y", "x"):
        assert refusal(project, uri) == (422, "no_address")


def test_what_is_not_there_is_said(make_project: MakeProject, pictures: Any, folder: str) -> None:
    report = bring(make_project(), f"s3://{folder}/nothing")
    assert [r["code"] for r in report["rejected"]] == ["not_found"]


def test_a_list_names_images_wherever_they_lie(
    make_project: MakeProject, pictures: Any, folder: str, web: Web
) -> None:
    here = f"http://127.0.0.1:{web.server_port}"
    web.files |= {"/open/blue.png": png("blue"), "/secret.png": png("white")}
    pictures.pipe_file(f"{folder}/red.png", png("red"))
    pictures.pipe_file(f"{folder}/lists/green.png", png("green"))
    pictures.pipe_file("pictures/secret/grey.png", png("grey"))
    rows: list[dict[str, Any]] = [
        {"uri": "green.png", "label": "1", "split": "test", "camera": "north", "lux": 3.5},
        {"uri": f"s3://{folder}/red.png", "label": "2", "seen": {"at": [1, None]}},
        {"uri": f"{here}/open/blue.png"},
        {"uri": "s3://pictures/secret/grey.png"},
        {"uri": f"{here}/secret.png"},
        {"uri": f"http://localhost:{web.server_port}/open/blue.png"},
        {"uri": "../red.png"},
        {"uri": "file:///etc/passwd"},
        {"uri": "missing.png"},
        {"uri": f"s3://{folder}/lists/green.png", "text": "x" * 20_000},
    ]
    lines = "\n".join(json.dumps(row) for row in rows)
    pictures.pipe_file(f"{folder}/lists/shots.jsonl", lines.encode())
    project = make_project()
    report = bring(project, f"s3://{folder}/lists/shots.jsonl", labels="use")
    assert (report["imported"], report["labelled"]) == (3, 2)
    assert [r["code"] for r in report["rejected"]] == [
        *["address_not_allowed"] * 3,
        *("no_address", "address_not_allowed", "not_found", "metadata_too_large"),
    ]
    found = {i["filename"]: (i["split"], i["label"]) for i in images(project)}
    assert found == {
        "green.png": ("test", "1"),
        f"{folder.removeprefix('pictures/')}/red.png": ("pool", "2"),
        "open/blue.png": ("pool", None),
    }
    ids = {i["filename"].rsplit("/", 1)[-1]: i["id"] for i in images(project)}
    told = {name: project.client.call("GET", f"/images/{id}")["metadata"] for name, id in ids.items()}
    assert told == {
        "green.png": {"camera": "north", "lux": 3.5},
        "red.png": {"seen": {"at": [1, None]}},
        "blue.png": {},
    }


def test_an_uploaded_list_names_images_in_buckets(
    make_project: MakeProject, pictures: Any, folder: str
) -> None:
    pictures.pipe_file(f"{folder}/red.png", png("red"))
    project = make_project()
    table = pa.table({"uri": [f"s3://{folder}/red.png", "red.png"], "label": ["3", "3"]})
    written = BytesIO()
    parquet.write_table(table, written)
    report = send(project, [("mine.parquet", written.getvalue())], "use")
    assert (report["imported"], report["labelled"]) == (1, 1)
    assert [r["code"] for r in report["rejected"]] == ["no_address"]


def test_a_list_that_cannot_be_read_stops_the_import(
    make_project: MakeProject, pictures: Any, folder: str
) -> None:
    pictures.pipe_file(f"{folder}/shots.csv", b"name\n1.png\n")
    project = make_project()

    def failure(name: str) -> str:
        body = {"uri": f"s3://{folder}/{name}"}
        job = project.client.call("POST", f"/projects/{project.id}/imports", json=body)["job"]["id"]
        wait_until(lambda: project.client.call("GET", f"/jobs/{job}")["status"] == "failed")
        return str(project.client.call("GET", f"/jobs/{job}")["said"]["error"][0]["code"])

    assert failure("shots.csv") == failure("none.csv") == "manifest_invalid"


def test_metadata_is_what_the_last_list_said_and_goes_out_with_labels(make_project: MakeProject) -> None:
    project = make_project()
    send(project, [("manifest.csv", b"path,label,camera\n1.png,1,north\n"), ("1.png", SHOTS[0][0])], "use")
    send(project, [("manifest.csv", b"path,label,camera\n1.png,1,south\n"), ("1.png", SHOTS[0][0])], "use")
    send(project, [("1.png", SHOTS[0][0])])
    table = csv.DictReader(exported(project, format="csv").text.splitlines())
    lines = exported(project, format="jsonl").text.splitlines()
    rows = parquet.read_table(BytesIO(exported(project, format="parquet").content)).to_pylist()
    assert [json.loads(row["metadata"]) for row in table] == [{"camera": "south"}]
    assert [json.loads(line)["metadata"] for line in lines] == [{"camera": "south"}]
    assert [json.loads(row["metadata"]) for row in rows] == [{"camera": "south"}]


def test_a_zip_and_an_image_on_the_web(make_project: MakeProject, web: Web) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("red.png", png("red"))
    web.files |= {"/open/packed.zip": packed.getvalue(), "/open/blue.png": png("blue")}
    web.redirects["/open/way.png"] = "/secret.png"
    project = make_project()
    here = f"http://127.0.0.1:{web.server_port}/open"
    assert bring(project, f"{here}/packed.zip")["imported"] == 1
    assert bring(project, f"{here}/blue.png?key=1")["rejected"][0]["code"] == "not_found"
    assert bring(project, f"{here}/blue.png")["imported"] == 1
    assert bring(project, f"{here}/way.png")["rejected"][0]["code"] == "address_not_allowed"


@pytest.mark.parametrize("limit", ["entries", "total_bytes"])
def test_limits_end_a_folder_of_a_bucket_where_they_end_one_of_the_server(
    pictures: Any, folder: str, limit: str, tmp_path: Any
) -> None:
    for place, (data, _) in enumerate(SHOTS):
        pictures.pipe_file(f"{folder}/{place}.png", data)
        (tmp_path / f"{place}.png").write_bytes(data)
    limits = Limits(**{limit: 3 if limit == "entries" else sum(len(data) for data, _ in SHOTS[:4])})
    there = BucketSource(parse(f"s3://{folder}"))
    assert [item.name for item in there.read(limits)][:3] == ["0.png", "1.png", "2.png"]
    for passed in (0, 2, 3, 4):
        ours = [getattr(item, "code", item.name) for item in LocalSource(tmp_path).read(limits, passed)]
        assert [getattr(item, "code", item.name) for item in there.read(limits, passed)] == ours


def test_a_missing_library_is_named_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "find_spec", lambda _: None)
    with pytest.raises(LibraryMissing, match=r"install nextbatch\[gcs\]"):
        buckets.check_library("gs")
