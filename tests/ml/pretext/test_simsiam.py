import math

import pytest
import torch
from torch import Tensor

from tests.ml.pictures import CPU, digits, noise
from workers.ml.data import InMemory
from workers.ml.pretext.scoring import pretext_features
from workers.ml.pretext.simsiam import PAIRS_SCORED, SimSiam, SimSiamModel, similarity_loss
from workers.ml.pretext.training import train_pretext
from workers.ml.trainer import Recipe


def test_the_loss_is_the_negative_cosine_both_ways() -> None:
    # Two images; the first agrees one way and is at 60 degrees the other, the second is opposed both ways.
    projected = torch.tensor([[1.0, 0.0], [0.0, 2.0], [1.0, 0.0], [0.0, 1.0]])
    predicted = torch.tensor([[3.0, 0.0], [0.0, -1.0], [0.5, math.sqrt(0.75)], [0.0, -5.0]])
    assert similarity_loss(projected, predicted).tolist() == pytest.approx([-0.75, 1.0])


def test_the_prediction_of_one_view_is_compared_with_the_projection_of_the_other() -> None:
    projected = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    predicted = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    assert similarity_loss(projected, predicted).tolist() == [-1.0]


def test_no_gradient_goes_through_the_projection() -> None:
    model = SimSiam().build("small_cnn", 0)
    x = torch.rand(4, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        model.predictor[3].weight.zero_()  # type: ignore[operator]
    # Predictions are now the same whatever the projections are, so that only these could pass a gradient on.
    SimSiam().training_loss(model, x, torch.Generator().manual_seed(0)).backward()  # type: ignore[no-untyped-call]
    gradients = [weight.grad for weight in model.backbone.parameters()]
    assert all(gradient is not None and not gradient.any() for gradient in gradients)


def test_the_loss_of_an_image_is_the_mean_over_pairs_of_views() -> None:
    class Told(SimSiamModel):
        """Predicts rightly in every second forward pass, and the opposite in the others."""

        passes = 0

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            self.passes += 1
            ones = torch.ones(len(x), 2)
            return ones, ones if self.passes % 4 else -ones

    model = Told("small_cnn")
    losses = SimSiam().image_losses(model, torch.zeros(3, 3, 8, 8))
    assert model.passes == PAIRS_SCORED
    assert losses.tolist() == pytest.approx([-0.5] * 3)


def test_close_losses_stay_apart() -> None:
    angle = torch.tensor([1e-4, 1e-5], dtype=torch.float64)
    predicted = torch.stack([angle.cos(), angle.sin()], dim=1).repeat(2, 1)
    projected = torch.tensor([[1.0, 0.0]], dtype=torch.float64).repeat(4, 1)
    losses = similarity_loss(projected, predicted)
    assert losses[0] > losses[1]


def test_training_does_not_collapse() -> None:
    images, _ = digits(16)
    recipe = Recipe(epochs=6, minibatch=32, learning_rate=0.1, crop=False, flip=False)
    model, result = train_pretext(InMemory(images[:512]), "simsiam", "small_cnn", recipe, CPU)
    assert result.history[-1] < result.history[0] - 0.2
    # Chen & He 2021, section 4.1: collapsed outputs have no deviation, spread ones 1 / sqrt(D) each.
    model.eval()
    with torch.no_grad():
        x = (images[512:768].float() / 255 - 0.5) / 0.25
        projected, _ = model(x)
    spread = torch.nn.functional.normalize(projected, dim=1).std(dim=0).mean() * math.sqrt(256)
    assert float(spread) > 0.3


def test_features_are_those_of_the_backbone() -> None:
    model = SimSiam().build("small_cnn", 0)
    assert pretext_features(model, noise(3), CPU).shape == (3, 64)
