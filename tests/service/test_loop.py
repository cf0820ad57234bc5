"""One image's way: import, pretext run, query, answers, training, and the next query."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import onnxruntime
import pytest
from PIL import Image

from app.demo.replay import answer_queue
from tests.digits import digits, zip_of
from tests.service.test_deletion import delete_long_ago, there
from tests.service.test_jobs import wait_until
from tests.stack import MakeProject, Project, Stack, quiet


def test_from_raw_images_to_the_next_question(stack: Stack, make_project: MakeProject) -> None:
    project = make_project(pool=61, test=20, suggestions=True, audit_share=0)
    call = project.client.call
    run = project.rank(pool_batches=3)

    scores = call("GET", f"/pretext-runs/{run}/scores?limit=1000")["items"]
    assert [s["rank"] for s in scores] == list(range(61))
    assert [s["loss"] for s in scores] == sorted((s["loss"] for s in scores), reverse=True)
    assert [s["pool_batch"] for s in scores] == [1] * 21 + [2] * 20 + [3] * 20

    history = call("GET", f"/pretext-runs/{run}")["history"]
    told = {name: history[name] for name in ("memory_format", "precision", "compiled", "devices", "measured")}
    assert told == {
        "memory_format": "channels_last", "precision": "fp32", "compiled": False, "devices": 1, "measured": {}
    }  # fmt: skip

    cycle = project.start_cycle(budget=5)
    assert (cycle["number"], cycle["pool_batch"], cycle["queued"]) == (1, 1, 5)
    asked = call("POST", f"/projects/{project.id}/assignments", json={"limit": 5})["items"]
    # 21 images and a budget of 5: every fourth, beginning with the hardest.
    assert [a["image"]["id"] for a in asked] == [scores[rank]["image_id"] for rank in (0, 4, 8, 12, 16)]
    assert all(a["suggestion"] is None for a in asked)

    assert answer_queue(project.client, project.id, project.truth, quiet) == 5
    second = next_cycle(project, 2)
    first = call("GET", f"/cycles/{cycle['id']}")
    assert (first["state"], first["answered"], first["model"]["label_count"]) == ("done", 5, 5)
    metrics = first["model"]["metrics"]
    assert (metrics["split"], metrics["count"]) == ("test", 20)
    assert sum(map(sum, metrics["confusion"])) == 20
    hits = sum(row[place] for place, row in enumerate(metrics["confusion"]))
    assert metrics["accuracy"] == pytest.approx(hits / 20)

    assert (second["state"], second["pool_batch"], second["queued"]) == ("labelling", 2, 5)
    asked = call("POST", f"/projects/{project.id}/assignments", json={"limit": 5})["items"]
    confidences = [a["suggestion"]["confidence"] for a in asked]
    assert confidences == sorted(confidences)  # the least confident comes first
    batch_two = {s["image_id"] for s in scores if s["pool_batch"] == 2}
    assert {a["image"]["id"] for a in asked} <= batch_two


def next_cycle(project: Project, number: int) -> dict[str, Any]:
    """Wait until a cycle that opens by itself can be labelled."""
    while True:
        cycle = project.client.open_cycle(project.id, quiet)
        if cycle["number"] == number:
            return cycle


def test_what_was_learned_can_be_taken_away(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(pool=12, test=4, auto_next_cycle=False)
    weights = project.client.download(f"/models/{trained_model(project)['id']}/content")
    assert b"nextbatch" in weights[:2000]  # safetensors' header, with our meta

    started = project.client.call("POST", f"/projects/{project.id}/exports", json={"format": "csv"})
    project.wait(started)
    text = project.client.download(f"/exports/{started['export']['id']}/content").decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 4 + 4  # the pool's answers, and the held-out labels
    assert all(row["class"] == project.truth[row["sha256"]] for row in rows)


def test_a_model_can_be_taken_away_as_onnx(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(pool=12, test=6, auto_next_cycle=False)
    model = trained_model(project)
    body = {"format": "onnx", "model": model["id"]}
    started = project.client.call("POST", f"/projects/{project.id}/exports", json=body)
    project.wait(started)
    answer = project.client.request("GET", f"/exports/{started['export']['id']}/content")
    assert re.search(r'filename="[0-9a-f]+-cycle-1\.onnx"', answer.headers["content-disposition"])
    session = onnxruntime.InferenceSession(answer.content)
    about = session.get_modelmeta().custom_metadata_map
    assert json.loads(about["classes"]) == model["classes"]
    assert (about["image_size"], about["cycle"], about["label_count"]) == ("16", "1", "4")
    assert (about["model_id"], about["project_id"]) == (model["id"], project.id)

    held_out = digits()[12:18]
    pixels = np.stack([np.array(Image.open(io.BytesIO(data)).convert("RGB")) for data, _ in held_out])
    guesses = session.run(None, {"images": pixels})[0].argmax(axis=1)
    hits = sum(model["classes"][guess] == label for guess, (_, label) in zip(guesses, held_out, strict=True))
    assert model["metrics"]["accuracy"] == pytest.approx(hits / 6)


def test_a_model_of_another_project_is_not_exported(make_project: MakeProject) -> None:
    model = trained_model(make_project(pool=4, auto_next_cycle=False))
    other = make_project()
    answer = other.client.request(
        "POST", f"/projects/{other.id}/exports", json={"format": "onnx", "model": model["id"]}
    )
    assert refused(answer) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {"format": "onnx"},
        {"format": "csv", "model": "01890000-0000-7000-8000-000000000000"},
        {"format": "onnx", "images": True, "model": "01890000-0000-7000-8000-000000000000"},
    ],
)
def test_an_export_whose_fields_do_not_fit_is_refused(
    make_project: MakeProject, body: dict[str, object]
) -> None:
    project = make_project()
    answer = project.client.request("POST", f"/projects/{project.id}/exports", json=body)
    assert refused(answer) == (422, "invalid")


def trained_model(project: Project) -> dict[str, Any]:
    """The task model of a first cycle of four labels."""
    project.rank(pool_batches=1)
    cycle = project.start_cycle(budget=4)
    answer_queue(project.client, project.id, project.truth, quiet)
    cycle = project.client.call("GET", f"/cycles/{cycle['id']}")
    project.client.wait_for_job(str(cycle["training_job_id"]), quiet)
    model: dict[str, Any] = project.client.call("GET", f"/cycles/{cycle['id']}")["model"]
    return model


def test_without_held_out_images_the_model_has_no_metrics(make_project: MakeProject) -> None:
    project = make_project(pool=8, auto_next_cycle=False)
    project.rank(pool_batches=1)
    cycle = project.start_cycle(budget=2)
    answer_queue(project.client, project.id, project.truth, quiet)
    cycle = project.client.call("GET", f"/cycles/{cycle['id']}")
    project.client.wait_for_job(str(cycle["training_job_id"]), quiet)
    done = project.client.call("GET", f"/cycles/{cycle['id']}")
    assert (done["state"], done["model"]["metrics"]) == ("done", None)


def test_a_pool_batch_smaller_than_the_budget_is_taken_whole_and_said_so(make_project: MakeProject) -> None:
    project = make_project(pool=9)
    project.rank(pool_batches=3)
    cycle = project.start_cycle(budget=50)
    assert (cycle["queued"], cycle["note"]) == (3, "Only 3 images were left to query.")


def test_a_cycle_beyond_the_last_pool_batch_queries_all_that_remains(make_project: MakeProject) -> None:
    project = make_project(pool=10, budget=2)
    project.rank(pool_batches=2)
    project.start_cycle(budget=2)
    for number in (1, 2):
        answer_queue(project.client, project.id, project.truth, quiet)
        cycle = next_cycle(project, number + 1)
    assert (cycle["number"], cycle["pool_batch"], cycle["queued"]) == (3, None, 2)


def test_newcomers_join_a_pool_batch_that_is_still_to_come(
    make_project: MakeProject, stack: Stack, tmp_path: Path
) -> None:
    project = make_project(pool=20, budget=2)
    run = project.rank(pool_batches=4)
    project.start_cycle(budget=2)
    late = zip_of(tmp_path / "late.zip", digits()[20:40])
    project.client.wait_for_job(project.client.upload(project.id, late, "ignore"), quiet)
    answer_queue(project.client, project.id, project.truth, quiet)
    next_cycle(project, 2)
    scores = project.client.call("GET", f"/pretext-runs/{run}/scores?limit=1000")["items"]
    newcomers = [s for s in scores if s["rank"] is None]
    assert len(scores) == 40
    assert len(newcomers) == 20
    assert min(s["pool_batch"] for s in newcomers) >= 2


def test_the_first_cycle_needs_a_pretext_run(make_project: MakeProject, stack: Stack) -> None:
    project = make_project(pool=3)
    answer = project.client.request("POST", f"/projects/{project.id}/cycles", json={"budget": 2})
    assert refused(answer) == (409, "no_pretext_run")


def test_one_cycle_at_a_time(make_project: MakeProject) -> None:
    project = make_project(pool=6)
    project.rank(pool_batches=1)
    project.start_cycle(budget=2)
    answer = project.client.request("POST", f"/projects/{project.id}/cycles", json={"budget": 2})
    assert refused(answer) == (409, "cycle_running")


def test_an_empty_pool_cannot_be_ranked(make_project: MakeProject) -> None:
    project = make_project()
    answer = project.client.request("POST", f"/projects/{project.id}/pretext-runs", json={})
    assert refused(answer) == (409, "pool_empty")


def test_closing_early_trains_on_what_is_there(make_project: MakeProject) -> None:
    project = make_project(pool=10, test=4, auto_next_cycle=False)
    project.rank(pool_batches=1)
    cycle = project.start_cycle(budget=5)
    held = project.client.call("POST", f"/projects/{project.id}/assignments", json={"limit": 1})["items"][0]
    no_label = project.client.request("POST", f"/cycles/{cycle['id']}/closure")
    assert refused(no_label) == (409, "nothing_to_train")
    project.client.call("PUT", f"/assignments/{held['id']}/annotation", json={"class": "3"})
    closed = project.client.call("POST", f"/cycles/{cycle['id']}/closure")
    project.wait(closed)
    done = project.client.call("GET", f"/cycles/{cycle['id']}")
    assert (done["state"], done["model"]["label_count"]) == ("done", 1)


def test_a_project_goes_with_all_that_hangs_on_it(make_project: MakeProject) -> None:
    project = make_project(pool=6, test=2, auto_next_cycle=False)
    project.rank(pool_batches=1)
    cycle = project.start_cycle(budget=2)
    answer_queue(project.client, project.id, project.truth, quiet)
    training = project.client.call("GET", f"/cycles/{cycle['id']}")["training_job_id"]
    project.client.wait_for_job(training, quiet)
    delete_long_ago(project)
    assert refused(project.client.request("GET", f"/cycles/{cycle['id']}")) == (404, "not_found")
    wait_until(lambda: not there(project))


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
