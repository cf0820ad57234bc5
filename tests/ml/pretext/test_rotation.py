import pytest
import torch
from torch import Tensor

from tests.ml.pictures import CPU, noise
from workers.ml.data import InMemory
from workers.ml.pretext.rotation import Rotation, RotationModel, rotations, turned
from workers.ml.pretext.training import train_pretext
from workers.ml.trainer import Recipe


def _images(n: int) -> Tensor:
    return torch.randn(n, 3, 8, 8, generator=torch.Generator().manual_seed(0))


def test_the_four_rotations_of_a_known_image() -> None:
    turned = rotations(torch.tensor([[[[1, 2], [3, 4]]]]))
    expected = [[[1, 2], [3, 4]], [[2, 4], [1, 3]], [[4, 3], [2, 1]], [[3, 1], [4, 2]]]
    assert turned[:, 0].tolist() == expected


def test_rotations_stay_channels_last() -> None:
    assert rotations(_images(2)).is_contiguous(memory_format=torch.channels_last)


def test_oblong_images_are_refused() -> None:
    with pytest.raises(ValueError, match="square"):
        rotations(torch.zeros(1, 3, 4, 6))


def test_the_loss_of_an_image_is_the_mean_over_its_four_rotations() -> None:
    model, x = Rotation().build("small_cnn", 0).eval(), _images(3)
    with torch.inference_mode():
        by_hand = [
            sum(-model(torch.rot90(image[None], k, (2, 3))).log_softmax(1)[0, k] for k in range(4)) / 4
            for image in x
        ]
        losses = Rotation().image_losses(model, x)
    torch.testing.assert_close(losses, torch.stack(by_hand).double(), rtol=1e-5, atol=1e-6)


def test_the_training_loss_is_the_mean_over_images_and_rotations() -> None:
    model, x = Rotation().build("small_cnn", 0).eval(), _images(3)
    with torch.no_grad():
        loss = Rotation().training_loss(model, x, torch.Generator())
        losses = Rotation().image_losses(model, x)
    assert float(loss) == pytest.approx(float(losses.mean()), rel=1e-5)


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_turning_is_what_rot90_does(turn: int) -> None:
    x = _images(2)
    assert torch.equal(turned(x, turn), torch.rot90(x, turn, (2, 3)))


def test_tiny_losses_stay_apart() -> None:
    class Sure(RotationModel):
        """Asked for turn after turn, it answers rightly, the surer the brighter the image."""

        turn = -1

        def forward(self, x: Tensor) -> Tensor:
            self.turn += 1
            return torch.eye(4)[self.turn] * x.mean(dim=(1, 2, 3))[:, None]

    easy, easier = torch.full((3, 2, 2), 25.0), torch.full((3, 2, 2), 30.0)
    losses = Rotation().image_losses(Sure("small_cnn"), torch.stack([easy, easier]))
    assert losses[0] > losses[1] > 0


def test_rotation_of_upright_images_is_learned() -> None:
    # A gradient from dark to bright says which way is up.
    ramp = torch.linspace(0, 200, 16)[None, None, :, None].expand(64, 3, 16, 16)
    grain = torch.rand(64, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 50
    data = InMemory((ramp + grain).to(torch.uint8))
    # Mirrored up-down it would be another rotation; left-right is harmless.
    recipe = Recipe(epochs=8, minibatch=16, learning_rate=0.05)
    _, result = train_pretext(data, "rotation", "small_cnn", recipe, CPU)
    assert result.history[-1] < 0.1 < result.history[0]


def test_one_image_is_enough_to_train_on() -> None:
    _, result = train_pretext(noise(1), "rotation", "small_cnn", Recipe(epochs=2), CPU)
    assert len(result.history) == 2
