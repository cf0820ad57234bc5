"""The loop where images may have several classes: answers, training, the next question, the export."""

import zipfile
from pathlib import Path
from typing import Any

import onnxruntime

from tests.digits import digits
from tests.service.several import CLASSES, answer, project_of
from tests.service.test_imports import send
from tests.service.test_labelling import code, take
from tests.stack import Person, Project

SETS = (("cat",), ("cat", "dog"), (), ("night",))


def held_out(project: Project, folder: Path, split: str, first: int) -> None:
    """Twelve images, four of each pair of neighbouring classes, as a zip with a folder a class."""
    with zipfile.ZipFile(folder / f"{split}.zip", "w") as archive:
        for place, (data, _) in enumerate(digits()[first : first + 12]):
            for step in (0, 1):
                archive.writestr(f"{split}/{CLASSES[(place + step) % 3]}/{place}.png", data)
    send(project, [(f"{split}.zip", (folder / f"{split}.zip").read_bytes())], "use")


def label_all(owner: Person, project: Project, budget: int) -> None:
    for place, one in enumerate(take(owner, project, budget)):
        assert answer(owner, one["id"], *SETS[place % 4]).is_success


def trained(project: Project, number: int) -> dict[str, Any]:
    """The model of a cycle whose queue is answered."""
    (cycle,) = [
        one
        for one in project.client.call("GET", f"/projects/{project.id}/cycles")["items"]
        if one["number"] == number
    ]
    project.client.wait_for_job(cycle["training_job_id"], lambda _part, _message: None)
    model: dict[str, Any] = project.client.call("GET", f"/cycles/{cycle['id']}")["model"]
    return model


def start(project: Project, **body: object) -> dict[str, Any]:
    project.wait(project.client.call("POST", f"/projects/{project.id}/cycles", json={"budget": 4} | body))
    cycle = project.client.open_cycle(project.id, lambda _part, _message: None)
    return dict(cycle)


def test_from_answers_to_the_next_question(owner: Person, tmp_path: Path) -> None:
    project = project_of(owner, pool=30, plan="pt4al")
    call = project.client.call
    held_out(project, tmp_path, "val", 40)
    held_out(project, tmp_path, "test", 60)
    project.rank(pool_batches=3)
    assert start(project)["strategy"] == "uniform"
    label_all(owner, project, 4)
    model = trained(project, 1)
    assert model["metrics"] is None
    assert model["calibration"]["temperature"] is None
    marks = model["set_metrics"]
    assert (marks["split"], marks["count"], len(marks["per_class"])) == ("test", 12, 3)
    scores = [one["average_precision"] for one in marks["per_class"]]
    assert marks["mean_average_precision"] == sum(scores) / 3
    assert all(0 < one["threshold"] < 1 and one["count"] == 8 for one in marks["per_class"])

    assert start(project)["strategy"] == "least_confidence"
    asked = call("POST", f"/projects/{project.id}/assignments", json={"limit": 4})["items"]
    suggestions = [one["suggestion"] for one in asked]
    assert all(one["class"] is None and set(one["classes"]) <= set(CLASSES) for one in suggestions)
    label_all(owner, project, 4)
    assert trained(project, 2)["agreement"] is None  # too few unlabelled images to compare

    for number, strategy in enumerate(("typiclust", "coreset"), start=3):
        assert start(project, strategy=strategy)["strategy"] == strategy
        label_all(owner, project, 4)
        assert trained(project, number)["label_count"] == 4 * number

    made = call("POST", f"/projects/{project.id}/exports", json={"format": "onnx", "model": model["id"]})
    project.wait(made)
    path = tmp_path / "model.onnx"
    path.write_bytes(project.client.download(f"/exports/{made['export']['id']}/content"))
    told = onnxruntime.InferenceSession(path).get_modelmeta().custom_metadata_map
    assert told["task"] == "multi_label_classification"
    assert told["thresholds"].count(",") == 2


def test_a_model_forgets_nothing_when_classes_become_one(owner: Person, tmp_path: Path) -> None:
    project = project_of(owner, pool=12)
    held_out(project, tmp_path, "val", 40)
    start(project)
    label_all(owner, project, 4)
    marks = trained(project, 1)["set_metrics"]
    assert (marks["split"], marks["count"]) == ("validation", 12)
    found = {
        row["name"]: row["id"]
        for row in project.client.call("GET", f"/projects/{project.id}/classes")["items"]
    }
    project.client.call("POST", f"/classes/{found['cat']}/merge", json={"into": found["dog"]})
    assert start(project, strategy="entropy")["strategy"] == "entropy"
    asked = project.client.call("POST", f"/projects/{project.id}/assignments", json={"limit": 4})["items"]
    assert all(set(one["suggestion"]["classes"]) <= {"dog", "night"} for one in asked)
    refused = project.client.request("POST", f"/projects/{project.id}/label-checks", json={})
    assert code(refused) == "one_class_only"
