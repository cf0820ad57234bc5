"""The whole service with its images and models in a bucket (`NEXTBATCH_BLOB_STORE=s3://...`)."""

import hashlib
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from uuid import uuid4

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI, Request, Response
from PIL import Image
from s3fs import S3FileSystem  # type: ignore[import-untyped]

from app.api import bytes as handing_out
from app.db.images import Stored
from app.demo.client import Client
from app.demo.replay import answer_queue
from app.embedded import free_port
from app.storage.blobs import BlobStore
from tests.command.test_command import NEXTBATCH, read_until, stop
from tests.digits import digits, zip_of
from tests.service.test_imports import images, png, send
from tests.stack import Project, quiet
from tests.stores.buckets import bucket, s3_server

SHOTS = digits()[:60]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    number = free_port()
    with s3_server(number):
        bucket("store", number)
        yield number


@pytest.fixture(scope="module")
def client(port: int) -> Iterator[Client]:
    """An administrator of a service of its own, with links to its bucket that live for a minute."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEXTBATCH_")}
    environment |= {
        "NEXTBATCH_BLOB_STORE": "s3://store/some/folder",
        "NEXTBATCH_PRESIGNED_SECONDS": "60",
        "NEXTBATCH_NUMERICS": "fp32",
        "FSSPEC_S3_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests",
        "AWS_DEFAULT_REGION": "us-east-1",
        "COLUMNS": "200",
    }
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        process = subprocess.Popen(
            [sys.executable, NEXTBATCH, "up", "--data-dir", name, "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        try:
            said = read_until(process, "Ctrl-C stops it")
            url, login = re.search(r"http://\S+:\d+", said), re.search(r"Sign in as (\S+) with (\S+)", said)
            assert url
            assert login
            with httpx.Client(base_url=f"{url[0]}/api/v1") as browser:
                browser.post("/auth/login", json={"email": login[1], "password": login[2]})
                made = browser.post("/tokens", json={"name": "test"}, headers={"Origin": url[0]})
            client = Client(url[0], made.json()["token"])
            yield client
            client.close()
            assert not (Path(name) / "blobs").exists()
        finally:
            stop(process)


@pytest.fixture(scope="module")
def project(client: Client) -> Project:
    """Fifty images of the pool and ten of a test split."""
    body = {
        "name": uuid4().hex,
        "classes": [{"name": str(digit)} for digit in range(10)],
        "settings": {"image_size": 16, "task_epochs": 1, "flip": False, "auto_next_cycle": False},
    }
    made = client.call("POST", "/projects", json=body)["id"]
    with tempfile.TemporaryDirectory() as folder:
        for labels, some in (("ignore", SHOTS[:50]), ("test", SHOTS[50:])):
            packed = zip_of(Path(folder) / f"{labels}.zip", some)
            client.wait_for_job(client.upload(made, packed, labels), quiet)
    return Project(made, client, {hashlib.sha256(data).hexdigest(): label for data, label in SHOTS})


def test_the_loop_runs_and_its_model_and_labels_can_be_taken_away(project: Project) -> None:
    client = project.client
    project.rank(pool_batches=2)
    cycle = project.start_cycle(budget=5)
    assert answer_queue(client, project.id, project.truth, quiet) == 5
    while client.call("GET", f"/cycles/{cycle['id']}")["state"] != "done":
        jobs = client.call("GET", f"/cycles/{cycle['id']}")["training_job_id"]
        if jobs:
            client.wait_for_job(jobs, quiet)
    model = client.call("GET", f"/cycles/{cycle['id']}")["model"]
    weights = client.request("GET", f"/models/{model['id']}/content")
    part = client.request("GET", f"/models/{model['id']}/content", headers={"Range": "bytes=8-99"})
    assert weights.headers["content-length"] == str(len(weights.content))
    assert (part.status_code, part.content) == (206, weights.content[8:100])
    export = client.call("POST", f"/projects/{project.id}/exports", json={"format": "imagefolder"})
    project.wait(export)
    assert client.download(f"/exports/{export['export']['id']}/content")[:2] == b"PK"


def test_pictures_are_links_into_the_bucket_for_those_who_may_see_them(project: Project, port: int) -> None:
    send(project, [("big.png", png("red", (400, 300)))])
    image = next(image for image in images(project) if image["filename"] == "big.png")
    kinds = {"full": ("PNG", "image/png"), "display": ("WEBP", "image/webp"), "thumb": ("WEBP", "image/webp")}
    for size, (form, media_type) in kinds.items():
        answer = project.client.request("GET", f"/images/{image['id']}/content?size={size}")
        assert (answer.status_code, answer.headers["cache-control"]) == (307, "private, max-age=30")
        link = answer.headers["location"]
        assert link.startswith(f"http://127.0.0.1:{port}/store/some/folder/")
        picture = httpx.get(link)
        assert picture.headers["content-type"] == media_type
        assert Image.open(io.BytesIO(picture.content)).format == form
    stranger = httpx.get(project.client._http.base_url.join(f"images/{image['id']}/content"))
    assert stranger.status_code == 401


@pytest.fixture
def store(port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[BlobStore]:
    bucket("unit", port)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "tests")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    S3FileSystem.clear_instance_cache()
    yield BlobStore("s3://unit/folder")
    S3FileSystem.clear_instance_cache()


def test_a_store_in_a_bucket_keeps_what_a_store_on_a_disk_keeps(
    store: BlobStore, port: int, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"dog" * 1_000_000)
    sha = store.put(b"cat")
    assert store.put(b"cat") == sha
    large = store.put_file(tmp_path / "file")
    assert store.put_file(tmp_path / "file") == large
    assert (store.read(sha), store.read(large), store.size(large)) == (b"cat", b"dog" * 1_000_000, 3_000_000)
    assert store.read_part(large, 3, 8) == b"dogdo"
    with store.batch() as batch:
        sha = batch.put(b"cow")
        batch.put_rendition(sha, "thumb", b"small cow")
        assert not store.exists(sha)
        batch.keep()
    assert (store.read(sha), store.read_rendition(sha, "thumb")) == (b"cow", b"small cow")
    store.delete(sha)
    store.delete_renditions(sha)
    store.delete(sha)
    assert not store.exists(sha)
    with pytest.raises(FileNotFoundError):
        store.size(sha)
    assert (
        sorted(len(path) for path in bucket("unit", port).find("unit"))
        == [len(f"unit/folder/ab/cd/{sha}")] * 2
    )


def test_pictures_are_handed_out_of_a_bucket_in_parts_without_links(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_out, "blob_store", lambda: store)
    api = FastAPI()
    data = png("red", (400, 300))
    image = Stored(store.put(data), "PNG", 400, 300, len(data), None)
    store.put_rendition(image.sha256, "display", b"0123456789")

    @api.get("/{size}")
    async def content(request: Request, size: Literal["full", "display"]) -> Response:
        return await handing_out.immutable(request, image, size)

    async def asking() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://here") as caller:
            for size, whole in (("full", data), ("display", b"0123456789")):
                assert (await caller.get(f"/{size}")).content == whole
                part = await caller.get(f"/{size}", headers={"Range": "bytes=2-5"})
                assert (part.status_code, part.content) == (206, whole[2:6])
                assert part.headers["content-range"] == f"bytes 2-5/{len(whole)}"
                another = {"Range": "bytes=2-5", "If-Range": '"another"'}
                assert (await caller.get(f"/{size}", headers=another)).content == whole

    with start_blocking_portal() as portal:
        portal.call(asking)
