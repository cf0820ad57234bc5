import torch

from workers.ml.query.least_confidence import least_confidence


def test_the_least_confident_come_first() -> None:
    probs = torch.tensor([[0.9, 0.1], [0.5, 0.5], [0.3, 0.7]])
    assert least_confidence(probs, 2).tolist() == [1, 2]


def test_equally_confident_rows_keep_their_order() -> None:
    probs = torch.tensor([[0.8, 0.2], [0.4, 0.6], [0.6, 0.4], [0.2, 0.8], [0.6, 0.4]])
    assert least_confidence(probs, 4).tolist() == [1, 2, 4, 0]
