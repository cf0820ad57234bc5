import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.domain.plans import NAMED_PLANS, Plan, plan_named
from tests.backtest.small import small_bench
from workers.backtest import pretext, repeat, trainings
from workers.backtest.labelled_set import Labelled
from workers.backtest.replay import Bench, pool_batches, replay
from workers.backtest.store import Store
from workers.ml.pixel_cache import PixelCache
from workers.ml.task_model import train_classifier
from workers.ml.trainer import Recipe

ALL_PLANS = [*NAMED_PLANS.values(), Plan(name="from-pretext", start="pretext")]


@pytest.mark.parametrize("plan", ALL_PLANS, ids=lambda plan: plan.name)
def test_every_plan_asks_its_budget_each_cycle_and_no_image_twice(tmp_path: Path, plan: Plan) -> None:
    records = list(replay(small_bench(tmp_path), plan, 0))
    picks = [image for record in records for image in record["picked"]]
    assert [r["labels"] for r in records] == [6, 12]
    assert len(set(picks)) == 12
    assert all(0 <= r["test"]["accuracy"] <= 1 for r in records)


def test_pt4al_asks_each_pool_batch_in_turn(tmp_path: Path) -> None:
    bench, plan = small_bench(tmp_path), plan_named("pt4al")
    batch_of = pool_batches(bench, plan, 0, bench.pretext(plan, 0))
    asked = [{batch_of[image] for image in record["picked"]} for record in replay(bench, plan, 0)]
    assert asked == [{1}, {2}]


def with_copies(folder: Path, **changes: Any) -> tuple[Bench, dict[str, str]]:
    """A bench whose pool holds 12 digits, each with a copy a grey level darker, and each copy's original."""
    bench = small_bench(folder, pool_limit=12, **changes)
    ids = bench.data.pool.ids
    pixels = bench.data.images(ids).minibatch(np.arange(12)).permute(0, 2, 3, 1).numpy()
    original = {hashlib.sha256(image.encode()).hexdigest(): image for image in ids}
    PixelCache.open(bench.data.cache_folder, bench.data.image_size).add_many(
        (copy, np.maximum(picture, 1) - 1) for copy, picture in zip(original, pixels, strict=True)
    )
    pool = Labelled([*ids, *original], bench.data.pool.labels * 2)
    return replace(bench, data=replace(bench.data, pool=pool)), original


@pytest.mark.parametrize("plan", ALL_PLANS, ids=lambda plan: plan.name)
def test_no_plan_asks_for_a_shot_twice_while_others_are_left(tmp_path: Path, plan: Plan) -> None:
    bench, original = with_copies(tmp_path, cycles=4, pool_batches=1)
    records = list(replay(bench, plan, 0))
    shots = [original.get(image, image) for record in records for image in record["picked"]]
    assert len(set(shots[:12])) == 12
    assert sorted(shots[12:]) == sorted(shots[:12])  # the copies come last, and they do come
    assert [record["held_back"] for record in records] == [12, 12, 0, 0]


def test_near_duplicates_are_asked_like_others_where_the_config_says_so(tmp_path: Path) -> None:
    bench, _ = with_copies(tmp_path, near_duplicates="ask_all", cycles=1)
    bench = replace(bench, config=bench.config.model_copy(update={"budget": 24}))  # with the copies, it fits
    (record,) = replay(bench, plan_named("random"), 0)
    assert (len(record["picked"]), record["held_back"]) == (24, 0)


def test_a_pool_that_is_used_up_ends_the_replay(tmp_path: Path) -> None:
    bench = small_bench(tmp_path, pool_limit=10, cycles=4)
    assert [r["labels"] for r in replay(bench, plan_named("random"), 0)] == [6, 10]


def test_what_the_store_holds_is_not_trained_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, plan = small_bench(tmp_path), plan_named("pt4al")
    once = list(replay(bench, plan, 0))
    monkeypatch.setattr(trainings, "train_classifier", None)  # to call it is an error
    assert list(replay(bench, plan, 0)) == once


def test_a_stopped_replay_goes_on_to_the_same_end(tmp_path: Path) -> None:
    bench, plan = small_bench(tmp_path, cycles=3), plan_named("least-confidence")
    next(replay(bench, plan, 0))  # and nobody asks for the rest
    resumed = list(replay(bench, plan, 0))
    undisturbed = list(replay(replace(bench, store=Store(tmp_path / "other")), plan, 0))
    assert resumed == undisturbed


def test_plans_that_begin_alike_share_their_first_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[int] = []
    real = train_classifier

    def counted(*args: Any, **kwargs: Any) -> Any:
        trained.append(len(args[1]))
        return real(*args, **kwargs)

    monkeypatch.setattr(trainings, "train_classifier", counted)
    bench = small_bench(tmp_path)
    for name in ("random", "least-confidence"):
        list(replay(bench, plan_named(name), 0))
    assert sorted(trained) == [6, 12, 12]


def test_another_balance_trains_anew_and_is_recorded_apart(tmp_path: Path) -> None:
    plain, balanced = small_bench(tmp_path), small_bench(tmp_path, balance="loss")  # on one store
    plan = plan_named("random")
    once = list(replay(plain, plan, 0))
    other = list(replay(balanced, plan, 0))
    assert [r["picked"] for r in once] == [r["picked"] for r in other]
    assert [r["test"]["log_loss"] for r in once] != [r["test"]["log_loss"] for r in other]
    assert list(replay(plain, plan, 0)) == once


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[Recipe]:
    """The recipes of all networks that the test trains, as they are trained."""
    recipes: list[Recipe] = []

    def spy(module: Any, name: str, place: int) -> None:
        real = getattr(module, name)

        def spied(*args: Any, **kwargs: Any) -> Any:
            recipes.append(args[place])
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, spied)

    spy(pretext, "train_pretext", 3)
    spy(trainings, "train_classifier", 4)
    return recipes


def test_networks_train_as_the_config_says(tmp_path: Path, trained: list[Recipe]) -> None:
    said = {"epochs": 1, "minibatch": 4, "learning_rate": 0.02, "drops": (0.5,)}
    bench = small_bench(tmp_path, cycles=1, task_training=said, pretext_training=said)
    list(replay(bench, plan_named("pt4al"), 0))
    assert len(trained) == 2
    assert all(vars(recipe).items() >= said.items() for recipe in trained)


@pytest.mark.parametrize("kind", ["task_training", "pretext_training"])
def test_another_training_is_not_taken_for_the_stored_one(
    tmp_path: Path, trained: list[Recipe], kind: str
) -> None:
    for rate in (0.1, 0.02):
        bench = small_bench(tmp_path, cycles=1, **{kind: {"epochs": 1, "learning_rate": rate}})
        list(replay(bench, plan_named("pt4al"), 0))
    assert 0.02 in [recipe.learning_rate for recipe in trained]


def test_seeds_differ(tmp_path: Path) -> None:
    bench = small_bench(tmp_path)
    one, other = (next(replay(bench, plan_named("random"), seed))["picked"] for seed in (0, 1))
    assert set(one) != set(other)


def test_one_seed_gives_one_result(tmp_path: Path) -> None:
    repeat.assert_repeatable(small_bench(tmp_path, plans=["pt4al", "nextbatch"]))


def test_results_that_differ_are_found(tmp_path: Path) -> None:
    bench, plan = small_bench(tmp_path, plans=["random"]), plan_named("random")
    list(replay(bench, plan, 0))
    key = bench.cycle_key(plan, 0, 1)
    record = bench.store.read("cycles", key)
    assert record is not None
    bench.store.write("cycles", key, record | {"picked": record["picked"][::-1]})
    with pytest.raises(repeat.NotRepeatable, match="cycle 1: two runs differ in 'picked'"):
        repeat.assert_repeatable(bench)
