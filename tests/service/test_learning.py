"""What a cycle's training says beyond accuracy: balance, calibration, and whether to go on."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import torch

from app.demo.replay import answer_queue
from app.domain.enums import Balance, StoppingState
from app.schemas.learning import ModelOut
from tests.digits import digits, zip_of
from tests.service.test_loop import next_cycle
from tests.stack import MakeProject, Project, quiet
from workers.ml import balance, stopping
from workers.ml.calibration import calibrated
from workers.ml.model_files import load_model
from workers.ml.task_model import predict
from workers.pipelines.pixels import cached_images


def with_validation(make_project: MakeProject, folder: Path, images: int, **settings: Any) -> Project:
    project = make_project(**settings)
    path = zip_of(folder / "validation.zip", digits()[200 : 200 + images])
    project.client.wait_for_job(project.client.upload(project.id, path, "validation"), quiet)
    return project


def train(project: Project, budget: int = 4) -> dict[str, Any]:
    """One whole cycle; returns its task model."""
    cycle = project.start_cycle(budget=budget)
    answer_queue(project.client, project.id, project.truth, quiet)
    job = project.client.call("GET", f"/cycles/{cycle['id']}")["training_job_id"]
    project.client.wait_for_job(job, quiet)
    model: dict[str, Any] = project.client.call("GET", f"/cycles/{cycle['id']}")["model"]
    return model


def load(project: Project, model: dict[str, Any], folder: Path) -> Any:
    path = folder / "model.safetensors"
    path.write_bytes(project.client.download(f"/models/{model['id']}/content"))
    return load_model(path)


def test_every_name_of_a_balance_is_known_to_training() -> None:
    assert tuple(Balance) == balance.BALANCES


def test_every_state_of_stopping_is_known_to_the_api() -> None:
    assert set(StoppingState) == set(stopping.State.__args__)  # type: ignore[attr-defined]


def test_a_model_keeps_the_balance_it_was_trained_with(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(pool=8, test=20, plan="random", balance="sampling", auto_next_cycle=False)
    model = train(project)
    assert model["balance"] == "sampling"
    assert load(project, model, tmp_path)[1]["balance"] == "sampling"
    recalls = [entry["recall"] for entry in model["metrics"]["per_class"] if entry["recall"] is not None]
    assert model["metrics"]["balanced_accuracy"] == pytest.approx(sum(recalls) / len(recalls))


def test_without_validation_images_confidences_stay_plain(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(pool=8, test=60, plan="random", auto_next_cycle=False)
    model = train(project)
    assert (model["calibration"]["temperature"], model["calibration"]["images"]) == (None, 0)
    assert "there are 0" in model["calibration"]["note"]
    assert model["calibration"]["said"]["note"][0]["values"] == {"fewest": 50, "count": 0}
    assert [one["text"] for one in model["stopping"]["said"]["reasons"]] == model["stopping"]["reasons"]
    assert model["metrics"]["calibrated"] is None
    assert load(project, model, tmp_path)[1]["temperature"] is None


def test_the_confidence_people_see_is_calibrated(make_project: MakeProject, tmp_path: Path) -> None:
    shown = {"suggestions": True, "audit_share": 0}
    project = with_validation(
        make_project, tmp_path, 60, pool=20, test=10, plan="least-confidence", budget=4, **shown
    )
    project.start_cycle(budget=4)
    answer_queue(project.client, project.id, project.truth, quiet)
    next_cycle(project, 2)
    model = project.client.call("GET", f"/projects/{project.id}/cycles")["items"][0]["model"]
    temperature = model["calibration"]["temperature"]
    assert temperature is not None
    assert (model["metrics"]["split"], model["calibration"]["note"]) == ("test", "")
    assert model["metrics"]["calibrated"]["log_loss"] > 0

    network, meta = load(project, model, tmp_path)
    assert meta["temperature"] == temperature
    asked = project.client.call("POST", f"/projects/{project.id}/assignments", json={"limit": 4})["items"]
    pixels = cached_images(UUID(project.id), 16, [item["image"]["sha256"] for item in asked], quiet)
    plain = predict(network, pixels, None, torch.device("cpu"))
    seen = [item["suggestion"]["confidence"] for item in asked]
    assert seen == pytest.approx(calibrated(plain, temperature).amax(dim=1).tolist(), abs=1e-4)
    # The query itself goes by plain probabilities.
    assert plain.amax(dim=1).tolist() == sorted(plain.amax(dim=1).tolist())


@pytest.mark.parametrize(
    ("images", "measured", "note"),
    [(120, True, "halves that calibrate each other"), (60, False, "too few images to measure its effect")],
)
def test_without_a_test_split_the_effect_is_cross_fitted_if_halves_are_large_enough(
    make_project: MakeProject, tmp_path: Path, images: int, measured: bool, note: str
) -> None:
    project = with_validation(make_project, tmp_path, images, pool=8, plan="random", auto_next_cycle=False)
    model = train(project)
    assert model["calibration"]["temperature"] is not None
    assert (model["metrics"]["split"], model["metrics"]["count"]) == ("validation", images)
    assert (model["metrics"]["calibrated"] is not None) == measured
    assert note in model["calibration"]["note"]


def test_models_are_compared_on_images_without_labels(make_project: MakeProject) -> None:
    project = make_project(pool=70, plan="random", auto_next_cycle=False)
    first, second = train(project), train(project)
    assert first["agreement"] is None
    assert second["agreement"]["images"] == 70 - 8
    assert 0 <= second["agreement"]["share"] <= 1
    assert second["stopping"]["state"] == "too_early"
    assert "no labelled images are held out" in " ".join(second["stopping"]["reasons"])


def test_a_small_pool_has_no_stop_set(make_project: MakeProject) -> None:
    project = make_project(pool=20, plan="random", auto_next_cycle=False)
    train(project)
    assert train(project)["agreement"] is None


def test_after_four_cycles_the_curve_tells_what_to_expect(make_project: MakeProject) -> None:
    project = make_project(pool=30, test=100, plan="random", auto_next_cycle=False, budget=6)
    model = [train(project) for _ in range(4)][-1]
    assert ModelOut.model_validate(model).stopping
    assert model["stopping"]["state"] in ("improving", "flattening")
    gain = model["stopping"]["next_gain"]
    assert gain["labels"] == 6
    assert gain["low"] <= gain["guess"] <= gain["high"]
