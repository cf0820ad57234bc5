import numpy as np
import pytest
import torch
from torch import Tensor

from tests.ml.pictures import CPU, digits, noise
from workers.ml.backbones import BACKBONES, new_classifier
from workers.ml.data import InMemory
from workers.ml.loss_head import LossHead, ranking_loss
from workers.ml.predicted_losses import predicted_losses
from workers.ml.task_model import predict, train_classifier
from workers.ml.trainer import Recipe


def loss_of(predicted: list[float], losses: list[float]) -> float:
    return float(ranking_loss(torch.tensor(predicted), torch.tensor(losses)))


def test_pairs_in_the_right_order_and_far_enough_apart_cost_nothing() -> None:
    assert loss_of([3.0, 1.0, 2.0, 2.0], [9.0, 1.0, 5.0, 2.0]) == 0


def test_pairs_cost_what_is_missing_to_the_margin() -> None:
    # The pairs are (0, 2) and (1, 3): right by 0.5, and wrong by 2.
    assert loss_of([1.5, 2.0, 1.0, 0.0], [9.0, 1.0, 5.0, 2.0]) == pytest.approx((0.5 + 3.0) / 2)


def test_of_an_odd_number_the_last_stays_alone() -> None:
    assert loss_of([0.0, 1.0, 99.0], [2.0, 1.0, 0.0]) == 2.0


def test_of_equal_losses_the_second_counts_as_higher() -> None:
    assert loss_of([0.0, 1.0], [1.0, 1.0]) == 0.0


def test_one_image_has_no_pair() -> None:
    assert loss_of([1.0], [1.0]) == 0.0


def test_the_true_losses_get_no_gradient() -> None:
    predicted, losses = torch.zeros(4, requires_grad=True), torch.rand(4, requires_grad=True)
    ranking_loss(predicted, losses).backward()  # type: ignore[no-untyped-call]
    assert predicted.grad is not None
    assert losses.grad is None


def test_the_head_joins_the_means_of_all_maps() -> None:
    head = LossHead((2, 3))
    maps = [torch.randn(5, 2, 4, 4), torch.randn(5, 3, 2, 2)]
    flat = [one.mean(dim=(2, 3), keepdim=True) for one in maps]
    assert head(maps).shape == (5,)
    torch.testing.assert_close(head(maps), head(flat))


@pytest.mark.parametrize("backbone", sorted(BACKBONES))
def test_every_backbone_can_have_a_loss_head(backbone: str) -> None:
    model = new_classifier(backbone, 3, 0, loss_head=True).eval()
    x = torch.randn(2, 3, 32, 32)
    logits, losses = model.logits_and_losses(x)
    assert losses.shape == (2,)
    torch.testing.assert_close(logits, model(x))


def test_the_other_weights_are_the_same_without_it() -> None:
    with_head = new_classifier("small_cnn", 3, 0, loss_head=True).state_dict()
    for name, tensor in new_classifier("small_cnn", 3, 0).state_dict().items():
        assert torch.equal(tensor, with_head[name])


@pytest.mark.parametrize("shape_backbone", [True, False])
def test_the_head_shapes_the_backbone_only_if_asked_to(shape_backbone: bool) -> None:
    model = new_classifier("small_cnn", 3, 0, loss_head=True)
    losses: Tensor = model.logits_and_losses(torch.randn(4, 3, 16, 16), shape_backbone=shape_backbone)[1]
    losses.sum().backward()  # type: ignore[no-untyped-call]
    assert all((weight.grad is not None) == shape_backbone for weight in model.backbone.parameters())
    assert model.loss_head is not None
    assert all(weight.grad is not None for weight in model.loss_head.parameters())


def test_a_model_without_a_loss_head_says_so() -> None:
    with pytest.raises(ValueError, match="no loss head"):
        predicted_losses(new_classifier("small_cnn", 3, 0), noise(2), None, CPU)


def test_predicted_losses_follow_the_rows_asked_for() -> None:
    model = new_classifier("small_cnn", 3, 0, loss_head=True)
    whole = predicted_losses(model, noise(5), None, CPU)
    assert whole.shape == (5,)
    some = predicted_losses(model, noise(5), np.array([4, 0]), CPU, minibatch=1)
    torch.testing.assert_close(some, whole[[4, 0]])
    assert predicted_losses(model, noise(5), np.array([], np.int64), CPU).shape == (0,)


def test_what_is_expected_to_go_wrong_goes_wrong_more_often() -> None:
    images, labels = digits()
    recipe = Recipe(epochs=12, minibatch=32, learning_rate=0.1, flip=False)
    model, _ = train_classifier(
        InMemory(images[:400]), labels[:400], 10, "small_cnn", recipe, device=CPU, loss_head=True
    )
    rest, truth = InMemory(images[400:]), torch.tensor(labels[400:])
    probs = predict(model, rest, None, CPU)
    assert (probs.argmax(dim=1) == truth).float().mean() > 0.8
    losses = -probs.gather(1, truth[:, None])[:, 0].clamp_min(1e-9).log()
    order = predicted_losses(model, rest, None, CPU).argsort()
    half = len(order) // 2
    assert losses[order[half:]].mean() > 2 * losses[order[:half]].mean()
