from collections import Counter

import pytest
import torch

from tests.ml.pictures import CPU, digits, noise
from workers.ml.balance import BALANCES, BalancedOrder, image_weights
from workers.ml.data import InMemory
from workers.ml.task_model import predict, train_classifier
from workers.ml.trainer import Recipe

SKEWED = [0] * 20 + [1] * 5 + [3] * 1


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_few_labels_are_weighted_by_inverse_frequency() -> None:
    weights = image_weights([0, 0, 0, 2])
    assert (weights[3] / weights[0]).item() == pytest.approx(3, rel=0.01)
    assert weights[:3].tolist() == [weights[0]] * 3


def test_the_mean_weight_of_an_image_is_one() -> None:
    assert image_weights(SKEWED).mean().item() == pytest.approx(1)


def test_equal_classes_weigh_one() -> None:
    assert image_weights([0, 1, 0, 1]).tolist() == pytest.approx([1, 1, 1, 1])


def test_a_weight_levels_off_at_a_thousandfold() -> None:
    weights = image_weights([0] * 100_000 + [1])
    assert (weights[-1] / weights[0]).item() == pytest.approx(1000, rel=0.001)


def test_an_epoch_holds_all_classes_equally_often() -> None:
    rows = BalancedOrder(SKEWED)(seeded(0))
    counts = Counter(SKEWED[row] for row in rows)
    assert len(rows) == 26
    assert sorted(counts) == [0, 1, 3]
    assert max(counts.values()) - min(counts.values()) <= 1


def test_so_does_each_minibatch() -> None:
    rows = BalancedOrder(SKEWED)(seeded(0))
    for start in range(0, 24, 6):
        assert Counter(SKEWED[row] for row in rows[start : start + 6]) == {0: 2, 1: 2, 3: 2}


def test_no_image_of_a_class_comes_again_before_all_have_come() -> None:
    rows = [int(row) for row in BalancedOrder(SKEWED)(seeded(0))]
    frequent = [row for row in rows if SKEWED[row] == 0]
    assert len(set(frequent)) == len(frequent)
    assert set(Counter(row for row in rows if SKEWED[row] == 1).values()) <= {1, 2}


def test_epochs_hold_other_images_of_a_frequent_class() -> None:
    order = BalancedOrder(SKEWED)
    one, other = ({int(r) for r in order(seeded(seed)) if SKEWED[r] == 0} for seed in (0, 1))
    assert one != other


def test_one_seed_gives_one_order() -> None:
    order = BalancedOrder(SKEWED)
    assert order(seeded(3)).tolist() == order(seeded(3)).tolist()


@pytest.mark.parametrize("balance", [b for b in BALANCES if b != "none"])
def test_a_rare_digit_is_found_more_often_with_balance(balance: str) -> None:
    images, truth = digits(16)
    eights = [row for row, label in enumerate(truth) if label == 8]
    ones = [row for row, label in enumerate(truth) if label == 1]
    seen, held_out = ones[:60] + eights[:3], ones[60:] + eights[3:]
    recipe = Recipe(epochs=6, minibatch=16, flip=False, seed=1)

    def recall_of_eights(how: str) -> float:
        labels = [int(truth[row] == 8) for row in seen]
        model, _ = train_classifier(
            InMemory(images[seen]), labels, 2, "small_cnn", recipe, device=CPU, balance=how
        )
        answers = predict(model, InMemory(images[held_out]), None, CPU).argmax(dim=1)[len(ones[60:]) :]
        return float((answers == 1).float().mean())

    assert recall_of_eights(balance) > recall_of_eights("none")


def test_an_unknown_balance_is_refused() -> None:
    with pytest.raises(ValueError, match="no balance 'both'"):
        train_classifier(
            noise(2), [0, 1], 2, "small_cnn", Recipe(epochs=1, minibatch=4), device=CPU, balance="both"
        )
