from pathlib import Path

import pytest
import torch

from tests.ml.pictures import CPU, noise
from workers.ml.backbones import new_classifier
from workers.ml.model_files import load_model, save_model, write_weights
from workers.ml.pretext.model_files import load_pretext_model, save_pretext_model
from workers.ml.pretext.registry import PRETEXT_TASKS
from workers.ml.pretext.scoring import pretext_losses


@pytest.mark.parametrize("name", sorted(PRETEXT_TASKS))
def test_a_saved_model_gives_the_same_losses(name: str, tmp_path: Path) -> None:
    task, path = PRETEXT_TASKS[name], tmp_path / "m.safetensors"
    model, data = task.build("small_cnn", 7), noise(5)
    before = pretext_losses(model, task, data, CPU)
    save_pretext_model(path, name, model, {"pixels": 16})
    loaded, meta = load_pretext_model(path)
    assert meta == {"pixels": 16, "task": name, "backbone": "small_cnn"}
    assert torch.equal(pretext_losses(loaded, task, data, CPU), before)


def test_rotation_models_that_were_stored_as_classifiers_still_load(tmp_path: Path) -> None:
    classifier, path = new_classifier("small_cnn", 4, seed=1), tmp_path / "m.safetensors"
    save_model(path, classifier, {"pixels": 16, "task": "rotation"})
    model, _ = load_pretext_model(path)
    assert torch.equal(model(torch.ones(1, 3, 16, 16)), classifier.eval()(torch.ones(1, 3, 16, 16)))


def test_fresh_rotation_models_have_the_weights_of_a_classifier_of_their_seed() -> None:
    model, classifier = PRETEXT_TASKS["rotation"].build("small_cnn", 3), new_classifier("small_cnn", 4, 3)
    assert model.state_dict().keys() == classifier.state_dict().keys()
    assert torch.equal(model.state_dict()["head.weight"], classifier.head.weight)


def test_a_task_model_is_no_pretext_model(tmp_path: Path) -> None:
    save_model(tmp_path / "m.safetensors", new_classifier("small_cnn", 4, 0), {"pixels": 16})
    with pytest.raises(ValueError, match=r"m\.safetensors is not a model"):
        load_pretext_model(tmp_path / "m.safetensors")


def test_a_pretext_model_is_no_task_model(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_pretext_model(path, "rotation", PRETEXT_TASKS["rotation"].build("small_cnn", 0), {})
    with pytest.raises(ValueError, match="not a model"):
        load_model(path)


@pytest.mark.parametrize("meta", [{"task": "origami", "backbone": "small_cnn"}, {"task": "rotation"}])
def test_an_unknown_task_or_backbone_is_refused(meta: dict[str, str], tmp_path: Path) -> None:
    write_weights(tmp_path / "m.safetensors", PRETEXT_TASKS["rotation"].build("small_cnn", 0), meta)
    with pytest.raises(ValueError, match="not a model"):
        load_pretext_model(tmp_path / "m.safetensors")
