"""What a backtest warns of, and what it refuses."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from app.domain.backtest import BacktestConfig
from workers.backtest.cautions import cautions
from workers.backtest.labelled_set import BudgetBeyondPool, Found, Labelled, LabelledSet, set_of


def told(images: int = 100, **changes: Any) -> Sequence[str]:
    """The cautions for a pool of so many images, but for those of a test set that is small."""
    pool = Labelled([str(number) for number in range(images)], [0] * images)
    test = Labelled(["a", "b"] * 30, [0, 1] * 30)
    config = BacktestConfig.model_validate(
        {"plans": ["random", "pt4al"], "budget": 10, "cycles": 10} | changes
    )
    return cautions(config, LabelledSet("set", ["cat", "dog"], pool, test, test, Path(), 16))


def test_a_backtest_that_fits_its_pool_needs_no_caution() -> None:
    assert told() == []


@pytest.mark.parametrize(("seeds", "words"), [(1, "Only 1 seed: "), (2, "Only 2 seeds: ")])
def test_few_seeds_are_flagged_in_words(seeds: int, words: str) -> None:
    (found,) = told(seeds=seeds)
    assert found.startswith(words)


def test_more_labels_than_images_are_flagged() -> None:
    (found,) = told(images=99)
    assert found.startswith("The pool has 99 images, and 100 labels are asked for")


def test_pool_batches_smaller_than_the_budget_leave_nothing_to_choose() -> None:
    (found,) = told(pool_batches=11)
    assert (
        found
        == "A pool batch has 9 images, fewer than the budget of 10: there is nothing to choose for pt4al."
    )


def test_more_pool_batches_than_images_are_flagged() -> None:
    (found,) = told(pool_batches=101)
    assert found.startswith("A pool batch has 0 images")


def test_cycles_behind_the_last_pool_batch_are_flagged() -> None:
    (found,) = told(pool_batches=4)
    assert found.startswith("There are 4 pool batches for 10 cycles")


def test_plans_without_pool_batches_are_not_warned_of_them() -> None:
    assert told(pool_batches=101, plans=["random", "typiclust"]) == []


def test_a_budget_beyond_the_pool_is_refused(tmp_path: Path) -> None:
    found = [Found(str(number), "cat" if number % 2 else "dog", None) for number in range(20)]
    config = BacktestConfig(plans=["random"], budget=100)
    with pytest.raises(BudgetBeyondPool, match="A budget of 100 labels a cycle is more than the 14 images"):
        set_of(config, "set", found, tmp_path)
