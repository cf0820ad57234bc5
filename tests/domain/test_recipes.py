"""Every recipe that ships can be run, and its small size is the same experiment."""

from pathlib import Path
from typing import Any

import pytest

from app.backtest_recipe import BadRecipe, Recipe, read_recipe

RECIPES = sorted((Path(__file__).parents[2] / "recipes").glob("*.toml"))
FULL = [path for path in RECIPES if not path.stem.endswith("-cpu")]
# All that a `-cpu` size may change: how much is trained on, how long, and with which network.
SIZE = {
    "data", "budget", "cycles", "seeds", "image_size", "backbone", "pool_limit", "imbalance", "ceiling",
    "diagnostics",
}  # fmt: skip
SIZE_OF_TRAINING = {"epochs", "minibatch"}


def experiment(path: Path) -> dict[str, Any]:
    """What a recipe says but for its size."""
    found = Recipe.model_validate(read_recipe(path)).model_dump(mode="json", exclude=SIZE)
    for kind in ("pretext_training", "task_training"):
        found[kind] = {key: value for key, value in found[kind].items() if key not in SIZE_OF_TRAINING}
    return found


def skew(path: Path) -> list[float]:
    counts = read_recipe(path).get("imbalance") or [1]
    return [count / counts[0] for count in counts]


def test_every_full_size_has_its_small_one() -> None:
    assert {path.stem for path in RECIPES} == {path.stem + size for path in FULL for size in ("", "-cpu")}


@pytest.mark.parametrize("path", FULL, ids=lambda path: path.stem)
def test_the_small_size_differs_in_size_only(path: Path) -> None:
    small = path.with_stem(f"{path.stem}-cpu")
    assert experiment(small) == experiment(path)
    assert skew(small) == pytest.approx(skew(path))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_tells_its_command_its_data_and_its_time(path: Path) -> None:
    text = path.read_text()
    assert f"nextbatch backtest --recipe recipes/{path.name}" in text
    assert "# DATA: " in text
    assert "# TAKES" in text


def test_the_paper_drops_its_rate_at_epoch_160_of_200() -> None:
    task = Recipe.model_validate(read_recipe(RECIPES[0].with_name("cifar10.toml"))).task_training
    assert (task.epochs, task.minibatch, task.learning_rate) == (200, 128, 0.1)
    assert [drop * 200 for drop in task.drops or ()] == [160]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('plans = ["random"]\nnonsense = 3', "nonsense: there is no such key"),
        ('plans = ["random"]\nbudget = "5"', "budget: Input should be a valid integer"),
        ('plans = ["random"]\n[task_training]\nepoch = 3', "task_training.epoch: there is no such key"),
        ('plans = ["random"]\n[task_training]\ndrops = [1.5]', "task_training.drops.0: Input should be less"),
        ('plans = ["nonsense"]', "plans: There is no plan 'nonsense'"),
        ('plans = [{name = "mine", first = "margin"}]', "plans.0: `first` cannot be margin"),
        ('plans = ["random", "random"]', "plans: a plan is named twice"),
        ("budget = 5", "plans: Field required"),
        ("plans = ", "is not TOML"),
        ('plans = ["random"]\ndata = 3', "data: Input should be a valid string"),
        (None, "cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_told_with_file_and_key(tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "mine.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(BadRecipe) as refused:
        read_recipe(path)
    assert str(path) in refused.value.message
    assert words in refused.value.message
