"""Labels that are taken away, in the formats of others."""

import io
import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from pyarrow import parquet

from app.demo.replay import answer_queue
from tests.service.several import answer as answer_with
from tests.service.test_labelling import take
from tests.service.test_loop import refused
from tests.service.test_several_classes import person, several
from tests.stack import MakeProject, Person, Project, quiet

__all__ = ["person", "several"]


@pytest.fixture
def labelled(make_project: MakeProject) -> Project:
    """Four labels of the pool and four of test images."""
    project = make_project(pool=8, test=4, plan="random", auto_next_cycle=False)
    project.start_cycle(budget=4)
    answer_queue(project.client, project.id, project.truth, quiet)
    return project


def exported(project: Project, **body: object) -> httpx.Response:
    made = project.client.call("POST", f"/projects/{project.id}/exports", json=body)
    project.wait(made)
    answer: httpx.Response = project.client.request("GET", f"/exports/{made['export']['id']}/content")
    return answer


def unzipped(answer: httpx.Response) -> dict[str, bytes]:
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def by_sha(project: Project) -> dict[str, str]:
    items: list[dict[str, Any]] = project.client.call("GET", f"/projects/{project.id}/labels")["items"]
    images = project.client.call("GET", f"/projects/{project.id}/images?limit=1000")["items"]
    sha_of = {image["id"]: image["sha256"] for image in images}
    return {sha_of[item["image_id"]]: item["class"] for item in items}


def test_parquet_has_the_rows_of_the_labels_with_times(labelled: Project) -> None:
    table = parquet.read_table(io.BytesIO(exported(labelled, format="parquet").content))
    assert {row["sha256"]: row["class"] for row in table.to_pylist()} == by_sha(labelled)
    assert str(table.schema.field("updated_at").type) == "timestamp[us, tz=UTC]"
    assert Counter(table.column("split").to_pylist()) == {"pool": 4, "test": 4}


def test_an_image_folder_can_be_imported_again_and_means_the_same(
    labelled: Project, make_project: MakeProject, tmp_path: Path
) -> None:
    answer = exported(labelled, format="imagefolder")
    files = unzipped(answer)
    assert {(Path(name).parts[1], Path(name).stem) for name in files} == {
        (name, sha) for sha, name in by_sha(labelled).items()
    }
    archive = tmp_path / "again.zip"
    archive.write_bytes(answer.content)
    other = make_project()
    done = other.client.wait_for_job(other.client.upload(other.id, archive, "use"), quiet)
    assert done["result"]["imported"] == 8
    assert by_sha(other) == by_sha(labelled)


def test_a_hugging_face_dataset_names_each_file_with_its_label(labelled: Project) -> None:
    files = unzipped(exported(labelled, format="huggingface"))
    assert files["README.md"].startswith(b"---\nconfigs:")
    for part in ("train", "test"):
        lines = [json.loads(line) for line in files[f"data/{part}/metadata.jsonl"].splitlines()]
        assert len(lines) == 4
        for line in lines:
            assert line["label"] == labelled.truth[Path(line["file_name"]).stem]
            Image.open(io.BytesIO(files[f"data/{part}/{line['file_name']}"])).verify()


def test_label_studio_gets_tasks_with_their_annotations_and_the_setup_for_them(labelled: Project) -> None:
    bare = exported(labelled, format="label-studio").json()
    assert len(bare) == 8
    (result,) = bare[0]["annotations"][0]["result"]
    assert (result["from_name"], result["to_name"], result["type"]) == ("label", "image", "choices")
    assert result["value"] == {"choices": [labelled.truth[bare[0]["meta"]["sha256"]]]}

    answer = exported(labelled, format="label-studio", images=True)
    files = unzipped(answer)
    name = answer.headers["content-disposition"].split('filename="')[1].removesuffix('.zip"')
    for task in json.loads(files["tasks.json"]):
        assert task["data"]["image"].removeprefix(f"/data/local-files/?d={name}/") in files
    assert b'<Choice value="3"/>' in files["labelling-setup.xml"]


def test_several_classes_of_an_image_are_a_list_everywhere(several: Project, person: Person) -> None:
    first, second = take(person, several, 2)
    answer_with(person, first["id"], "cat", "dog")
    answer_with(person, second["id"])
    rows = parquet.read_table(io.BytesIO(exported(several, format="parquet").content)).to_pylist()
    tasks = exported(several, format="label-studio").json()
    said = [task["annotations"][0]["result"][0]["value"]["choices"] for task in tasks]
    assert sorted(said) == [[], ["cat", "dog"]]
    assert said == [row["classes"] for row in rows]
    body = {"format": "imagefolder"}
    answer = several.client.request("POST", f"/projects/{several.id}/exports", json=body)
    assert refused(answer) == (422, "one_class_only")
