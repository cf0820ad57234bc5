import torch

from workers.ml.query.learning_loss import STRATEGY
from workers.ml.query.strategy import Candidates


def test_the_highest_losses_come_first_and_ties_keep_their_order() -> None:
    losses = torch.tensor([0.5, -1.0, 2.0, 0.5])
    assert STRATEGY(Candidates(4, predicted_losses=losses), 4, 0) == [2, 0, 3, 1]


def test_the_task_model_must_be_trained_with_a_loss_head() -> None:
    assert STRATEGY.loss_head
