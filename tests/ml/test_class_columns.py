"""Probabilities of an older model in the classes of now."""

import torch

from workers.ml.class_columns import ClassColumns

PROBS = torch.tensor([[0.4, 0.35, 0.25], [0.0, 0.0, 1.0]])


def test_columns_of_one_class_are_added() -> None:
    columns = ClassColumns.of(["cat", "dog", "cat"])
    assert columns.present == ["cat", "dog"]
    torch.testing.assert_close(columns.fold(PROBS), torch.tensor([[0.65, 0.35], [1.0, 0.0]]))


def test_a_removed_class_leaves_its_share_to_the_others() -> None:
    folded = ClassColumns.of(["cat", "dog", None]).fold(PROBS)
    torch.testing.assert_close(folded[0], torch.tensor([0.4 / 0.75, 0.35 / 0.75]))


def test_where_only_removed_classes_were_likely_nothing_is_known() -> None:
    assert ClassColumns.of(["cat", "dog", None]).fold(PROBS)[1].tolist() == [0.5, 0.5]


def test_samples_are_folded_alike() -> None:
    columns = ClassColumns.of(["cat", None, "cat"])
    assert columns.fold(torch.stack([PROBS, PROBS])).shape == (2, 2, 1)


def test_without_a_change_the_probabilities_are_the_same_tensor() -> None:
    assert ClassColumns.of(["a", "b", "c"]).fold(PROBS) is PROBS
